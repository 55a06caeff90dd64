import * as z from "zod/mini";

import { nameSchema, seenText } from "#domain/nameSchema.ts";
import type { GroupAssignment } from "#domain/people/access.ts";
import {
  AddGroupDocument,
  AddUsersToGroupDocument,
  AssignOrganizationRoleToGroupDocument,
  AssignRoleToGroupDocument,
  AssignSystemRoleToGroupDocument,
  RemoveGroupDocument,
  RemoveUsersFromGroupDocument,
  UnassignOrganizationRoleFromGroupDocument,
  UnassignRoleFromGroupDocument,
  UnassignSystemRoleFromGroupDocument,
  UpdateGroupDocument,
} from "#logscale/generated/groups.ts";
import { requestOf, type ShownRequest } from "#web/people/access/requestOf.ts";

import type { GroupDetail } from "./queries.ts";

/** What a group is called: here, and by an identity provider where it is called otherwise there. */
export function groupFormSchema(former?: string) {
  return z.object({
    displayName: nameSchema("group", former),
    lookupName: z.string().check(z.trim(), z.maxLength(1000, "A lookup name has at most 1,000 characters."), seenText),
  });
}

export type GroupForm = z.output<ReturnType<typeof groupFormSchema>>;

/** Creates a group. */
export function groupAdditionOf({ displayName, lookupName }: GroupForm) {
  return { document: AddGroupDocument, variables: { displayName, ...(lookupName !== "" && { lookupName }) } };
}

/** What stands in the form of a group as it is. */
export function groupFormOf({ displayName, lookupName }: Pick<GroupDetail, "displayName" | "lookupName">): GroupForm {
  return { displayName, lookupName: lookupName ?? "" };
}

/** Changes what a group is called: only what differs is sent, so that what somebody else changed meanwhile stays. */
export function groupChangeOf(group: Pick<GroupDetail, "id" | "displayName" | "lookupName">, wanted: GroupForm): ShownRequest {
  const now = groupFormOf(group);
  return requestOf("Rename a group", UpdateGroupDocument, {
    input: {
      groupId: group.id,
      ...(wanted.displayName !== now.displayName && { displayName: wanted.displayName }),
      // An empty one takes it away.
      ...(wanted.lookupName !== now.lookupName && { lookupName: wanted.lookupName }),
    },
  });
}

/** Removes a group. */
export function groupRemovalOf(groupId: string): ShownRequest {
  return requestOf("Remove a group", RemoveGroupDocument, { groupId });
}

/** Adds users to a group. */
export function joiningOf(groupId: string, users: readonly string[]): ShownRequest {
  return requestOf("Add users to a group", AddUsersToGroupDocument, { input: { groupId, users: [...users] } });
}

/** Takes users out of a group. */
export function leavingOf(groupId: string, users: readonly string[]): ShownRequest {
  return requestOf("Take users out of a group", RemoveUsersFromGroupDocument, { input: { groupId, users: [...users] } });
}

/** Assigns a role to a group. */
export function groupAssignmentOf(groupId: string, { kind, roleId, placeId }: GroupAssignment): ShownRequest {
  const ids = { groupId, roleId };
  const title = "Assign a role to a group";
  switch (kind) {
    case "view":
      return requestOf(title, AssignRoleToGroupDocument, { input: { ...ids, viewId: placeId ?? "" } });
    case "organization":
      return requestOf(title, AssignOrganizationRoleToGroupDocument, { input: ids });
    case "system":
      return requestOf(title, AssignSystemRoleToGroupDocument, { input: ids });
    default:
      return kind satisfies never;
  }
}

/** Takes a role from a group. */
export function groupTakingOf(groupId: string, { kind, roleId, placeId }: GroupAssignment): ShownRequest {
  const ids = { groupId, roleId };
  const title = "Take a role from a group";
  switch (kind) {
    case "view":
      return requestOf(title, UnassignRoleFromGroupDocument, { input: { ...ids, viewId: placeId ?? "" } });
    case "organization":
      return requestOf(title, UnassignOrganizationRoleFromGroupDocument, { input: ids });
    case "system":
      return requestOf(title, UnassignSystemRoleFromGroupDocument, { input: ids });
    default:
      return kind satisfies never;
  }
}
