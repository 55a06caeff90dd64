import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useController, useWatch } from "react-hook-form";
import * as z from "zod/mini";

import { nameInText, visibleName } from "#domain/name.ts";
import { failureOf } from "#web/api/failure.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { Effects, useEffectOf } from "#web/people/access/Effects.tsx";
import { usersQuery } from "#web/people/queries.ts";
import { usersChanged } from "#web/people/requests.ts";
import { CheckTree } from "#web/ui/CheckTree.tsx";
import { countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import { groupQuery, type GroupDetail } from "./queries.ts";
import { joiningOf } from "./requests.ts";

export interface AddMembersDialogProps {
  readonly group: GroupDetail;
  readonly onClose: () => void;
}

const schema = z.object({
  users: z
    .readonly(z.array(z.string()))
    .check(z.minLength(1, "Choose at least one user."), z.maxLength(1000, "At most 1,000 users are added at once.")),
});

type MembersForm = z.output<typeof schema>;

/** Adds users to a group, and says before what that gives them. */
export function AddMembersDialog({ group, onClose }: AddMembersDialogProps) {
  const client = useQueryClient();
  const people = useQuery(usersQuery);
  const { id, displayName } = group;
  const { form, problem, ending } = useFormShell<MembersForm, MembersForm, void>({
    start: { users: [] },
    schema,
    mode: "onSubmit",
    failure: "The users were not added",
    fields: { users: "users" },
    lost: {
      ...lostWords,
      watch:
        ({ users }) =>
        async () => {
          const now = (await client.query({ ...groupQuery(id), staleTime: 0 })) ?? undefined;
          const members = new Set(now?.users.map((user) => user.id));
          return now !== undefined && users.every((user) => members.has(user))
            ? { found: undefined }
            : changeFinding("group", now, false);
        },
    },
    calls: ({ users }) => [joiningOf(id, users)],
    send: async ({ users }) => void (await joiningOf(id, users).send()),
    done: (_, { users }) => {
      announce(`${countOf(users.length, "user")} joined the group ${nameInText(displayName)}.`);
      onClose();
      void usersChanged(client);
    },
    failed: () => void usersChanged(client),
  });
  const { control } = form;
  const { field } = useController({ control, name: "users" });
  const users = useWatch({ control, name: "users" });
  const chosen = useMemo(() => new Set(users), [users]);
  const change = useMemo(
    () => (users.length === 0 ? undefined : ({ type: "members", groupId: id, added: users, removed: [] } as const)),
    [users, id],
  );
  const effect = useEffectOf(change);
  const groups = useMemo(() => {
    const members = new Set(group.users.map((user) => user.id));
    const items = (people.data?.users ?? [])
      .filter((user) => !members.has(user.id))
      .map(({ id: userId, username, fullName }) => ({
        id: userId,
        label: visibleName(username),
        ...(fullName !== null && { description: visibleName(fullName) }),
      }));
    return items.length === 0 ? [] : [{ title: "Users who are not in the group", items }];
  }, [people.data, group.users]);
  return (
    <FormDialog
      title={`Add members to ${nameInText(displayName)}`}
      submit={users.length === 0 ? "Add" : `Add ${countOf(users.length, "user")}`}
      form={ending}
      onCancel={onClose}
      text="Whoever joins gets what the group’s roles give, at once. It takes holding all of that."
    >
      {people.data === undefined ? (
        people.isError ? (
          <ErrorState
            title="The users could not be read"
            failure={failureOf(people.error)}
            onRetry={() => void people.refetch()}
          />
        ) : (
          <LoadingShape label="Loading the users" shape="table" rows={4} />
        )
      ) : (
        <CheckTree
          label="Users to add"
          searchLabel="Search users"
          nouns={["user", "users"]}
          groups={groups}
          chosen={chosen}
          onChange={(next) => field.onChange([...next])}
          error={problem("users")}
          focusRef={field.ref}
          most={200}
          empty={<Typography>Everybody is in the group already.</Typography>}
        />
      )}
      {change === undefined ? (
        <Typography sx={{ color: "text.secondary" }}>What they gain is told here once they are chosen.</Typography>
      ) : (
        <Effects known={effect} />
      )}
    </FormDialog>
  );
}
