import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import RotateIcon from "@mui/icons-material/AutorenewOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Typography from "@mui/material/Typography";
import { Suspense, useMemo, useState } from "react";

import { startsTicked, type GoneToken, type TiedToken } from "#domain/incident/incident.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import { dotFor, lifeWords, TokenRowEnd } from "#web/inventory/bulk/TokenRowEnd.tsx";
import { TokenRows } from "#web/inventory/bulk/TokenRows.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { tieWords } from "./words.ts";

const BulkDialog = lazyDialog(async () => (await import("#web/inventory/bulk/BulkDialog.tsx")).BulkDialog);

export interface TiedTokensProps {
  readonly tied: readonly TiedToken[];
  readonly gone: readonly GoneToken[];
  /** Whether tokens are still being read. */
  readonly reading: boolean;
  /** Whether some could not be read. */
  readonly failed: boolean;
  /** Id of the token that the reader is signed in with. */
  readonly own: string | undefined;
  /** Joins the records of all that is done about the incident. */
  readonly act: string;
  readonly now: number;
}

/** The tokens that have to do with the incident, each with a box to tick, and what is done with those that are ticked. */
export function TiedTokens({ tied, gone, reading, failed, own, act, now }: TiedTokensProps) {
  // What somebody ticked or unticked; all others are as they begin.
  const [set, setSet] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [opened, setOpened] = useState<{ readonly type: "delete" | "rotate"; readonly tokens: readonly InventoryToken[] }>();
  const ticked = useMemo(() => {
    const isTicked = (one: TiedToken) => set.get(one.token.key) ?? (one.token.id !== own && startsTicked(one, now));
    return new Set(tied.filter(isTicked).map(({ token }) => token.key));
  }, [tied, set, own, now]);
  const inUse = tied.filter(({ token }) => dotFor(token, now) === "used").length;
  const unknown = tied.filter(({ token }) => dotFor(token, now) === "unknown").length;
  const tickAll = (value: boolean) => setSet(new Map(tied.map(({ token }) => [token.key, value])));
  const open = (type: "delete" | "rotate") =>
    setOpened({ type, tokens: tied.flatMap(({ token }) => (ticked.has(token.key) ? [token] : [])) });
  return (
    <Panel title={`Tokens (${count(tied.length)})`}>
      {tied.length > 0 && (
        <>
          <Typography>
            {count(inUse)} {inUse === 1 ? "is" : "are"} in use
            {unknown > 0 && `, and of ${count(unknown)} it is not known`}. Ticked from the start: the token that this is about,
            and tokens that it made or gave a new secret, where the records show no use in the past week. Tick others once you
            know what would stop.
          </Typography>
          <Box
            role="group"
            aria-label="What to do with them"
            sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 2 }}
          >
            <Typography component="span" role="status" sx={{ fontWeight: 600 }}>
              {count(ticked.size)} ticked
            </Typography>
            <Button size="small" onClick={() => tickAll(true)}>
              Tick all
            </Button>
            <Button size="small" onClick={() => tickAll(false)}>
              Tick none
            </Button>
            <Button
              size="small"
              variant="outlined"
              startIcon={<RotateIcon />}
              disabled={ticked.size === 0}
              onClick={() => open("rotate")}
            >
              Rotate…
            </Button>
            <Button
              size="small"
              variant="outlined"
              color="error"
              startIcon={<DeleteIcon />}
              disabled={ticked.size === 0}
              onClick={() => open("delete")}
            >
              Delete…
            </Button>
          </Box>
        </>
      )}
      <TokenRows
        label="Tokens that have to do with it"
        items={tied}
        mostInSight={8}
        wordsOf={(one) => rowWords(one, now)}
        renderMark={({ token }) => (
          <Checkbox
            size="small"
            checked={ticked.has(token.key)}
            onChange={(_, value) => setSet(new Map([...set, [token.key, value]]))}
            slotProps={{ input: { "aria-label": `Tick ${nameInText(token.name)}` } }}
          />
        )}
        renderSign={({ token }) => <TokenRowEnd token={token} now={now} />}
        empty={
          reading
            ? "Tokens are still being read."
            : failed
              ? "Not all tokens could be read, and none of the others has to do with it."
              : "No token that is listed to you has to do with it."
        }
      />
      {gone.length > 0 && <Gone gone={gone} now={now} />}
      {opened !== undefined && (
        <Suspense fallback={null}>
          <BulkDialog {...opened} act={act} onClose={() => setOpened(undefined)} />
        </Suspense>
      )}
    </Panel>
  );
}

function rowWords({ token, ties }: TiedToken, now: number): string {
  const tied = ties.map((tie) => tieWords[tie]).join("; ");
  return [tied.charAt(0).toUpperCase() + tied.slice(1), ...lifeWords(token, now)].join(" · ");
}

/** Tokens that are named at most. */
const mostNamed = 50;

function Gone({ gone, now }: { readonly gone: readonly GoneToken[]; readonly now: number }) {
  return (
    <Box>
      <Typography>
        {countOf(gone.length, "token")} that it made {gone.length === 1 ? "is" : "are"} not listed any more: deleted, expired, or
        rotated since, which gives another id. A rotated one whose creator is known is listed above.
      </Typography>
      <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
        {gone.slice(0, mostNamed).map(({ kind, id, name, madeAt }) => (
          <li key={`${kind} ${id}`}>
            <Name>{name ?? id}</Name>, made <Instant at={madeAt} now={now} />
          </li>
        ))}
        {gone.length > mostNamed && <li>and {count(gone.length - mostNamed)} more</li>}
      </Box>
    </Box>
  );
}
