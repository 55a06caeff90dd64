import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import * as z from "zod/mini";

import { nameInText } from "#domain/name.ts";
import { RenameFleetTokenDocument } from "#logscale/generated/fleetToken.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import { notShown } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { namesakesIn, namesakesWords } from "#web/ui/namesakes.ts";

import { NameField } from "./NameField.tsx";
import { fleetChanged, fleetTokenNow, fleetTokensQuery } from "./queries.ts";
import { tokenFormSchema } from "./requests.ts";
import { withFleetValue } from "./values.ts";

/** Gives a fleet token another name. */
export function RenameTokenDialog({ token, onClose }: { readonly token: FleetTokenFacts; readonly onClose: () => void }) {
  const client = useQueryClient();
  const tokens = useQuery(fleetTokensQuery).data?.rows ?? [];
  const { form, problem, ending } = useFormShell({
    start: { name: token.name },
    schema: z.pick(tokenFormSchema, { name: true }),
    mode: "onSubmit",
    failure: "The fleet token was not renamed",
    fields: { name: "name" },
    lost: {
      ...lostWords,
      watch:
        ({ name }) =>
        async () => {
          const now = await fleetTokenNow(client, token.handle);
          return changeFinding("fleet token", now, now?.name === name);
        },
    },
    calls: ({ name }) => [
      {
        title: "Rename a fleet token",
        document: RenameFleetTokenDocument,
        variables: { fleetToken: notShown, name },
      },
    ],
    send: async ({ name }) => {
      await withFleetValue(client, token.handle, (fleetToken) => call(RenameFleetTokenDocument, { fleetToken, name }));
    },
    done: async (_, { name }) => {
      announce(`The fleet token is called ${nameInText(name)} now.`);
      await fleetChanged(client);
      onClose();
    },
    failed: () => void fleetChanged(client),
  });
  const namesakes = namesakesIn(
    useWatch({ control: form.control, name: "name" }),
    tokens.filter(({ handle }) => handle !== token.handle).map((other) => other.name),
  );
  return (
    <FormDialog title="Rename the fleet token" submit="Rename" form={ending} onCancel={onClose}>
      <NameField
        field={form.register("name")}
        problem={problem("name")}
        helper={
          namesakesWords("fleet token", namesakes) ?? "The token itself stays the same, so nothing has to be installed anew."
        }
      />
    </FormDialog>
  );
}
