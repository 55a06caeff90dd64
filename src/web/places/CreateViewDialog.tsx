import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useFieldArray, useWatch } from "react-hook-form";
import { useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { tellAt } from "#web/ui/notice.ts";

import { ConnectionsFields } from "./ConnectionsFields.tsx";
import type { CreatePlaceDialogProps } from "./CreateRepositoryDialog.tsx";
import { Line } from "./Line.tsx";
import { watchPlace } from "./lost.ts";
import { nameHelp } from "./nameHelp.ts";
import { connectableQuery, placePath, placesChanged, placesQuery } from "./queries.ts";
import { everyEvent, viewFormSchema, viewOf } from "./requests.ts";

/** The form of a new view, which leads to its page. */
export function CreateViewDialog({ places, onCancel }: CreatePlaceDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { form, problem, ending } = useFormShell({
    start: { name: "", description: "", connections: [{ repository: "", filter: everyEvent }] },
    schema: viewFormSchema,
    mode: "onSubmit",
    failure: "The view was not created",
    fields: { name: "name", description: "description", connections: "connections" },
    lost: { ...lostWords, watch: ({ name }) => watchPlace(client, "view", name) },
    calls: (values) => [{ title: "Create a view", ...viewOf(values) }],
    send: async (values) => {
      const { document, variables } = viewOf(values);
      await call(document, variables);
    },
    done: (_, { name }) => {
      tellAt(placePath, `The view ${nameInText(name)} was created.`);
      void placesChanged(client);
      void navigate(paths.repository(name));
    },
    failed: () => {
      void client.invalidateQueries(placesQuery);
      void client.invalidateQueries(connectableQuery);
    },
  });
  const { control, register } = form;
  const { fields, append, remove } = useFieldArray({ control, name: "connections" });
  const [typed, connections] = useWatch({ control, name: ["name", "connections"] });
  return (
    <FormDialog
      title="Create a view"
      submit="Create view"
      form={ending}
      onCancel={onCancel}
      text={
        <Typography>
          It shows events of the repositories that you connect, and keeps none itself. Who may read it sees them without access to
          the repositories.
        </Typography>
      }
    >
      <Line label="Name" field={register("name")} problem={problem("name")} {...nameHelp(typed, places)} first />
      <Line label="Description" field={register("description")} problem={problem("description")} text />
      <ConnectionsFields
        rows={fields.map(({ id }, index) => ({ id, repository: connections[index]?.repository ?? "" }))}
        field={(index, part) => register(`connections.${index}.${part}`)}
        problem={(index, part) => problem(`connections.${index}.${part}`)}
        whole={problem("connections")}
        connected={[]}
        onAdd={append}
        onRemove={remove}
      />
    </FormDialog>
  );
}
