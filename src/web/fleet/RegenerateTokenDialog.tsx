import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { RegenerateFleetTokenDocument } from "#logscale/generated/fleetTokenExtension.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import { notShown } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { useAction } from "#web/form/useAction.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { fleetTokenNow } from "./queries.ts";
import { withFleetValue } from "./values.ts";

export interface RegenerateTokenDialogProps {
  readonly token: FleetTokenFacts;
  readonly onCancel: () => void;
  /** Takes what stands for the new value in links; undefined where only the answer was lost, and the new value is not known. */
  readonly onRegenerated: (handle: string | undefined) => unknown;
}

/** Asks before a fleet token gets another value, and does it. */
export function RegenerateTokenDialog({ token, onCancel, onRegenerated }: RegenerateTokenDialogProps) {
  const client = useQueryClient();
  const regeneration = useAction<string | undefined>({
    failure: "The fleet token has its former value still",
    calls: () => [
      {
        title: "Give a fleet token another value",
        document: RegenerateFleetTokenDocument,
        variables: { fleetToken: notShown },
      },
    ],
    lost: {
      title: "It is not known whether it has another value now",
      action: "Look whether the former one is gone",
      watch: () => async () => {
        if ((await fleetTokenNow(client, token.handle)) === undefined) return { found: undefined };
        announce("It has its former value still. You can regenerate it now.");
        return "not-done";
      },
    },
    send: async () => {
      const { regenerateFleetInstallToken: made } = await withFleetValue(client, token.handle, (fleetToken) =>
        call(RegenerateFleetTokenDocument, { fleetToken }),
      );
      // Nothing may fail any more: it is done.
      return handleOf(made.token);
    },
    done: (handle) => onRegenerated(handle),
  });
  return (
    <ActionDialog
      action={regeneration}
      title={`Regenerate the fleet token ${nameInText(token.name)}?`}
      confirm="Regenerate"
      destructive
      typed={{ expected: "regenerate", label: "Type regenerate to confirm" }}
      onCancel={onCancel}
    >
      It gets another value, and nobody can enrol with the one before: installation scripts, images and deployments that contain
      it fail from then on, until they have the new one. Machines that are enrolled already are not touched. The former value
      cannot be brought back.
    </ActionDialog>
  );
}
