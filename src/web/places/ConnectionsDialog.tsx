import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useFieldArray, useWatch } from "react-hook-form";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { stopped } from "#web/form/useSending.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { ConnectionsFields } from "./ConnectionsFields.tsx";
import type { PlaceDialogProps } from "./DescribeDialog.tsx";
import { connectableQuery, placeQuery, placesChanged, type PlaceDetail, type ViewDetail } from "./queries.ts";
import { connectionsChangeOf, connectionsFormSchema, type ConnectionForm } from "./requests.ts";

/** Changes what a view shows. Nothing is sent where somebody else changed it since the form was opened. */
export function ConnectionsDialog({ place, onClose }: PlaceDialogProps<ViewDetail>) {
  const client = useQueryClient();
  const { name } = place;
  // What the form began with, whatever is read meanwhile.
  const [start, setStart] = useState(() => connectionsIn(place));
  const [meanwhile, setMeanwhile] = useState<readonly ConnectionForm[]>();
  const readNow = () => client.query({ ...placeQuery(name), staleTime: 0 });
  const { form, problem, ending } = useFormShell({
    start: { connections: [...start] },
    schema: connectionsFormSchema,
    mode: "onSubmit",
    failure: "What the view shows was not changed",
    fields: { connections: "connections" },
    lost: {
      ...lostWords,
      watch: async (wanted) => {
        const present = await readNow();
        const now = connectionsIn(present);
        // Of a view that is gone, the server says so.
        if (present !== null && textOf(now) !== textOf(start)) {
          setMeanwhile(now);
          return stopped;
        }
        const asked = connectionsChangeOf(name, wanted.connections).variables.connections.map(({ repositoryName, filter }) => ({
          repository: repositoryName,
          filter,
        }));
        return async () => {
          const found = await readNow();
          return changeFinding("view", found ?? undefined, textOf(connectionsIn(found)) === textOf(asked));
        };
      },
    },
    calls: ({ connections }) => [{ title: "Set what a view shows", ...connectionsChangeOf(name, connections) }],
    send: async ({ connections }) => {
      const { document, variables } = connectionsChangeOf(name, connections);
      await call(document, variables);
    },
    done: async () => {
      announce(`What ${nameInText(name)} shows was changed.`);
      await placesChanged(client);
      onClose();
    },
    failed: () => {
      void placesChanged(client);
      void client.invalidateQueries(connectableQuery);
    },
  });
  const { control, register } = form;
  const { fields, append, remove } = useFieldArray({ control, name: "connections" });
  const connections = useWatch({ control, name: "connections" });
  return (
    <FormDialog
      title={`What ${nameInText(name)} shows`}
      submit="Change what it shows"
      form={ending}
      onCancel={onClose}
      text={
        <Typography>
          Whoever may read the view sees these events at once, and others no longer. Its tokens and its people keep their rights.
        </Typography>
      }
    >
      {meanwhile !== undefined && (
        <Alert
          severity="warning"
          role="alert"
          action={
            <Button
              color="inherit"
              size="small"
              onClick={() => {
                setStart(meanwhile);
                setMeanwhile(undefined);
                form.reset({ connections: [...meanwhile] });
              }}
            >
              Take what is there now
            </Button>
          }
        >
          Somebody changed what the view shows since this form was opened, so nothing was sent.
        </Alert>
      )}
      <ConnectionsFields
        rows={fields.map(({ id }, index) => ({ id, repository: connections[index]?.repository ?? "" }))}
        field={(index, part) => register(`connections.${index}.${part}`)}
        problem={(index, part) => problem(`connections.${index}.${part}`)}
        whole={problem("connections")}
        connected={start.map(({ repository }) => repository)}
        onAdd={append}
        onRemove={remove}
      />
    </FormDialog>
  );
}

function connectionsIn(place: PlaceDetail | null): readonly ConnectionForm[] {
  if (place?.__typename !== "View") return [];
  return place.connections.map(({ repository, filter }) => ({ repository: repository.name, filter }));
}

/** Connections as a text that tells them from others, in whatever order they stand. */
function textOf(connections: readonly ConnectionForm[]): string {
  return JSON.stringify(connections.map(({ repository, filter }) => JSON.stringify([repository, filter])).toSorted());
}
