import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useController, useWatch } from "react-hook-form";

import { nameInText } from "#domain/name.ts";
import { CreateFleetTokenDocument } from "#logscale/generated/fleetToken.ts";
import { call } from "#web/api/client.ts";
import { lostWords, watchCreation } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { Choice } from "#web/roll-out/Choice.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { namesakesIn, namesakesWords } from "#web/ui/namesakes.ts";

import { handleOf } from "#logscale/fleetHandle.ts";
import { NameField } from "./NameField.tsx";
import { configurationsQuery, fleetChanged, fleetTokensNowQuery } from "./queries.ts";
import { tokenFormSchema, type FleetTokenForm } from "./requests.ts";

export interface CreateTokenDialogProps {
  /** Names in use. LogScale allows a second token of one name; people mix them up. */
  readonly names: readonly string[];
  /** The id of a configuration that was chosen before; empty for none. */
  readonly configuration: string;
  readonly onCancel: () => void;
  /** Called with the new token's handle. */
  readonly onCreated: (handle: string) => void;
}

/** The form of a new fleet token. */
export function CreateTokenDialog({ names, configuration, onCancel, onCreated }: CreateTokenDialogProps) {
  const client = useQueryClient();
  const configurations = useQuery(configurationsQuery).data?.rows;
  const { form, problem, ending } = useFormShell({
    start: { name: "", configuration },
    schema: tokenFormSchema,
    mode: "onSubmit",
    failure: "The fleet token was not created",
    fields: { name: "name", configId: "configuration" },
    lost: {
      ...lostWords,
      watch: ({ name }) =>
        watchCreation("fleet token", name, async () => {
          const { rows, steady } = await client.query(fleetTokensNowQuery);
          return { rows: rows.map((token) => ({ name: token.name, to: paths.fleetToken(token.handle) })), steady };
        }),
    },
    calls: (values) => [
      {
        title: "Create a fleet token",
        document: CreateFleetTokenDocument,
        variables: variablesOf(values),
        note: "The answer holds the new token: whoever has it can enrol machines.",
      },
    ],
    send: async (values) => handleOf((await call(CreateFleetTokenDocument, variablesOf(values))).createFleetInstallToken.token),
    done: (handle, { name }) => {
      announce(`The fleet token ${nameInText(name)} was created.`);
      void fleetChanged(client);
      onCreated(handle);
    },
    failed: () => void fleetChanged(client),
  });
  const namesakes = namesakesIn(useWatch({ control: form.control, name: "name" }), names);
  const assigned = useController({ control: form.control, name: "configuration" }).field;
  return (
    <FormDialog title="Create a fleet token" submit="Create fleet token" form={ending} onCancel={onCancel}>
      <NameField
        field={form.register("name")}
        problem={problem("name")}
        helper={namesakesWords("fleet token", namesakes) ?? "Which machines are installed with it: web-servers, branch-offices."}
      />
      <Choice
        label="Configuration"
        value={assigned.value}
        options={configurations?.map(({ id, name: title, version }) => ({
          value: id,
          name: title,
          remark: version === 0 ? "not published" : undefined,
        }))}
        problem={problem("configuration")}
        helper="What a machine that enrols with the token collects. It can be assigned later."
        onChoose={assigned.onChange}
      />
    </FormDialog>
  );
}

function variablesOf({ name, configuration }: FleetTokenForm) {
  return { name, configuration: configuration === "" ? null : configuration };
}
