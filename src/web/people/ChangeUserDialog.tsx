import Alert from "@mui/material/Alert";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { ProfileLine } from "./ProfileFields.tsx";
import { userQuery, type UserDetail } from "./queries.ts";
import { changeOf, profileFormSchema, profileOf, type ProfileForm, usersChanged } from "./requests.ts";

export interface ChangeUserDialogProps {
  readonly user: UserDetail;
  /** Whether the reader is root, who alone gives and takes root. */
  readonly byRoot: boolean;
  /** Whether it is the reader. */
  readonly own: boolean;
  readonly onClose: () => void;
}

/** Changes what is known of a user, and whether the user is root. */
export function ChangeUserDialog({ user, byRoot, own, onClose }: ChangeUserDialogProps) {
  const client = useQueryClient();
  const { form, problem, ending } = useFormShell({
    start: profileOf(user),
    schema: profileFormSchema,
    mode: "onSubmit",
    failure: "The user was not changed",
    fields: { fullName: "fullName", email: "email" },
    lost: {
      ...lostWords,
      watch: (wanted) => async () => {
        const now = (await client.query({ ...userQuery(user.id), staleTime: 0 })).user ?? undefined;
        if (now !== undefined && same(profileOf(now), wanted)) return { found: true };
        return changeFinding("user", now, false);
      },
    },
    calls: (values) => [{ title: "Change a user", ...changeOf(user, values) }],
    send: async (values) => {
      const { document, variables } = changeOf(user, values);
      if (same(profileOf(user), values)) return false;
      await call(document, variables);
      return true;
    },
    done: async (changed) => {
      announce(`The user ${nameInText(user.username)} ${changed ? "was changed" : "stays as it is"}.`);
      await usersChanged(client);
      onClose();
    },
    failed: () => void usersChanged(client),
  });
  const { control, setValue } = form;
  const isRoot = useWatch({ control, name: "isRoot" });
  return (
    <FormDialog title={`Change ${nameInText(user.username)}`} submit="Change" form={ending} onCancel={onClose}>
      <ProfileLine label="Full name" field={form.register("fullName")} problem={problem("fullName")} first />
      <ProfileLine label="E-mail" field={form.register("email")} problem={problem("email")} />
      {byRoot && (
        <div>
          <FormControlLabel
            control={<Checkbox checked={isRoot} onChange={(_, value) => setValue("isRoot", value)} />}
            label="Root"
          />
          {isRoot !== user.isRoot && (
            <Alert severity="warning" sx={{ marginTop: 2 }}>
              {isRoot
                ? "Root may do everything, everywhere: every token, every user, the whole cluster. It holds at once, by the personal token and every session too."
                : own
                  ? "You take root from yourself, at once. Somebody else who is root has to give it back."
                  : "The user keeps what roles give. Sessions and the personal token lose the rest at once, and sign-in links that the user made for others may end their sessions."}
            </Alert>
          )}
        </div>
      )}
    </FormDialog>
  );
}

function same(a: ProfileForm, b: ProfileForm): boolean {
  return a.fullName === b.fullName && a.email === b.email && a.isRoot === b.isRoot;
}
