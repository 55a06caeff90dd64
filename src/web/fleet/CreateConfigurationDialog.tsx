import { useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import * as z from "zod/mini";

import { nameInText } from "#domain/name.ts";
import { CreateCollectorConfigurationDocument } from "#logscale/generated/configurations.ts";
import { call } from "#web/api/client.ts";
import { lostWords, watchCreation } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { namesakesIn, namesakesWords } from "#web/ui/namesakes.ts";

import { NameField } from "./NameField.tsx";
import { configurationsQuery, fleetChanged } from "./queries.ts";
import { configurationFormSchema } from "./requests.ts";

export interface CreateConfigurationDialogProps {
  /** Names in use, which a new configuration should not repeat. */
  readonly names: readonly string[];
  readonly onCancel: () => void;
  /** Called with the new configuration's id. */
  readonly onCreated: (id: string) => void;
}

/** What a new configuration starts with: one file source and one sink, to be changed. */
const starter = `# What is collected.
sources:
  system_logs:
    type: file
    include: /var/log/*.log
    sink: logscale

# Where it is sent.
sinks:
  logscale:
    type: humio
    url: https://logscale.example.com
    # The value of an ingest token.
    token: ""
`;

/** The form of a new collector configuration, which then opens with a draft to start from. */
export function CreateConfigurationDialog({ names, onCancel, onCreated }: CreateConfigurationDialogProps) {
  const client = useQueryClient();
  const { form, problem, ending } = useFormShell({
    start: { name: "" },
    schema: z.pick(configurationFormSchema(), { name: true }),
    mode: "onSubmit",
    failure: "The configuration was not created",
    fields: { name: "name" },
    lost: {
      ...lostWords,
      watch: ({ name }) =>
        watchCreation("configuration", name, async () => {
          const { rows, steady } = await client.query(configurationsQuery);
          return { rows: rows.map(({ id, name: title }) => ({ name: title, to: paths.collectorConfiguration(id) })), steady };
        }),
    },
    calls: ({ name }) => [
      {
        title: "Create a collector configuration",
        document: CreateCollectorConfigurationDocument,
        variables: { name, starter },
        note: "It begins with a draft to start from; machines get nothing before it is published.",
      },
    ],
    send: async ({ name }) =>
      (await call(CreateCollectorConfigurationDocument, { name, starter })).createLogCollectorConfiguration.id,
    done: (id, { name }) => {
      announce(`The configuration ${nameInText(name)} was created.`);
      void fleetChanged(client);
      onCreated(id);
    },
    failed: () => void fleetChanged(client),
  });
  const namesakes = namesakesIn(useWatch({ control: form.control, name: "name" }), names);
  return (
    <FormDialog title="Create a configuration" submit="Create configuration" form={ending} onCancel={onCancel}>
      <NameField
        field={form.register("name")}
        problem={problem("name")}
        helper={namesakesWords("configuration", namesakes) ?? "Which machines it is for: linux-web, windows-domain."}
      />
    </FormDialog>
  );
}
