import TextField from "@mui/material/TextField";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";

import { nameInText } from "#domain/name.ts";
import { CreateFleetTokenDocument } from "#logscale/generated/fleet.ts";
import { call } from "#web/api/client.ts";
import { watchCreation } from "#web/form/findings.ts";
import { paths } from "#web/paths.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { namesakesIn, namesakesWords } from "#web/ui/namesakes.ts";

import { addressOf } from "./address.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { NameField } from "./NameField.tsx";
import { configurationsQuery, fleetChanged, fleetTokensQuery } from "./queries.ts";
import { tokenFormSchema, type FleetTokenForm } from "./requests.ts";
import { useFleetForm } from "./useFleetForm.ts";

export interface CreateTokenDialogProps {
  /** Names that are taken, of which another token should not be one: LogScale allows it, people mix them up. */
  readonly names: readonly string[];
  readonly onCancel: () => void;
  /** Called with the new token's address. */
  readonly onCreated: (address: string) => void;
}

/** The form of a new fleet token. */
export function CreateTokenDialog({ names, onCancel, onCreated }: CreateTokenDialogProps) {
  const client = useQueryClient();
  const configurations = useQuery(configurationsQuery).data?.rows ?? [];
  const { control, register, problem, dialog } = useFleetForm({
    start: { name: "", configuration: "" },
    schema: tokenFormSchema,
    fields: { name: "name", configId: "configuration" },
    watch: ({ name }) =>
      watchCreation("fleet token", name, async () => {
        const { rows, steady } = await client.query(fleetTokensQuery);
        return { rows: rows.map((token) => ({ name: token.name, to: paths.fleetToken(token.address) })), steady };
      }),
    send: async (form) => {
      const answer = await call(CreateFleetTokenDocument, variablesOf(form));
      announce(`The fleet token ${nameInText(form.name)} was created.`);
      void fleetChanged(client);
      onCreated(addressOf(answer.createFleetInstallToken.token));
    },
    calls: (form) => [
      {
        title: "Create a fleet token",
        document: CreateFleetTokenDocument,
        variables: variablesOf(form),
        note: "The answer holds the new token: whoever has it can enrol machines.",
      },
    ],
  });
  const namesakes = namesakesIn(useWatch({ control, name: "name" }), names);
  return (
    <FormDialog
      title="Create a fleet token"
      submit="Create fleet token"
      failed="The fleet token was not created"
      form={dialog}
      onCancel={onCancel}
    >
      <NameField
        field={register("name")}
        problem={problem("name")}
        helper={namesakesWords("fleet token", namesakes) ?? "Which machines are installed with it: web-servers, branch-offices."}
      />
      <TextField
        {...register("configuration")}
        select
        label="Configuration"
        size="small"
        error={problem("configuration") !== undefined}
        helperText={problem("configuration") ?? "What a machine that enrols with the token collects. It can be assigned later."}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">None yet</option>
        {configurations.map(({ id, name: title, version }) => (
          <option key={id} value={id}>
            {nameInText(title)}
            {version === 0 ? " (not published)" : ""}
          </option>
        ))}
      </TextField>
    </FormDialog>
  );
}

function variablesOf({ name, configuration }: FleetTokenForm) {
  return { name, configuration: configuration === "" ? null : configuration };
}
