import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { offers } from "#web/api/session.ts";
import { lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { tellAt } from "#web/ui/notice.ts";

import { watchPlace } from "./lost.ts";
import { Line } from "./Line.tsx";
import { nameHelp } from "./nameHelp.ts";
import { placePath, placesChanged, placesQuery, type ListedPlace } from "./queries.ts";
import { repositoryFormSchema, repositoryOf } from "./requests.ts";
import { RetentionFields } from "./RetentionFields.tsx";

export interface CreatePlaceDialogProps {
  /** Those that there are. */
  readonly places: readonly ListedPlace[];
  readonly onCancel: () => void;
}

/** The form of a new repository, which leads to its page. */
export function CreateRepositoryDialog({ places, onCancel }: CreatePlaceDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const countsOnly = offers(useSession(), "ingestUse");
  const { form, problem, ending } = useFormShell({
    start: { name: "", description: "", time: "", ingestSize: "", storageSize: "" },
    schema: repositoryFormSchema,
    mode: "onSubmit",
    failure: "The repository was not created",
    fields: {
      name: "name",
      description: "description",
      retentionInMillis: "time",
      retentionInIngestSizeBytes: "ingestSize",
      retentionInStorageSizeBytes: "storageSize",
    },
    lost: { ...lostWords, watch: ({ name }) => watchPlace(client, "repository", name) },
    calls: (values) => [{ title: "Create a repository", ...repositoryOf(values) }],
    send: async (values) => {
      const { document, variables } = repositoryOf(values);
      await call(document, variables);
    },
    done: (_, { name }) => {
      tellAt(placePath, `The repository ${nameInText(name)} was created. An ingest token lets data in.`);
      void placesChanged(client);
      void navigate(paths.repository(name));
    },
    failed: () => void client.invalidateQueries(placesQuery),
  });
  const { control, register } = form;
  const typed = useWatch({ control, name: "name" });
  return (
    <FormDialog
      title="Create a repository"
      submit="Create repository"
      form={ending}
      onCancel={onCancel}
      text={
        <Typography>
          It takes in events by ingest tokens of its own. Views show what is in it, alone or with others.
          {countsOnly &&
            " This server counts what arrives and keeps the last 100 events; a retention is written down and deletes nothing."}
        </Typography>
      }
    >
      <Line label="Name" field={register("name")} problem={problem("name")} {...nameHelp(typed, places)} first />
      <Line label="Description" field={register("description")} problem={problem("description")} text />
      <RetentionFields field={(part) => register(part)} problem={(part) => problem(part)} />
    </FormDialog>
  );
}
