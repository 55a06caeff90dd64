import TextField from "@mui/material/TextField";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useController, useWatch } from "react-hook-form";
import * as z from "zod/mini";

import { nameInText } from "#domain/name.ts";
import {
  collectedKinds,
  collectorConfiguration,
  ingestVariable,
  referenceTo,
  type CollectedKind,
  type CollectorStart,
} from "#domain/print/collector.ts";
import { CreateCollectorConfigurationDocument } from "#logscale/generated/configurations.ts";
import { call } from "#web/api/client.ts";
import { serverUrl } from "#web/api/server.ts";
import { lostWords, watchCreation } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { ingestEndpointQuery } from "#web/ingest/queries.ts";
import { paths } from "#web/paths.ts";
import type { RollOutChoice } from "#web/roll-out/choice.ts";
import { useSession } from "#web/state/organization.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoopbackNote } from "#web/ui/LoopbackNote.tsx";
import { namesakesIn, namesakesWords } from "#web/ui/namesakes.ts";
import { noManager } from "#web/ui/noManager.ts";

import { NameField } from "./NameField.tsx";
import { configurationsQuery, fleetChanged } from "./queries.ts";
import { configurationFormSchema, serverSchema } from "./requests.ts";
import { TokenSourceFields, tokenSources, tokenTextOf } from "./TokenSource.tsx";

export interface CreateConfigurationDialogProps {
  /** Names in use, which a new configuration should not repeat. */
  readonly names: readonly string[];
  /** What was chosen before: the ingest token to send with. */
  readonly choice: RollOutChoice;
  readonly onCancel: () => void;
  /** Called with the new configuration's id, and what was chosen for it. */
  readonly onCreated: (id: string, choice: RollOutChoice) => void;
}

const schema = z.object({
  name: configurationFormSchema().shape.name,
  collected: z.enum(collectedKinds),
  server: serverSchema,
  token: z.object({ repository: z.string(), ingest: z.string(), source: z.enum(tokenSources) }),
});

const collectedWords: Readonly<Record<CollectedKind, string>> = {
  files: "Log files",
  journal: "The systemd journal of Linux",
  windows: "Event logs of Windows",
};

/** The form of a new collector configuration, which then opens with a draft that sends to this server. */
export function CreateConfigurationDialog(props: CreateConfigurationDialogProps) {
  const session = useSession();
  const endpoint = useQuery(ingestEndpointQuery);
  // What the server says of itself takes a moment; where it does not say, its own address is the best guess, and can be changed.
  if (endpoint.isPending) return null;
  return <CreateConfigurationForm {...props} server={endpoint.data ?? serverUrl(session)} />;
}

function CreateConfigurationForm({
  names,
  choice: { repository = "", ingest = "" },
  server,
  onCancel,
  onCreated,
}: CreateConfigurationDialogProps & { readonly server: string }) {
  const client = useQueryClient();
  const start: z.input<typeof schema> = {
    name: "",
    collected: "files",
    server,
    token: { repository, ingest, source: "variable" },
  };
  const textOf = (values: Omit<CollectorStart, "token">, token: string) => collectorConfiguration({ ...values, token });
  const { form, problem, ending } = useFormShell({
    start,
    schema,
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
    calls: ({ name, token, ...values }) => [
      {
        title: "Create a collector configuration",
        document: CreateCollectorConfigurationDocument,
        variables: { name, starter: textOf(values, referenceTo(ingestVariable)) },
        note: `It begins with a draft to start from; machines get nothing before it is published.${
          token.source === "text" ? " Here the variable stands in place of the ingest token’s value." : ""
        }`,
      },
    ],
    send: async ({ name, token, ...values }) => {
      const starter = textOf(values, await tokenTextOf(token));
      return (await call(CreateCollectorConfigurationDocument, { name, starter })).createLogCollectorConfiguration.id;
    },
    done: (id, { name, token }) => {
      announce(`The configuration ${nameInText(name)} was created.`);
      void fleetChanged(client);
      onCreated(id, token.ingest === "" ? {} : { repository: token.repository, ingest: token.ingest });
    },
    failed: () => void fleetChanged(client),
  });
  const namesakes = namesakesIn(useWatch({ control: form.control, name: "name" }), names);
  const token = useController({ control: form.control, name: "token" }).field;
  const address = useWatch({ control: form.control, name: "server" });
  return (
    <FormDialog title="Create a configuration" submit="Create configuration" form={ending} onCancel={onCancel}>
      <NameField
        field={form.register("name")}
        problem={problem("name")}
        helper={namesakesWords("configuration", namesakes) ?? "Which machines it is for: linux-web, windows-domain."}
      />
      <TextField
        {...form.register("collected")}
        select
        label="What is collected"
        size="small"
        helperText="To begin with. The text is yours to change."
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        {collectedKinds.map((kind) => (
          <option key={kind} value={kind}>
            {collectedWords[kind]}
          </option>
        ))}
      </TextField>
      <TextField
        {...form.register("server")}
        label="Server that takes the data"
        size="small"
        error={problem("server") !== undefined}
        helperText={problem("server") ?? "What the server says of itself. Machines must reach it at this address."}
        slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
      />
      <LoopbackNote url={address} />
      <TokenSourceFields chosen={token.value} onChoose={token.onChange} />
    </FormDialog>
  );
}
