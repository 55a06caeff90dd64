import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { personalIdLength, withIds } from "#domain/leak/found.ts";
import { withAuditedUse } from "#domain/token/auditedUse.ts";

import { failureOf } from "#web/api/client.ts";
import type { Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { tokenQuery } from "#web/tokens/tokenQuery.ts";
import { countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { TokenActions, type Done } from "./TokenActions.tsx";
import { TokenFind, UnknownToken } from "./TokenFind.tsx";
import { urgencies, urgencyOf, urgencyWords } from "#domain/leak/urgency.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import type { Find } from "./useScan.ts";
import { whereWords } from "./words.ts";

/** Tokens looked up at a time, each by a request of its own. */
const batch = 20;

export interface TokenFindsProps {
  readonly finds: readonly Find[];
  readonly session: Session;
}

/** The token strings that were found: what each is, the most urgent first, with what to do about it at hand. */
export function TokenFinds({ finds, session }: TokenFindsProps) {
  const now = useServerNow();
  const knowledge = useUseKnowledge();
  const [looked, setLooked] = useState(batch);
  const [acting, setActing] = useState<{ readonly type: "rotate" | "delete"; readonly token: TokenDetail }>();
  const [done, setDone] = useState<ReadonlyMap<string, Done>>(new Map());
  const strings = withIds(finds);
  const administrator = finds.find(({ kind }) => kind === "administrator");
  const shown = strings.slice(0, looked);
  const queries = useQueries({
    queries: shown.map(({ id }) => ({
      ...tokenQuery(id.length === personalIdLength ? "personal" : "any", id),
      staleTime: 60_000,
    })),
  });
  if (strings.length === 0 && administrator === undefined) return null;

  const audit = knowledge.type === "audited" ? knowledge.audit : undefined;
  const rows = shown.map(({ find, id }, index) => {
    const query = queries[index];
    const data = query?.data;
    const failure = query?.isError === true ? failureOf(query.error) : undefined;
    return { find, id, token: data && withAuditedUse(data, audit), failure, outcome: done.get(id), retry: query?.refetch };
  });
  const waiting = rows.some(
    ({ token, failure, outcome }) => outcome === undefined && token === undefined && failure === undefined,
  );
  const failed = rows.filter(({ failure }) => failure !== undefined && failure.kind !== "refused");
  const unknown = rows.filter(({ outcome, failure }) => outcome === undefined && failure?.kind === "refused");
  return (
    <Panel title="Token strings">
      {administrator !== undefined && (
        <Alert severity="error">
          The credential of a Tokenhouse’s local administrator, with root’s rights. Where it is this installation’s: stop the
          server, delete the folder local-admin in its data folder, and start it again; it then makes another.{" "}
          {whereWords(administrator)}.
        </Alert>
      )}
      {waiting && <LoadingShape label="Looking the tokens up by their ids" shape="form" rows={3} />}
      {failed.length > 0 && failed[0]?.failure !== undefined && (
        <ErrorState
          title={`${countOf(failed.length, "token")} could not be looked up`}
          failure={failed[0].failure}
          onRetry={() => failed.forEach(({ retry }) => void retry?.())}
        />
      )}
      {!waiting && (
        <>
          {[...done].map(([id, { words }]) => (
            <Alert key={id} severity="success">
              {words}
            </Alert>
          ))}
          {urgencies.map((urgency) => {
            const group = rows.flatMap(({ token, find, outcome }) =>
              token !== undefined && outcome === undefined && urgencyOf(token, now) === urgency ? [{ token, find }] : [],
            );
            if (group.length === 0) return null;
            const { title, advice } = urgencyWords[urgency];
            return (
              <Box key={urgency} component="section" aria-label={title}>
                <Typography variant="h3">{title}</Typography>
                <Typography sx={{ color: "text.secondary", marginBottom: 3, maxWidth: "90ch" }}>{advice}</Typography>
                <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
                  {group.map(({ token, find }) => (
                    <TokenFind
                      key={find.key}
                      token={token}
                      find={find}
                      session={session}
                      knowledge={knowledge}
                      now={now}
                      onAct={(type) => setActing({ type, token })}
                    />
                  ))}
                </Box>
              </Box>
            );
          })}
          {unknown.length > 0 && (
            <Box component="section" aria-label="No such token">
              <Typography variant="h3">No token of this id that you may see</Typography>
              <Typography sx={{ color: "text.secondary", marginBottom: 2, maxWidth: "90ch" }}>
                Deleted, rotated (which gives another id to all but personal tokens), of another organization, or not yours to
                administer: the server does not say which.
                {session.backend === "gateway" &&
                  " LogScale shows a personal token to its user alone: an id of 24 characters is that user’s id, and only the user can rotate the token."}{" "}
                Where you cannot rule out that one lives, ask somebody who may see all tokens.
              </Typography>
              <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
                {unknown.map(({ find }) => (
                  <UnknownToken key={find.key} find={find} />
                ))}
              </Box>
            </Box>
          )}
        </>
      )}
      {strings.length > looked && (
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 2 }}>
          <Typography>
            {countOf(strings.length - looked, "token string")} {strings.length - looked === 1 ? "was" : "were"} not looked up yet.
          </Typography>
          <Button variant="outlined" disabled={waiting} onClick={() => setLooked(looked + batch)}>
            Look up {Math.min(batch, strings.length - looked)} more
          </Button>
        </Box>
      )}
      <AuditUseNote knowledge={knowledge} />
      {acting !== undefined && (
        <TokenActions
          {...acting}
          session={session}
          onCancel={() => setActing(undefined)}
          onDone={(outcome) => {
            setActing(undefined);
            setDone(new Map([...done, [acting.token.id, outcome]]));
          }}
        />
      )}
    </Panel>
  );
}
