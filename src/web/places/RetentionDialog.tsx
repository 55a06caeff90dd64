import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { nameInText } from "#domain/name.ts";
import {
  amountOf,
  retentionOf,
  retentionParts,
  shortenedParts,
  type Retention,
  type RetentionPart,
} from "#domain/places/retention.ts";
import { call } from "#web/api/client.ts";
import { offers } from "#web/api/session.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { askedAction } from "#web/form/useAction.ts";
import { useFormShell } from "#web/form/useFormShell.ts";
import { useSession } from "#web/state/organization.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import type { PlaceDialogProps } from "./DescribeDialog.tsx";
import { placeQuery, placesChanged, type RepositoryDetail } from "./queries.ts";
import { retentionChangeOf, retentionFormSchema } from "./requests.ts";
import { RetentionFields } from "./RetentionFields.tsx";
import { limitWords } from "./words.ts";

/** Changes how long a repository keeps events. Asks first where it would keep less. */
export function RetentionDialog({ place, onClose }: PlaceDialogProps<RepositoryDetail>) {
  const client = useQueryClient();
  const { name } = place;
  // What the form began with, whatever is read meanwhile: only what differs from it is sent.
  const [before] = useState(() => retentionOf(place));
  const { form, problem, sending, ending } = useFormShell({
    start: startOf(before),
    schema: retentionFormSchema,
    mode: "onSubmit",
    failure: "The retention was not changed",
    fields: {
      timeBasedRetention: "time",
      ingestSizeBasedRetention: "ingestSize",
      storageSizeBasedRetention: "storageSize",
    },
    lost: {
      ...lostWords,
      watch: (wanted) => async () => {
        const now = await client.query({ ...placeQuery(name), staleTime: 0 });
        const isRepository = now?.__typename === "Repository";
        return changeFinding("repository", now ?? undefined, isRepository && isSame(retentionOf(now), wanted));
      },
    },
    calls: (wanted) => [{ title: "Change the retention of a repository", ...retentionChangeOf(name, before, wanted) }],
    ask: (wanted) => shortenedParts(before, wanted).length > 0,
    send: async (wanted) => {
      if (isSame(before, wanted)) return false;
      const { document, variables } = retentionChangeOf(name, before, wanted);
      await call(document, variables);
      return true;
    },
    done: async (changed) => {
      announce(`The retention of ${nameInText(name)} ${changed ? "was changed" : "stays as it is"}.`);
      await placesChanged(client);
      onClose();
    },
    failed: () => void placesChanged(client),
  });
  const action = askedAction(sending);
  const { asked } = sending;
  const countsOnly = offers(useSession(), "ingestUse");
  return (
    <>
      <FormDialog
        title={`Retention of ${nameInText(name)}`}
        submit="Change retention"
        form={ending}
        onCancel={onClose}
        text={
          <Typography>
            Events beyond any of these limits are deleted, the oldest first. Who shortens a retention deletes events that are
            there already.
          </Typography>
        }
      >
        <RetentionFields field={(part) => form.register(part)} problem={(part) => problem(part)} first />
        {countsOnly && <EmbeddedNote />}
      </FormDialog>
      {action !== undefined && asked !== undefined && (
        <ActionDialog
          action={action}
          title={`Keep less in ${nameInText(name)}?`}
          confirm="Shorten the retention"
          destructive
          onCancel={sending.forget}
        >
          <Typography>
            {countsOnly
              ? "With this retention a LogScale deletes, and nobody can bring back:"
              : "These are deleted, and nobody can bring them back:"}
          </Typography>
          <Box component="ul" sx={{ marginBlock: 2, paddingInlineStart: 5 }}>
            {shortenedParts(before, asked).map((part) => (
              <li key={part}>{shortenedWords(part, before[part], asked[part])}</li>
            ))}
          </Box>
          {countsOnly && <EmbeddedNote />}
        </ActionDialog>
      )}
    </>
  );
}

/** What becomes of a retention on a server that keeps no events. */
function EmbeddedNote() {
  return (
    <Alert severity="info">
      This embedded server deletes nothing by it: it counts events, and keeps the last 100 of a repository whatever the retention.
    </Alert>
  );
}

function startOf(retention: Retention): Record<RetentionPart, string> {
  return {
    time: amountOf("time", retention.time),
    ingestSize: amountOf("ingestSize", retention.ingestSize),
    storageSize: amountOf("storageSize", retention.storageSize),
  };
}

function isSame(a: Retention, b: Retention): boolean {
  return retentionParts.every((part) => a[part] === b[part]);
}

const shortenedTitles = {
  time: "events older than",
  ingestSize: "the oldest events, until those that stay had at most, as ingested,",
  storageSize: "the oldest events, until those that stay take at most",
} as const satisfies Record<RetentionPart, string>;

function shortenedWords(part: RetentionPart, before: number | null, after: number | null): string {
  const limit = after === null ? "no limit" : limitWords(part, after);
  return `${shortenedTitles[part]} ${limit} (now ${before === null ? "without limit" : limitWords(part, before)})`;
}
