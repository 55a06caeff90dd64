import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";

import { nameInText } from "#domain/name.ts";
import { horizons, usedWithin } from "#domain/token/lastUse.ts";
import { lastUseFromWire } from "#logscale/convert.ts";
import { RemoveIngestTokenDocument } from "#logscale/generated/ingest.ts";
import { ApiCallButton } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { useLastAct } from "#web/api/useLastAct.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter, relativeTime } from "#web/ui/times.ts";

import type { IngestToken } from "./queries.ts";

export interface DeleteIngestTokenProps {
  readonly token: IngestToken;
  readonly onCancel: () => void;
  readonly onDeleted: () => void;
}

/** Asks before an ingest token is deleted, saying what that breaks, and does it. A token that is or may be in use takes a typed word. */
export function DeleteDialog({ token: { repository, name, use }, onCancel, onDeleted }: DeleteIngestTokenProps) {
  const now = useServerNow();
  const { pending, failure, act } = useLastAct();
  const lost = failure?.kind === "unknown-outcome";
  const variables = { repository, token: name };
  const lastUse = use && lastUseFromWire(use);
  const used = use === undefined ? "unknown" : usedWithin({ createdAt: use.createdAt, lastUse }, horizons.week, now);

  const remove = async () => {
    await call(RemoveIngestTokenDocument, variables);
    onDeleted();
  };
  return (
    <ConfirmDialog
      open
      title={`Delete ${nameInText(name)}?`}
      confirm={lost ? "Close" : "Delete it"}
      destructive={!lost}
      pending={pending}
      failure={failure}
      {...(used !== "no" && !lost && { typed: { expected: "delete", label: "Type delete to confirm" } })}
      aside={
        <ApiCallButton
          prepare={(show) => show({ title: "Delete an ingest token", document: RemoveIngestTokenDocument, variables })}
        />
      }
      onConfirm={() => (lost ? onCancel() : void act(remove))}
      onCancel={onCancel}
    >
      <Typography>
        Whatever sends data into <Name>{repository}</Name> with this token is refused at once, and most shippers throw away what
        is refused. The value cannot be brought back.
      </Typography>
      {use === undefined ? (
        <Typography sx={{ marginTop: 3 }}>This server does not tell whether the token is in use. It may be.</Typography>
      ) : use.lastUsedAt === null ? (
        <Typography sx={{ marginTop: 3 }}>
          {used === "no" ? "It was never used." : "It was not used yet. It is younger than 7 days, so somebody may be about to."}
        </Typography>
      ) : (
        <Alert severity={used === "yes" ? "warning" : "info"} sx={{ marginTop: 3 }}>
          It was last used {relativeTime(use.lastUsedAt, presentAfter(use.lastUsedAt, now))}
          {use.lastUsedFrom !== null && ` from ${use.lastUsedFrom}`}, and brought {countOf(use.eventsInLastDay, "event")} in the
          last day, {count(use.events)} in all.
        </Alert>
      )}
    </ConfirmDialog>
  );
}
