import { useQueryClient } from "@tanstack/react-query";
import * as z from "zod/mini";

import { RenameFleetTokenDocument } from "#logscale/generated/fleet.ts";
import { notShown } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { FormDialog } from "./FormDialog.tsx";
import { NameField } from "./NameField.tsx";
import { fleetChanged, type FleetToken } from "./queries.ts";
import { tokenFormSchema } from "./requests.ts";
import { useFleetForm } from "./useFleetForm.ts";

/** Gives a fleet token another name. */
export function RenameTokenDialog({ token, onClose }: { readonly token: FleetToken; readonly onClose: () => void }) {
  const client = useQueryClient();
  const { register, problem, dialog } = useFleetForm({
    start: { name: token.name },
    schema: z.pick(tokenFormSchema, { name: true }),
    fields: { name: "name" },
    send: async ({ name }) => {
      await call(RenameFleetTokenDocument, { fleetToken: token.value.reveal(), name });
      announce(`The fleet token is called ${name} now.`);
      await fleetChanged(client);
      onClose();
    },
    calls: ({ name }) => [
      {
        title: "Rename a fleet token",
        document: RenameFleetTokenDocument,
        variables: { fleetToken: notShown, name },
      },
    ],
  });
  return (
    <FormDialog
      title="Rename the fleet token"
      submit="Rename"
      failed="The fleet token was not renamed"
      form={dialog}
      onCancel={onClose}
    >
      <NameField
        field={register("name")}
        problem={problem("name")}
        helper="The token itself stays the same, so nothing has to be installed anew."
      />
    </FormDialog>
  );
}
