import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import { DeleteCollectorConfigurationDocument } from "#logscale/generated/configurations.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import { call } from "#web/api/client.ts";
import { paths } from "#web/paths.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { lostDeletion } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { countOf } from "#web/ui/counts.ts";
import { listLink } from "#web/ui/lists.ts";
import { tellAt } from "#web/ui/notice.ts";

import { configurationsQuery, fleetChanged, type Configuration } from "./queries.ts";

export interface DeleteConfigurationDialogProps {
  readonly configuration: Configuration;
  /** The tokens that have it, as far as is known. */
  readonly users: readonly FleetTokenFacts[];
  readonly onClose: () => void;
}

/** Asks before a configuration is deleted, and says what prevents it. */
export function DeleteConfigurationDialog({ configuration, users, onClose }: DeleteConfigurationDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { id, name, version } = configuration;
  const variables = { id, version };
  const deletion = useAction({
    failure: "The configuration was not deleted",
    calls: () => [
      {
        title: "Delete a collector configuration",
        document: DeleteCollectorConfigurationDocument,
        variables,
        note: "It is refused where another version was published meanwhile.",
      },
    ],
    lost: lostDeletion(async () => (await client.query(configurationsQuery)).rows.some((one) => one.id === id)),
    send: async () => void (await call(DeleteCollectorConfigurationDocument, variables)),
    done: async () => {
      tellAt(paths.collectorConfigurations, `The configuration ${nameInText(name)} was deleted.`);
      await navigate(listLink(paths.collectorConfigurations), { replace: true });
      void fleetChanged(client);
    },
    failed: () => void fleetChanged(client),
  });
  return (
    <ActionDialog
      action={deletion}
      title={`Delete the configuration ${nameInText(name)}?`}
      confirm="Delete configuration"
      destructive
      onCancel={onClose}
    >
      {users.length > 0
        ? `${countOf(users.length, "fleet token")} ${users.length === 1 ? "has" : "have"} it. Take it away from ${users.length === 1 ? "it" : "them"} first: a configuration in use is not deleted.`
        : "Its text and its draft are lost. No fleet token has it."}
    </ActionDialog>
  );
}
