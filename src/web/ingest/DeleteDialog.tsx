import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { horizons, usedWithin } from "#domain/token/lastUse.ts";
import { lastUseFromWire } from "#logscale/convert.ts";
import { RemoveIngestTokenDocument } from "#logscale/generated/ingestToken.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import { call } from "#web/api/client.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { lostDeletion, onlyWhile } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { forgetNotes } from "#web/inventory/notes/forget.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Name, Words } from "#web/ui/Name.tsx";
import { presentAfter, relativeTime } from "#web/ui/times.ts";

import { ingestTokensQuery } from "./queries.ts";

export interface DeleteIngestTokenProps {
  readonly token: IngestToken;
  /** What there is to know of it first, in a sentence. */
  readonly about?: string;
  /** What else speaks against it, in sentences: it then takes a typed word as well. */
  readonly doubt?: string;
  /** Looks right before it is deleted whether that is still as the dialog says; where it is not, nothing is deleted and the page says why. */
  readonly still?: () => Promise<boolean>;
  readonly onCancel: () => void;
  readonly onDeleted: () => void;
}

/** Asks before an ingest token is deleted, saying what that breaks, and does it. A token that is or may be in use takes a typed word. */
export function DeleteDialog({
  token: { repository, name, use },
  about,
  doubt,
  still,
  onCancel,
  onDeleted,
}: DeleteIngestTokenProps) {
  const now = useServerNow();
  const client = useQueryClient();
  const variables = { repository, token: name };
  const lastUse = use && lastUseFromWire(use);
  const used = use === undefined ? "unknown" : usedWithin({ createdAt: use.createdAt, lastUse }, horizons.week, now);

  const deletion = useAction({
    failure: "The token was not deleted",
    calls: () => [{ title: "Delete an ingest token", document: RemoveIngestTokenDocument, variables }],
    lost: onlyWhile(
      still,
      lostDeletion(async () => (await client.query(ingestTokensQuery(repository))).some((token) => token.name === name)),
    ),
    send: async () => void (await call(RemoveIngestTokenDocument, variables)),
    done: () => {
      void forgetNotes(client, { kind: "ingest", repository, name });
      onDeleted();
    },
  });
  return (
    <ActionDialog
      action={deletion}
      title={`Delete ${nameInText(name)}?`}
      confirm="Delete it"
      destructive
      typed={used !== "no" || doubt !== undefined ? { expected: "delete", label: "Type delete to confirm" } : undefined}
      onCancel={onCancel}
    >
      {about !== undefined && (
        <Typography sx={{ marginBottom: 2 }}>
          <Words>{about}</Words>
        </Typography>
      )}
      <Typography>
        Whatever sends data into <Name>{repository}</Name> with this token is refused at once, and most shippers throw away what
        is refused. The value cannot be brought back.
      </Typography>
      {doubt !== undefined && (
        <Alert severity="warning" sx={{ marginTop: 3 }}>
          {doubt}
        </Alert>
      )}
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
    </ActionDialog>
  );
}
