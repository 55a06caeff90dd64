import type { Kysely } from "kysely";

import { roleOfGroup, type AssignedRole } from "#domain/token/rights.ts";
import type { Database } from "./schema.ts";

const permissions = ["roles.viewPermissions", "roles.organizationPermissions", "roles.systemPermissions"] as const;

/**
 * What a user has by roles, the user's own and those of the user's groups.
 *
 * @param lock whether all of it stays as it is until the transaction ends
 */
export async function readAssignedRoles(
  db: Kysely<Database>,
  userId: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<readonly AssignedRole[]> {
  const own = db
    .selectFrom("userRoles")
    .innerJoin("roles", "roles.id", "userRoles.roleId")
    .select(["userRoles.searchDomainId", ...permissions])
    .where("userRoles.userId", "=", userId)
    .orderBy("userRoles.searchDomainId")
    .orderBy("userRoles.roleId");
  const byGroups = db
    .selectFrom("groupMembers")
    .innerJoin("groupRoles", "groupRoles.groupId", "groupMembers.groupId")
    .innerJoin("roles", "roles.id", "groupRoles.roleId")
    .select(["groupRoles.kind", "groupRoles.searchDomainId", ...permissions])
    .where("groupMembers.userId", "=", userId)
    .orderBy("groupRoles.groupId")
    .orderBy("groupRoles.roleId");
  // One after the other: within a transaction there is one connection.
  const ownRoles = await (lock ? own.forShare() : own).execute();
  const groupRoles = await (lock ? byGroups.forShare() : byGroups).execute();
  return [...ownRoles, ...groupRoles.map(roleOfGroup)];
}

/** What the roles of a group give its members. */
export async function readRolesOfGroup(db: Kysely<Database>, groupId: string): Promise<readonly AssignedRole[]> {
  const roles = await db
    .selectFrom("groupRoles")
    .innerJoin("roles", "roles.id", "groupRoles.roleId")
    .select(["groupRoles.kind", "groupRoles.searchDomainId", ...permissions])
    .where("groupRoles.groupId", "=", groupId)
    .execute();
  return roles.map(roleOfGroup);
}
