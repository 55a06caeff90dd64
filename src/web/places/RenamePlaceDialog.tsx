import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { tellAt } from "#web/ui/notice.ts";

import type { PlaceDialogProps } from "./DescribeDialog.tsx";
import { Line } from "./Line.tsx";
import { nameHelp } from "./nameHelp.ts";
import { placeGone, placeNow, placePath, placesChanged, placesQuery } from "./queries.ts";
import { renameFormSchema, renameOf } from "./requests.ts";

/** Gives a repository or view another name, and leads to its page. */
export function RenamePlaceDialog({ place, onClose }: PlaceDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { id, name } = place;
  const what = place.__typename === "View" ? "view" : "repository";
  const { data } = useQuery(placesQuery);
  const { form, problem, ending } = useFormShell({
    start: { name },
    schema: renameFormSchema(name),
    mode: "onSubmit",
    failure: `The ${what} was not renamed`,
    fields: { renameTo: "name" },
    lost: {
      ...lostWords,
      watch: (wanted) => async () => {
        const now = await placeNow(client, id);
        return now?.name === wanted.name ? { found: undefined } : changeFinding(what, now, false);
      },
    },
    calls: (wanted) => [{ title: "Rename a repository or view", ...renameOf(name, wanted.name) }],
    send: async (wanted) => {
      const { document, variables } = renameOf(name, wanted.name);
      await call(document, variables);
    },
    done: (_, wanted) => {
      tellAt(placePath, `The ${what} is called ${nameInText(wanted.name)} now.`);
      onClose();
      void navigate(paths.repository(wanted.name), { replace: true });
      void placeGone(client);
    },
    failed: () => void placesChanged(client),
  });
  const typed = useWatch({ control: form.control, name: "name" });
  const others = (data?.places ?? []).filter((other) => other.id !== id);
  return (
    <FormDialog
      title={`Rename ${nameInText(name)}`}
      submit={`Rename ${what}`}
      form={ending}
      onCancel={onClose}
      text={
        <Typography>
          Its {what === "view" ? "" : "ingest tokens, "}view tokens, roles and connections keep it. What goes by the name finds it
          no longer: scripts, resources of humio-operator and Terraform, links
          {what === "view" ? "" : ", and organization and system tokens that send to it"}.
        </Typography>
      }
    >
      <Line label="Name" field={form.register("name")} problem={problem("name")} {...nameHelp(typed, others)} first />
    </FormDialog>
  );
}
