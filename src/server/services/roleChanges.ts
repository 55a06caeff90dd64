import type { Transaction } from "kysely";
import { z } from "zod";

import type { AuditTarget } from "#domain/audit/record.ts";
import { nameSchema, seenText } from "#domain/nameSchema.ts";
import { normalizePermissions, organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";

import type { Act, Mutate } from "#server/access/mutate.ts";
import { notHeld, onView, viewPermissionsNotHeld } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import type { Database, RoleRow } from "#server/store/schema.ts";
import { refuseGranting, refuseTaking } from "./granting.ts";
import { parseInput } from "./input.ts";
import { roleSchema, type RoleRequest } from "./roles.ts";

/** How a role is to be; what is null stays. */
export type RoleChange = { readonly [K in keyof RoleRequest]: RoleRequest[K] | null } & Pick<
  RoleRequest,
  "displayName" | "viewPermissions"
> & { readonly description: string | null };

const fields = { displayName: "displayName", color: "color", description: "description" };

/**
 * Changes a role, and with it the rights of everybody who has it. Nobody gets what the caller does not hold; what holds on repositories and
 * views is changed by who decides there, and organization and system permissions are taken by who holds them.
 *
 * @throws ClientError NOT_FOUND, BAD_INPUT or NOT_ALLOWED
 */
export async function updateRole(mutate: Mutate, roleId: string, change: RoleChange): Promise<RoleRow> {
  return mutate({ alone: true, lock: (trx) => lockRole(trx, roleId) }, async (act, found) => {
    const before = required(found);
    const schema = roleSchema.extend({
      displayName: nameSchema("role", before.displayName),
      description: z.string().max(1000, "A description has at most 1,000 characters.").check(seenText).nullable(),
    });
    const asked = {
      displayName: change.displayName,
      color: change.color ?? before.color,
      description: change.description ?? before.description,
    };
    const role: RoleRow = {
      id: roleId,
      ...parseInput(schema, asked, fields),
      viewPermissions: normalizePermissions(viewPermissions, change.viewPermissions),
      organizationPermissions:
        change.organizationPermissions === null
          ? before.organizationPermissions
          : normalizePermissions(organizationPermissions, change.organizationPermissions),
      systemPermissions:
        change.systemPermissions === null
          ? before.systemPermissions
          : normalizePermissions(systemPermissions, change.systemPermissions),
    };
    const holders = await readHolders(act.trx, roleId);
    requireMayChange(act, holders, before, role);
    const { trx } = act;
    const { id: _id, ...columns } = role;
    await trx.updateTable("roles").set(columns).where("id", "=", roleId).execute();
    return {
      result: role,
      record: {
        type: "tokenhouse.role.change",
        action: "update",
        target: targetOf(role),
        before,
        after: role,
        details: { users: holders.users, groups: holders.groups },
      },
    };
  });
}

/**
 * Removes a role: everybody who has it loses what it gives, which takes what {@link updateRole} takes.
 *
 * @throws ClientError NOT_FOUND or NOT_ALLOWED
 */
export async function removeRole(mutate: Mutate, roleId: string): Promise<void> {
  await mutate({ alone: true, lock: (trx) => lockRole(trx, roleId) }, async (act, found) => {
    const role = required(found);
    const { trx } = act;
    const holders = await readHolders(trx, roleId);
    requireMayChange(act, holders, role, { viewPermissions: [], organizationPermissions: [], systemPermissions: [] });
    await trx.deleteFrom("roles").where("id", "=", roleId).execute();
    return {
      result: undefined,
      record: {
        type: "tokenhouse.role.change",
        action: "delete",
        target: targetOf(role),
        before: role,
        details: { users: holders.users, groups: holders.groups },
      },
    };
  });
}

/** Who has a role, and where it gives what. */
interface Holders {
  /** Ids of the users who have it, by themselves or by a group. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** Ids of the search domains where its view permissions hold for somebody. */
  readonly searchDomains: readonly string[];
  /** Whether somebody may have its organization permissions. */
  readonly organization: boolean;
  readonly system: boolean;
}

async function readHolders(trx: Transaction<Database>, roleId: string): Promise<Holders> {
  const own = await trx.selectFrom("userRoles").selectAll().where("roleId", "=", roleId).execute();
  const byGroups = await trx.selectFrom("groupRoles").selectAll().where("roleId", "=", roleId).execute();
  const groups = [...new Set(byGroups.map(({ groupId }) => groupId))];
  const members =
    groups.length === 0 ? [] : await trx.selectFrom("groupMembers").select("userId").where("groupId", "in", groups).execute();
  return {
    users: [...new Set([...own, ...members].map(({ userId }) => userId))].toSorted(),
    groups: groups.toSorted(),
    searchDomains: [...new Set([...own, ...byGroups].flatMap(({ searchDomainId }) => searchDomainId ?? []))],
    organization: own.length > 0 || byGroups.some(({ kind }) => kind === "organization"),
    system: own.length > 0 || byGroups.some(({ kind }) => kind === "system"),
  };
}

type Permissions = Pick<RoleRow, "viewPermissions" | "organizationPermissions" | "systemPermissions">;

function requireMayChange({ rights }: Act, holders: Holders, before: Permissions, after: Permissions): void {
  const view = differences(expandPermissions("view", before.viewPermissions), expandPermissions("view", after.viewPermissions));
  const organization = differences(before.organizationPermissions, after.organizationPermissions);
  const system = differences(before.systemPermissions, after.systemPermissions);
  const changesAccess = view.added.length > 0 || view.taken.length > 0;
  if (changesAccess && holders.searchDomains.some((id) => !onView(rights, id, "ChangeUserAccess"))) {
    const message = "Change user access not allowed: the role is assigned in a repository or view where you may not decide that.";
    throw new ClientError("NOT_ALLOWED", message);
  }
  refuseGranting([
    ...viewPermissionsNotHeld(rights, view.added, holders.searchDomains),
    ...notHeld(rights, "organization", organization.added, []),
    ...notHeld(rights, "system", system.added, []),
  ]);
  refuseTaking([
    ...(holders.organization ? notHeld(rights, "organization", organization.taken, []) : []),
    ...(holders.system ? notHeld(rights, "system", system.taken, []) : []),
  ]);
}

function differences(before: readonly string[], after: readonly string[]) {
  return {
    added: after.filter((name) => !before.includes(name)),
    taken: before.filter((name) => !after.includes(name)),
  };
}

function lockRole(trx: Transaction<Database>, id: string): Promise<RoleRow | undefined> {
  return trx.selectFrom("roles").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
}

function required(role: RoleRow | undefined): RoleRow {
  if (role === undefined) throw new ClientError("NOT_FOUND", "There is no such role.", { field: "roleId" });
  return role;
}

function targetOf({ id, displayName }: RoleRow): AuditTarget {
  return { kind: "role", id, name: displayName };
}
