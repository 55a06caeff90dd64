import type { Selectable } from "kysely";

import type { PermissionKind } from "#domain/token/kinds.ts";

/** A group of users. The name is unique, upper and lower case being different. */
export interface GroupTable {
  id: string;
  displayName: string;
  /** What an identity provider calls it; null where it is called the same. */
  lookupName: string | null;
}

/** Who is in a group. Gone with either. */
export interface GroupMemberTable {
  groupId: string;
  userId: string;
}

/** A role assigned to a group, which gives its members the role's permissions of one kind. Gone with the group, the role, or the place. */
export interface GroupRoleTable {
  groupId: string;
  kind: PermissionKind;
  /** Where permissions of the view kind hold; null for the other kinds. */
  searchDomainId: string | null;
  roleId: string;
}

/** A group as read from the store. */
export type GroupRow = Selectable<GroupTable>;
/** A user's membership of a group as read from the store. */
export type GroupMemberRow = Selectable<GroupMemberTable>;
/** A role of a group as read from the store. */
export type GroupRoleRow = Selectable<GroupRoleTable>;
