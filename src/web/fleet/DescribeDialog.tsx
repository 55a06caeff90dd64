import TextField from "@mui/material/TextField";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";

import {
  DescribeCollectorConfigurationDocument,
  RenameCollectorConfigurationDocument,
} from "#logscale/generated/configurations.ts";
import type { ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { namesakesIn, namesakesWords } from "#web/ui/namesakes.ts";
import { noManager } from "#web/ui/noManager.ts";

import { NameField } from "./NameField.tsx";
import { configurationsQuery, fleetChanged, type Configuration } from "./queries.ts";
import { configurationFormSchema, type ConfigurationForm } from "./requests.ts";

export interface DescribeDialogProps {
  readonly configuration: Configuration;
  readonly onClose: () => void;
}

/** The name and the description of a configuration. LogScale changes them one by one, so what did not change is not sent. */
export function DescribeDialog({ configuration, onClose }: DescribeDialogProps) {
  const client = useQueryClient();
  const { id } = configuration;
  const isRenamed = ({ name }: ConfigurationForm) => name !== configuration.name;
  const isDescribed = ({ description }: ConfigurationForm) => description !== (configuration.description ?? "");
  const renaming = ({ name }: ConfigurationForm) => ({ id, name });
  const description = (form: ConfigurationForm) => ({ id, description: form.description === "" ? null : form.description });
  const others = useQuery(configurationsQuery).data?.rows ?? [];
  const { form, problem, ending } = useFormShell({
    start: { name: configuration.name, description: configuration.description ?? "" },
    schema: configurationFormSchema(configuration.name),
    mode: "onSubmit",
    failure: "Not everything was saved",
    fields: { name: "name", description: "description" },
    lost: {
      ...lostWords,
      watch: (form) => async () => {
        const now = (await client.query(configurationsQuery)).rows.find((one) => one.id === id);
        return changeFinding("configuration", now, now?.name === form.name && (now.description ?? "") === form.description);
      },
    },
    calls: (form) => {
      const rename: ShownCall = {
        title: "Rename a collector configuration",
        document: RenameCollectorConfigurationDocument,
        variables: renaming(form),
      };
      const describe: ShownCall = {
        title: "Describe a collector configuration",
        document: DescribeCollectorConfigurationDocument,
        variables: description(form),
      };
      if (isRenamed(form) === isDescribed(form)) return [rename, describe];
      return [isRenamed(form) ? rename : describe];
    },
    send: async (values) => {
      if (isRenamed(values)) await call(RenameCollectorConfigurationDocument, renaming(values));
      if (isDescribed(values)) await call(DescribeCollectorConfigurationDocument, description(values));
    },
    done: async () => {
      await fleetChanged(client);
      announce("The name and the description were saved.");
      onClose();
    },
    failed: () => void fleetChanged(client),
  });
  const namesakes = namesakesIn(
    useWatch({ control: form.control, name: "name" }),
    others.filter((other) => other.id !== id).map((other) => other.name),
  );
  const warning = namesakesWords("configuration", namesakes);
  return (
    <FormDialog title="Rename or describe the configuration" submit="Save" form={ending} onCancel={onClose}>
      <NameField field={form.register("name")} problem={problem("name")} {...(warning !== undefined && { helper: warning })} />
      <TextField
        {...form.register("description")}
        label="Description"
        size="small"
        multiline
        minRows={2}
        error={problem("description") !== undefined}
        helperText={problem("description") ?? "What it is for; may be left empty."}
        slotProps={{ htmlInput: noManager }}
      />
    </FormDialog>
  );
}
