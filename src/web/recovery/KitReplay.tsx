import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";

import { kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { nameHolds, nameInText } from "#domain/name.ts";
import type { KitToken, RecoveryKit } from "#domain/policy/recoveryKit.ts";
import type { Failure } from "#logscale/errors.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import { serverUrl } from "#web/api/server.ts";
import { useSession } from "#web/state/organization.tsx";
import { useStore } from "#web/state/store.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { createToken } from "#web/tokens/mutations.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { tokensChanged } from "#web/tokens/tokenQuery.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { listWords } from "#web/ui/listWords.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { localTime } from "#web/ui/times.ts";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { isProposed, judge } from "./judge.ts";
import { KitRow } from "./KitRow.tsx";
import { loadDialog, NewSecretDialog, NewSecrets, type Made } from "./NewSecrets.tsx";
import { createReplay, type KitFate } from "./replay.ts";
import { restoreOwners, type Reowned } from "./restoreOwners.ts";
import { useKitContext } from "./useKitContext.ts";

/** Rows shown at first, and added each time more are asked for. */
const rowsAtATime = 100;

const waiting: KitFate = { at: "waiting" };

export interface KitReplayProps {
  readonly kit: RecoveryKit;
  /** The file's name. */
  readonly file: string;
}

/** The tokens of a kit: what each would become, which to make, and what came of it. */
export function KitReplay({ kit, file }: KitReplayProps) {
  const client = useQueryClient();
  const session = useSession();
  const now = useServerNow();
  const [replay] = useState(() => createReplay<TokenRequest>({ make: createToken, failureOf, now: serverNow }));
  const state = useStore(replay.state);
  const fates = useCallback(() => replay.state.get().fates.values(), [replay]);
  const { ready, policiesFailed, filterNames, at: contextAt } = useKitContext(kit, fates);
  const [prepared, setPrepared] = useState(false);
  useEffect(() => {
    // Already now, so that nothing has to be loaded between making a token and showing it. Where it fails, it is tried again before making.
    void loadDialog()
      .catch(() => undefined)
      .then(() => setPrepared(true));
    return replay.forget;
  }, [replay]);
  const [unready, setUnready] = useState<Failure>();
  // How many of the tokens made did not get back the owner that was written down.
  const [ownerless, setOwnerless] = useState(0);
  // What the reader chose otherwise than proposed, by place.
  const [choices, setChoices] = useState<ReadonlyMap<number, boolean>>(new Map());
  const [search, setSearch] = useState("");
  const [most, setMost] = useState(rowsAtATime);
  const [shown, setShown] = useState<number>();
  // Fixed while the question is open: the choice must not change between question and answer.
  const [asking, setAsking] = useState<readonly number[]>();

  const judgements = useMemo(() => kit.tokens.map((token) => judge(token, contextAt(now))), [kit, contextAt, now]);

  const fateOf = (place: number) => state.fates.get(place) ?? waiting;
  const open = (place: number) => {
    const { at } = fateOf(place);
    return judgements[place]?.ok === true && (at === "waiting" || at === "refused");
  };
  const isChosen = (place: number) => {
    const judgement = judgements[place];
    return judgement !== undefined && open(place) && (choices.get(place) ?? isProposed(judgement));
  };
  const places = useMemo(() => [...kit.tokens.keys()], [kit]);
  const wanted = search.trim().toLowerCase();
  const found = places.filter((place) => {
    const token = kit.tokens[place];
    return (
      wanted === "" || (token !== undefined && nameHolds(token.name, wanted)) || token?.id.toLowerCase().includes(wanted) === true
    );
  });
  const chosen = places.filter(isChosen);
  const made = places.flatMap((place): Made[] => {
    const fate = fateOf(place);
    const token = kit.tokens[place];
    return fate.at === "made" && token !== undefined ? [{ place, token, ...fate }] : [];
  });
  const uncopied = made.filter(({ copied }) => !copied);
  const done = places.filter((place) => fateOf(place).at === "made" || fateOf(place).at === "kept").length;
  const refused = places.filter((place) => fateOf(place).at === "refused").length;
  const chooseFound = (value: boolean) =>
    setChoices(new Map([...choices, ...found.filter(open).map((place) => [place, value] as const)]));

  const start = async (selection: readonly number[]) => {
    setAsking(undefined);
    try {
      // A dialog that cannot be loaded would lose the secrets.
      await loadDialog();
      setUnready(undefined);
    } catch (error) {
      setUnready(failureOf(error));
      return;
    }
    await replay.start(selection, (place) => {
      const token = kit.tokens[place];
      if (token === undefined) return "The kit has no such token.";
      const judgement = judge(token, contextAt(serverNow()));
      return judgement.ok ? judgement.request : judgement.reason;
    });
    const owned = selection.flatMap((place): Reowned[] => {
      const fate = replay.state.get().fates.get(place);
      const { kind, owner } = kit.tokens[place] ?? {};
      return fate?.at === "made" && kind !== undefined && owner !== undefined ? [{ kind, id: fate.id, owner }] : [];
    });
    void restoreOwners(client, owned).then((failed) => setOwnerless((before) => before + failed));
    const fates = selection.map((place) => replay.state.get().fates.get(place)?.at);
    announce(`${countOf(fates.filter((at) => at === "made").length, "token")} made.`);
    void tokensChanged(client);
  };

  const can = places.filter(open).length;
  const ofSystem = places.filter((place) => open(place) && kit.tokens[place]?.kind === "system").length;
  if (!ready || !prepared) return <LoadingShape label="Reading what the kit meets" shape="table" rows={6} />;
  const dialog = shown === undefined ? undefined : made.find(({ place }) => place === shown);
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 4 }}>
      <Typography sx={{ overflowWrap: "anywhere" }}>
        {file}, saved on {localTime(kit.savedAt)}: {countOf(kit.tokens.length, "token")}.{" "}
        {done > 0 && `${count(done)} made here. `}
        {can === 0 ? `No ${done > 0 ? "other" : "token"}` : countOf(can, done > 0 ? "other" : "token")} can be made now, held
        against the policy in force.
        {ofSystem > 0 && " Tokens of the system kind act on the whole cluster, and are made only where you choose them."}
      </Typography>
      {policiesFailed && (
        <Alert severity="info">
          The security policy could not be read, so what it allows is not known here; the server decides.
        </Alert>
      )}
      {ownerless > 0 && (
        <Alert severity="warning">
          For {countOf(ownerless, "token")} the owner that was written down could not be written down again. The kit names each;
          somebody who may can do it on the token’s page.
        </Alert>
      )}
      <Paper
        variant="outlined"
        sx={{
          padding: 3,
          display: "flex",
          flexWrap: "wrap",
          gap: 3,
          alignItems: "center",
          position: "sticky",
          top: 0,
          zIndex: 2,
        }}
      >
        {state.running ? (
          <>
            <Typography role="status" sx={{ flex: "1 1 200px" }}>
              Making tokens, one after the other: {countOf(state.left, "more", "more")} to go.
            </Typography>
            <Button variant="outlined" onClick={replay.stop}>
              Stop
            </Button>
          </>
        ) : (
          <>
            <Button variant="contained" disabled={chosen.length === 0} onClick={() => setAsking(chosen)}>
              {chosen.length === 0 ? "No token is chosen" : `Make ${countOf(chosen.length, "token")}`}
            </Button>
            <Button onClick={() => chooseFound(true)}>Choose all</Button>
            <Button onClick={() => chooseFound(false)}>Choose none</Button>
            {kit.tokens.length > 10 && (
              <TextField
                type="search"
                size="small"
                placeholder="Name or id"
                value={search}
                onChange={({ target }) => setSearch(target.value)}
                sx={{ flex: "1 1 140px", maxWidth: 280 }}
                slotProps={{
                  htmlInput: { "aria-label": "Search the kit by name or id", spellCheck: false, ...noManager },
                }}
              />
            )}
          </>
        )}
        {done + refused > 0 && (
          <Typography sx={{ marginInlineStart: "auto" }}>
            {count(done)} made{refused > 0 && `, ${count(refused)} refused`}
          </Typography>
        )}
      </Paper>
      {unready !== undefined && <ErrorState title="Nothing was made: a part of the page could not be loaded" failure={unready} />}
      {state.stoppedBy !== undefined && (
        <ErrorState
          title={
            state.stoppedBy.kind === "unknown-outcome"
              ? "Stopped: the answer to one token was lost"
              : "Stopped before all tokens were made"
          }
          failure={state.stoppedBy}
        />
      )}
      {made.length > 0 && !state.running && (
        <NewSecrets
          made={made}
          onCopied={() => replay.copied(made.map(({ place }) => place))}
          onDone={() => replay.keep(made.map(({ place }) => place))}
        />
      )}
      <Box
        component="ul"
        aria-label="Tokens of the kit"
        sx={{ listStyle: "none", margin: 0, padding: 0, borderTop: 1, borderColor: "divider" }}
      >
        {found.slice(0, most).map((place) => {
          const token = kit.tokens[place];
          const judgement = judgements[place];
          if (token === undefined || judgement === undefined) return null;
          return (
            <KitRow
              key={place}
              token={token}
              judgement={judgement}
              fate={fateOf(place)}
              chosen={isChosen(place)}
              disabled={state.running}
              now={now}
              filterName={(id) => filterNames.get(id) ?? nameInText(token.ipFilter?.name ?? id)}
              onChoose={(value) => setChoices(new Map([...choices, [place, value]]))}
              onShow={() => setShown(place)}
              onNotMade={() => replay.notMade(place)}
            />
          );
        })}
      </Box>
      {found.length === 0 && <Typography sx={{ color: "text.secondary" }}>No token of the kit matches.</Typography>}
      {found.length > most && (
        <Button variant="outlined" onClick={() => setMost(most + rowsAtATime)} sx={{ alignSelf: "start" }}>
          Show more: {count(found.length - most)} are left
        </Button>
      )}
      {dialog !== undefined && (
        <NewSecretDialog
          key={dialog.place}
          made={dialog}
          server={serverUrl(session)}
          onDone={() => {
            setShown(undefined);
            replay.keep([dialog.place]);
          }}
        />
      )}
      {asking !== undefined && (
        <ConfirmDialog
          title={`Make ${countOf(asking.length, "token")} again?`}
          confirm={`Make ${countOf(asking.length, "token")}`}
          onConfirm={() => void start(asking)}
          onCancel={() => setAsking(undefined)}
        >
          <Typography>
            {listWords(countsByKind(asking.flatMap((place) => kit.tokens[place] ?? [])))}, one after the other. Each gets a new id
            and a new secret, which is shown here and nowhere else.
          </Typography>
        </ConfirmDialog>
      )}
      <UnsavedChangesGuard
        when={(state.running || uncopied.length > 0) && dialog === undefined}
        title="Leave without the new tokens?"
        text="New secrets are shown this once. Once this page is left, nobody can read those that were not copied."
        leave="Leave without them"
      />
    </Box>
  );
}

/** How many tokens there are of each kind, in words. */
function countsByKind(tokens: readonly KitToken[]): readonly string[] {
  return tokenKinds.flatMap((kind) => {
    const some = tokens.filter((token) => token.kind === kind).length;
    return some === 0 ? [] : [countOf(some, `${kindTraits[kind].noun} token`)];
  });
}
