import type { Kysely, Transaction } from "kysely";
import { z } from "zod";

import { nameSchema } from "#domain/nameSchema.ts";
import {
  normalizePermissions,
  organizationPermissions,
  systemPermissions,
  viewPermissions,
  type OrganizationPermission,
  type SystemPermission,
  type ViewPermission,
} from "#domain/token/permissions.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Recorded, Mutate } from "#server/access/mutate.ts";
import { notHeld, viewPermissionsNotHeld } from "#server/access/permissions.ts";
import { randomId } from "#server/store/ids.ts";
import { ClientError } from "#server/errors.ts";
import type { Database, RoleRow, SearchDomainRow, UserRoleRow } from "#server/store/schema.ts";
import { refuseGranting, refuseTaking } from "./granting.ts";
import { parseInput } from "./input.ts";

export interface RoleRequest {
  readonly displayName: string;
  readonly color: string | null;
  readonly viewPermissions: readonly ViewPermission[];
  readonly organizationPermissions: readonly OrganizationPermission[];
  readonly systemPermissions: readonly SystemPermission[];
}

/** What a role is called, and how it looks. The bound on its color is our assumption. */
export const roleSchema = z.object({
  displayName: nameSchema("role"),
  color: z.string().max(50, "A color has at most 50 characters.").nullable(),
});

/** Every role, by name. */
export function listRoles(db: Kysely<Database>): Promise<RoleRow[]> {
  return db.selectFrom("roles").selectAll().orderBy("displayName").orderBy("id").execute();
}

/** Which users have which roles where. */
export function listAssignedRoles(db: Kysely<Database>): Promise<UserRoleRow[]> {
  return db.selectFrom("userRoles").selectAll().orderBy("userId").orderBy("searchDomainId").orderBy("roleId").execute();
}

/**
 * Creates a role. Its organization and system permissions must be held by whoever creates it; its view permissions are judged
 * where it is assigned.
 *
 * @throws ClientError BAD_INPUT or NOT_ALLOWED
 */
export async function createRole(mutate: Mutate, request: RoleRequest): Promise<RoleRow> {
  return mutate({}, async ({ trx, rights }) => {
    refuseGranting([
      ...notHeld(rights, "organization", request.organizationPermissions, []),
      ...notHeld(rights, "system", request.systemPermissions, []),
    ]);
    const role: RoleRow = {
      id: randomId(32),
      ...parseInput(roleSchema, request, { displayName: "displayName", color: "color" }),
      description: null,
      viewPermissions: normalizePermissions(viewPermissions, request.viewPermissions),
      organizationPermissions: normalizePermissions(organizationPermissions, request.organizationPermissions),
      systemPermissions: normalizePermissions(systemPermissions, request.systemPermissions),
    };
    await trx.insertInto("roles").values(role).execute();
    const target = { kind: "role", id: role.id, name: role.displayName } as const;
    return { result: role, record: { type: "tokenhouse.role.create", action: "create", target, after: role } };
  });
}

/** The most users, and the most roles, of one assignment. Our assumption. */
const mostAssigned = 1000;

/**
 * Gives each named user exactly the named roles in a search domain; other users keep theirs. A role that is new to a user there grants
 * everything in it.
 *
 * @returns the users' ids in the order given
 * @throws ClientError NOT_FOUND or NOT_ALLOWED
 */
