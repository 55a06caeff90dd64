import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useController, useWatch } from "react-hook-form";
import * as z from "zod/mini";

import { nameInText } from "#domain/name.ts";
import { failureOf } from "#web/api/failure.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { distinctNames } from "#web/ui/distinctNames.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { SelectField } from "#web/ui/Field.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import { Effects, useEffectOf } from "./access/Effects.tsx";
import { groupsQuery } from "./groups/queries.ts";
import { joiningOf } from "./groups/requests.ts";
import { userQuery, type UserDetail } from "./queries.ts";
import { usersChanged } from "./requests.ts";

export interface AddToGroupDialogProps {
  readonly user: UserDetail;
  readonly onClose: () => void;
}

const schema = z.object({ groupId: z.string().check(z.minLength(1, "Choose a group.")) });

/** Adds a user to a group, and says before what that gives. */
export function AddToGroupDialog({ user, onClose }: AddToGroupDialogProps) {
  const client = useQueryClient();
  const groups = useQuery(groupsQuery);
  const { id, username } = user;
  const own = new Set(user.groups?.map((group) => group.id));
  const options = (groups.data?.groups ?? []).filter((group) => !own.has(group.id));
  const names = distinctNames(options.map((group) => ({ id: group.id, name: group.displayName })));
  const { form, problem, ending } = useFormShell({
    start: { groupId: "" },
    schema,
    mode: "onSubmit",
    failure: "The user was not added to the group",
    fields: { groupId: "groupId" },
    lost: {
      ...lostWords,
      watch:
        ({ groupId }) =>
        async () => {
          const now = (await client.query({ ...userQuery(id), staleTime: 0 })).user ?? undefined;
          return now?.groups?.some((group) => group.id === groupId) === true
            ? { found: undefined }
            : changeFinding("user", now, false);
        },
    },
    calls: ({ groupId }) => [joiningOf(groupId, [id])],
    send: async ({ groupId }) => void (await joiningOf(groupId, [id]).send()),
    done: (_, { groupId }) => {
      announce(`${nameInText(username)} joined the group ${names.get(groupId) ?? groupId}.`);
      onClose();
      void usersChanged(client);
    },
    failed: () => void usersChanged(client),
  });
  const { control } = form;
  const { field } = useController({ control, name: "groupId" });
  const groupId = useWatch({ control, name: "groupId" });
  const change = useMemo(
    () => (groupId === "" ? undefined : ({ type: "members", groupId, added: [id], removed: [] } as const)),
    [groupId, id],
  );
  const effect = useEffectOf(change);
  return (
    <FormDialog
      title={`Add ${nameInText(username)} to a group`}
      submit="Add"
      form={ending}
      onCancel={onClose}
      text="The user gets what the group’s roles give, at once. It takes holding all of that."
    >
      {groups.isError && (
        <ErrorState
          title="The groups could not be read"
          failure={failureOf(groups.error)}
          onRetry={() => void groups.refetch()}
        />
      )}
      <SelectField
        label="Group"
        value={field.value}
        inputRef={field.ref}
        onChange={field.onChange}
        error={problem("groupId") !== undefined}
        helper={problem("groupId")}
      >
        <option value="">
          {groups.data !== undefined && options.length === 0 ? "There is no other group" : "Choose a group"}
        </option>
        {options.map((group) => (
          <option key={group.id} value={group.id}>
            {names.get(group.id)}
          </option>
        ))}
      </SelectField>
      {change === undefined ? (
        <Typography sx={{ color: "text.secondary" }}>What that gives is told here once it is chosen.</Typography>
      ) : (
        <Effects known={effect} />
      )}
    </FormDialog>
  );
}
