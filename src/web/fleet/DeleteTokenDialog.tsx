import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { DeleteFleetTokenDocument } from "#logscale/generated/fleetToken.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import { notShown } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { lostDeletion, onlyWhile } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { forgetNotes } from "#web/inventory/notes/forget.ts";
import type { Secret } from "#web/secrets/secret.ts";
import { Words } from "#web/ui/Name.tsx";

import { fleetTokenNow } from "./queries.ts";
import { withFleetValue } from "./values.ts";

export interface DeleteTokenDialogProps {
  readonly token: Pick<FleetTokenFacts, "handle" | "name">;
  /** Its value, where that is known already. */
  readonly value?: Secret;
  /** Which of several tokens of its name it is, in a sentence. */
  readonly about?: string;
  /** What speaks against it, in sentences: it then takes a typed word. */
  readonly doubt?: string;
  /** Looks right before it is deleted whether that is still as the dialog says; where it is not, nothing is deleted and the page says why. */
  readonly still?: () => Promise<boolean>;
  readonly onCancel: () => void;
  readonly onDeleted: () => unknown;
}

/** Asks before a fleet token is deleted, and does it. */
export function DeleteTokenDialog({ token, value, about, doubt, still, onCancel, onDeleted }: DeleteTokenDialogProps) {
  const client = useQueryClient();
  const deletion = useAction({
    failure: "The fleet token was not deleted",
    calls: () => [{ title: "Delete a fleet token", document: DeleteFleetTokenDocument, variables: { fleetToken: notShown } }],
    lost: onlyWhile(
      still,
      lostDeletion(async () => (await fleetTokenNow(client, token.handle)) !== undefined),
    ),
    send: async () => {
      const remove = (fleetToken: string) => call(DeleteFleetTokenDocument, { fleetToken });
      await (value === undefined ? withFleetValue(client, token.handle, remove) : remove(value.reveal()));
    },
    done: () => {
      void forgetNotes(client, { kind: "fleet", handle: token.handle });
      return onDeleted();
    },
  });
  return (
    <ActionDialog
      action={deletion}
      title={`Delete the fleet token ${nameInText(token.name)}?`}
      confirm="Delete fleet token"
      destructive
      typed={doubt === undefined ? undefined : { expected: "delete", label: "Type delete to confirm" }}
      onCancel={onCancel}
    >
      {about !== undefined && (
        <Typography sx={{ marginBottom: 2 }}>
          <Words>{about}</Words>
        </Typography>
      )}
      {doubt !== undefined && (
        <Alert severity="warning" sx={{ marginBottom: 3 }}>
          {doubt}
        </Alert>
      )}
      No machine can enrol with it any more: installation scripts that contain it fail from then on. Machines that are enrolled
      already are not touched. It cannot be brought back.
    </ActionDialog>
  );
}
