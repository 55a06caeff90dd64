import TextField from "@mui/material/TextField";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";

import { DescribeCollectorConfigurationDocument, RenameCollectorConfigurationDocument } from "#logscale/generated/fleet.ts";
import type { ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { changeFinding } from "#web/form/findings.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { namesakesIn, namesakesWords } from "#web/ui/namesakes.ts";
import { noManager } from "#web/ui/noManager.ts";

import { FormDialog } from "#web/form/FormDialog.tsx";
import { NameField } from "./NameField.tsx";
import { configurationsQuery, fleetChanged, type Configuration } from "./queries.ts";
import { configurationFormSchema, type ConfigurationForm } from "./requests.ts";
import { useFleetForm } from "./useFleetForm.ts";

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
  const { control, register, problem, dialog } = useFleetForm({
    start: { name: configuration.name, description: configuration.description ?? "" },
    schema: configurationFormSchema(configuration.name),
    fields: { name: "name", description: "description" },
    watch: (form) => async () => {
      const now = (await client.query(configurationsQuery)).rows.find((one) => one.id === id);
      return changeFinding("configuration", now, now?.name === form.name && (now.description ?? "") === form.description);
    },
    send: async (form) => {
      if (isRenamed(form)) await call(RenameCollectorConfigurationDocument, renaming(form));
      if (isDescribed(form)) await call(DescribeCollectorConfigurationDocument, description(form));
      await fleetChanged(client);
      announce("The name and the description were saved.");
      onClose();
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
  });
  const namesakes = namesakesIn(
    useWatch({ control, name: "name" }),
    others.filter((other) => other.id !== id).map((other) => other.name),
  );
  const warning = namesakesWords("configuration", namesakes);
  return (
    <FormDialog
      title="Rename or describe the configuration"
      submit="Save"
      failed="Not everything was saved"
      form={dialog}
      onCancel={onClose}
    >
      <NameField field={register("name")} problem={problem("name")} {...(warning !== undefined && { helper: warning })} />
      <TextField
        {...register("description")}
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
