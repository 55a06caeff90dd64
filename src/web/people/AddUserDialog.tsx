import Alert from "@mui/material/Alert";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import { call, CallError } from "#web/api/client.ts";
import { offers } from "#web/api/session.ts";
import { lostWords, watchCreation } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { alikeWords, namesakesIn } from "#web/ui/namesakes.ts";
import { tellAt } from "#web/ui/notice.ts";

import { ProfileLine } from "./ProfileFields.tsx";
import { usersQuery, type ListedUser } from "./queries.ts";
import { additionOf, userFormSchema, usersChanged } from "./requests.ts";

export interface AddUserDialogProps {
  readonly users: readonly ListedUser[];
  /** Whether the reader is root, who alone gives root and ownership. */
  readonly byRoot: boolean;
  readonly onCancel: () => void;
}

/** The form of a new user, which leads to the user's page. */
export function AddUserDialog({ users, byRoot, onCancel }: AddUserDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const makesLinks = offers(useSession(), "sessions");
  const { form, problem, ending } = useFormShell({
    start: { username: "", fullName: "", email: "", isRoot: false, isOrgRoot: false },
    schema: userFormSchema,
    mode: "onSubmit",
    failure: "The user was not created",
    fields: { username: "username", fullName: "fullName", email: "email" },
    lost: {
      ...lostWords,
      watch: ({ username }) =>
        watchCreation("user", username, async () => ({
          rows: (await client.query({ ...usersQuery, staleTime: 0 })).users.map((user) => ({
            name: user.username,
            to: paths.person(user.id),
          })),
          steady: true,
        })),
    },
    calls: (values) => [{ title: "Create a user", ...additionOf(values) }],
    send: async (values) => {
      const { document, variables } = additionOf(values);
      const { addUserV2 } = await call(document, variables);
      if (addUserV2.__typename === "User") return addUserV2.id;
      throw new CallError({ kind: "unexpected", message: "The server made an invitation of it, and no user yet." });
    },
    done: (id, { username }) => {
      const page = paths.person(id);
      tellAt(page, `The user ${nameInText(username)} was created.${makesLinks ? " Let them in by a sign-in link." : ""}`);
      void usersChanged(client);
      void navigate(page);
    },
    failed: () => void client.invalidateQueries(usersQuery),
  });
  const { control, setValue } = form;
  const [username, isRoot, isOrgRoot] = useWatch({ control, name: ["username", "isRoot", "isOrgRoot"] });
  const namesakes = namesakesIn(
    username,
    users.map((user) => user.username),
  );
  return (
    <FormDialog
      title="Create a user"
      submit="Create user"
      form={ending}
      onCancel={onCancel}
      text={
        <Typography>
          The user begins without any rights{byRoot ? ", unless you give root or ownership here" : ""}, and without a password or
          a token{makesLinks ? ": a sign-in link lets them in." : "."}
        </Typography>
      }
    >
      <ProfileLine
        label="Username"
        field={form.register("username")}
        problem={problem("username")}
        helper={
          namesakes.same > 0
            ? "There is a user of this name already."
            : (alikeWords("user", namesakes) ?? "It stays as it is: a username is never changed.")
        }
        first
      />
      <ProfileLine label="Full name" field={form.register("fullName")} problem={problem("fullName")} />
      <ProfileLine
        label="E-mail"
        field={form.register("email")}
        problem={problem("email")}
        helper="For you to know how to reach them. Nothing is sent to it."
      />
      {byRoot && (
        <div>
          <FormControlLabel
            control={<Checkbox checked={isOrgRoot} onChange={(_, value) => setValue("isOrgRoot", value)} />}
            label="Owner of the organization"
          />
          <br />
          <FormControlLabel
            control={<Checkbox checked={isRoot} onChange={(_, value) => setValue("isRoot", value)} />}
            label="Root"
          />
          {(isRoot || isOrgRoot) && (
            <Alert severity="warning" sx={{ marginTop: 2 }}>
              {isRoot
                ? "Root may do everything, everywhere: every token, every user, the whole cluster."
                : "An owner may do everything in the organization, with every token and user of it."}
            </Alert>
          )}
        </div>
      )}
    </FormDialog>
  );
}
