import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { changeFinding, lostWords, watchCreation } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { ProfileLine } from "#web/people/ProfileFields.tsx";
import { usersChanged } from "#web/people/requests.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { alikeWords, namesakesIn } from "#web/ui/namesakes.ts";
import { tellAt } from "#web/ui/notice.ts";

import { groupQuery, groupsQuery, type GroupDetail } from "./queries.ts";
import { groupAdditionOf, groupChangeOf, groupFormOf, groupFormSchema, type GroupForm } from "./requests.ts";

export interface GroupDialogProps {
  /** The group to rename; undefined for a new one. */
  readonly group: Pick<GroupDetail, "id" | "displayName" | "lookupName"> | undefined;
  readonly onClose: () => void;
}

/** Creates a group, which leads to its page, or renames one. */
export function GroupDialog({ group, onClose }: GroupDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const others = (useQuery(groupsQuery).data?.groups ?? []).filter(({ id }) => id !== group?.id);
  const { form, problem, ending } = useFormShell<GroupForm, GroupForm, string | undefined>({
    start: group === undefined ? { displayName: "", lookupName: "" } : groupFormOf(group),
    schema: groupFormSchema(group?.displayName),
    mode: "onSubmit",
    failure: group === undefined ? "The group was not created" : "The group was not renamed",
    fields: { displayName: "displayName", lookupName: "lookupName" },
    lost: {
      ...lostWords,
      watch: (wanted) =>
        group === undefined
          ? watchCreation("group", wanted.displayName, async () => ({
              rows: (await client.query({ ...groupsQuery, staleTime: 0 })).groups.map(({ id, displayName }) => ({
                name: displayName,
                to: paths.group(id),
              })),
              steady: true,
            }))
          : async () => {
              const now = (await client.query({ ...groupQuery(group.id), staleTime: 0 })) ?? undefined;
              return now !== undefined && isSame(groupFormOf(now), wanted)
                ? { found: undefined }
                : changeFinding("group", now, false);
            },
    },
    calls: (values) =>
      group === undefined ? [{ title: "Create a group", ...groupAdditionOf(values) }] : [groupChangeOf(group, values)],
    send: async (values) => {
      if (group === undefined) {
        const { document, variables } = groupAdditionOf(values);
        return (await call(document, variables)).addGroup.group.id;
      }
      if (!isSame(groupFormOf(group), values)) await groupChangeOf(group, values).send();
      return undefined;
    },
    done: async (id, { displayName }) => {
      if (id === undefined) {
        announce(`The group is called ${nameInText(displayName)}.`);
        await usersChanged(client);
        onClose();
        return;
      }
      const page = paths.group(id);
      tellAt(page, `The group ${nameInText(displayName)} was created. Give it roles and members.`);
      void usersChanged(client);
      void navigate(page);
    },
    failed: () => void usersChanged(client),
  });
  const typed = useWatch({ control: form.control, name: "displayName" });
  const namesakes = namesakesIn(
    typed,
    others.map(({ displayName }) => displayName),
  );
  return (
    <FormDialog
      title={group === undefined ? "Create a group" : `Rename ${nameInText(group.displayName)}`}
      submit={group === undefined ? "Create group" : "Rename"}
      form={ending}
      onCancel={onClose}
    >
      <ProfileLine
        label="Name"
        field={form.register("displayName")}
        problem={problem("displayName")}
        helper={
          namesakes.same > 0
            ? "There is a group of this name already."
            : (alikeWords("group", namesakes) ??
              (group === undefined
                ? "It begins without members and roles, and gives nobody anything yet."
                : "Members and roles stay as they are."))
        }
        first
      />
      <ProfileLine
        label="Lookup name"
        field={form.register("lookupName")}
        problem={problem("lookupName")}
        helper="What an identity provider calls it, where that differs. This server only keeps it."
      />
    </FormDialog>
  );
}

function isSame(a: GroupForm, b: GroupForm): boolean {
  return a.displayName === b.displayName && a.lookupName === b.lookupName;
}
