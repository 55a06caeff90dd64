import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";

import { nameInText } from "#domain/name.ts";
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

export interface DeleteDialogProps {
  readonly token: IngestToken;
  readonly onCancel: () => void;
  readonly onDeleted: () => void;
}

/** A token used within this time, ms, is taken to be in use. */
const lately = 7 * 86_400_000;

/** Asks before an ingest token is deleted, saying what that breaks, and does it. A token in use takes a typed word. */
export function DeleteDialog({ token: { repository, name, use }, onCancel, onDeleted }: DeleteDialogProps) {
  const now = useServerNow();
  const { pending, failure, act } = useLastAct();
  const lost = failure?.kind === "unknown-outcome";
  const lastUsedAt = use?.lastUsedAt ?? null;
  const variables = { repository, token: name };
  const used = lastUsedAt !== null && lastUsedAt > now - lately;

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
      {...(used && !lost && { typed: { expected: "delete", label: "Type delete to confirm" } })}
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
        <Typography sx={{ marginTop: 3 }}>This server does not tell whether the token is in use.</Typography>
      ) : lastUsedAt === null ? (
        <Typography sx={{ marginTop: 3 }}>It was never used.</Typography>
      ) : (
        <Alert severity={used ? "warning" : "info"} sx={{ marginTop: 3 }}>
          It was last used {relativeTime(lastUsedAt, presentAfter(lastUsedAt, now))}
          {use.lastUsedFrom !== null && ` from ${use.lastUsedFrom}`}, and brought {countOf(use.eventsInLastDay, "event")} in the
          last day, {count(use.events)} in all.
        </Alert>
      )}
    </ConfirmDialog>
  );
}