export async function assignRoles(
  mutate: Mutate,
  searchDomainId: string,
  assignments: readonly { readonly userId: string; readonly roleIds: readonly string[] }[],
): Promise<readonly string[]> {
  const userIds = [...new Set(assignments.map(({ userId }) => userId))];
  const roleIds = [...new Set(assignments.flatMap((assignment) => assignment.roleIds))];
  if (userIds.length > mostAssigned || roleIds.length > mostAssigned) {
    throw new ClientError("BAD_INPUT", "At most 1,000 users and 1,000 roles can be assigned at once.", {
      field: "roleAssignments",
    });
  }
  const lock = async (trx: Transaction<Database>) => ({
    domain: await trx
      .selectFrom("searchDomains")
      .select(["id", "name"])
      .where("id", "=", searchDomainId)
      .forKeyShare()
      .executeTakeFirst(),
    users:
      userIds.length === 0
        ? []
        : await trx.selectFrom("users").select("id").where("id", "in", userIds).orderBy("id").forUpdate().execute(),
    roles:
      roleIds.length === 0
        ? []
        : await trx.selectFrom("roles").selectAll().where("id", "in", roleIds).orderBy("id").forShare().execute(),
  });
  await mutate({ alone: true, lock }, async (act, { domain, users, roles }) => {
    const { trx, rights } = act;
    if (domain === undefined)
      throw new ClientError("NOT_FOUND", "There is no such repository or view.", { field: "searchDomainId" });
    if (userIds.length === 0) return assigned(domain, [], []);
    if (users.length < userIds.length)
      throw new ClientError("NOT_FOUND", "One of the users does not exist.", { field: "roleAssignments" });
    if (roles.length < roleIds.length)
      throw new ClientError("NOT_FOUND", "One of the roles does not exist.", { field: "roleAssignments" });

    const before = await trx
      .selectFrom("userRoles")
      .select(["userId", "roleId"])
      .where("searchDomainId", "=", searchDomainId)
      .where("userId", "in", userIds)
      .execute();
    const rows = userIds.flatMap((userId) => {
      const wanted = new Set(assignments.flatMap((assignment) => (assignment.userId === userId ? assignment.roleIds : [])));
      return [...wanted].map((roleId) => ({ userId, searchDomainId, roleId }));
    });
    const added = rows.filter((row) => !before.some(({ userId, roleId }) => userId === row.userId && roleId === row.roleId));
    const grants = roles.filter(({ id }) => added.some(({ roleId }) => roleId === id));
    refuseGranting(
      grants.flatMap((role) => [
        ...viewPermissionsNotHeld(rights, role.viewPermissions, [searchDomainId]),
        ...notHeld(rights, "organization", role.organizationPermissions, []),
        ...notHeld(rights, "system", role.systemPermissions, []),
      ]),
    );
    const taken = before.filter((row) => !rows.some(({ userId, roleId }) => userId === row.userId && roleId === row.roleId));
    await requireMayTake(act, [...new Set(taken.map(({ roleId }) => roleId))]);
    await trx.deleteFrom("userRoles").where("searchDomainId", "=", searchDomainId).where("userId", "in", userIds).execute();
    if (rows.length > 0) await trx.insertInto("userRoles").values(rows).execute();
    return assigned(domain, before, rows);
  });
  return userIds;
}

type Assignment = Pick<UserRoleRow, "userId" | "roleId">;

function assigned(
  { id, name }: Pick<SearchDomainRow, "id" | "name">,
  before: readonly Assignment[],
  after: readonly Assignment[],
): Recorded<void> {
  const stateOf = (rows: readonly Assignment[]) => ({ assigned: rows.map(({ userId, roleId }) => `${userId} ${roleId}`) });
  return {
    result: undefined,
    record: {
      type: "user.roles.change",
      action: "assign",
      target: { kind: "searchDomain", id, name },
      before: stateOf(before),
      after: stateOf(after),
      details: { users: [...new Set([...before, ...after].map(({ userId }) => userId))] },
    },
  };
}

/**
 * Refuses to take away a role with organization or system permissions that the caller does not hold. Those hold beyond the search domain of
 * the assignment, about which the caller may not decide.
 *
 * @throws ClientError NOT_ALLOWED
 */
export async function requireMayTake({ db, rights }: Actor, roleIds: readonly string[]): Promise<void> {
  if (roleIds.length === 0) return;
  const roles = await db
    .selectFrom("roles")
    .select(["organizationPermissions", "systemPermissions"])
    .where("id", "in", roleIds)
    .execute();
  const lacking = roles.flatMap((role) => [
    ...notHeld(rights, "organization", role.organizationPermissions, []),
    ...notHeld(rights, "system", role.systemPermissions, []),
  ]);
  refuseTaking(lacking);
}
