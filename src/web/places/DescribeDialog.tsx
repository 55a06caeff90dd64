import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { Line } from "./Line.tsx";
import { placeQuery, placesChanged, type PlaceDetail } from "./queries.ts";
import { descriptionFormSchema, describeOf } from "./requests.ts";

export interface PlaceDialogProps<Place extends PlaceDetail = PlaceDetail> {
  readonly place: Place;
  readonly onClose: () => void;
}

/** Changes what a repository or view is described as. */
export function DescribeDialog({ place, onClose }: PlaceDialogProps) {
  const client = useQueryClient();
  const { name } = place;
  const { form, problem, ending } = useFormShell({
    start: { description: place.description ?? "" },
    schema: descriptionFormSchema,
    mode: "onSubmit",
    failure: "The description was not changed",
    fields: { newDescription: "description" },
    lost: {
      ...lostWords,
      watch:
        ({ description }) =>
        async () => {
          const now = await client.query({ ...placeQuery(name), staleTime: 0 });
          return changeFinding("repository or view", now ?? undefined, (now?.description ?? "") === description);
        },
    },
    calls: ({ description }) => [{ title: "Describe a repository or view", ...describeOf(name, description) }],
    send: async ({ description }) => {
      const { document, variables } = describeOf(name, description);
      await call(document, variables);
    },
    done: async () => {
      announce(`The description of ${nameInText(name)} was changed.`);
      await placesChanged(client);
      onClose();
    },
    failed: () => void placesChanged(client),
  });
  return (
    <FormDialog title={`Describe ${nameInText(name)}`} submit="Change description" form={ending} onCancel={onClose}>
      <Line label="Description" field={form.register("description")} problem={problem("description")} text first />
    </FormDialog>
  );
}
