import { sql, type Transaction } from "kysely";

import { nameInText } from "#domain/name.ts";
import { permissionsOf } from "#domain/people/effective.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";

import type { Act, Mutate, Recorded } from "#server/access/mutate.ts";
import { notHeld, viewPermissionsNotHeld } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import type { GroupRoleRow, GroupRow } from "#server/store/groupTables.ts";
import type { Database, RoleRow, SearchDomainRow } from "#server/store/schema.ts";
import { refuseGranting, refuseTaking } from "./granting.ts";
import { assignedState, groupTarget, lockGroup, readMembers, requiredGroup } from "./groups.ts";

/** A role's permissions of one kind, for a group; those on search domains in one of them. */
export type GroupRoleRequest = { readonly groupId: string; readonly roleId: string } & (
  | { readonly kind: "view"; readonly searchDomainId: string }
  | { readonly kind: Exclude<PermissionKind, "view"> }
);

/** What there is of a request, locked. */
interface Assignment {
  readonly group: GroupRow;
  readonly role: RoleRow;
  /** Null but for permissions on search domains. */
  readonly searchDomain: Pick<SearchDomainRow, "id" | "name"> | null;
}

/**
 * Assigns a role to a group: its members get the role's permissions of one kind, which takes holding these. One that is assigned already
 * stays.
 *
 * @param override whether the group's other roles on that search domain go
 * @throws ClientError NOT_FOUND, NOT_ALLOWED, or BAD_INPUT for a role without any permission of the kind
 */
export async function assignGroupRole(
  mutate: Mutate,
  request: GroupRoleRequest,
  { override = false }: { readonly override?: boolean } = {},
): Promise<GroupRoleRow> {
  return changeRoles(mutate, request, async (act, assignment, present, row) => {
    const { trx } = act;
    const { role } = assignment;
    if (permissionsOf(role, row.kind).length === 0) {
      const message = `The role “${nameInText(role.displayName)}” has no ${kindWords[row.kind]}, so it would give the group nothing here.`;
      throw new ClientError("BAD_INPUT", message, { field: "roleId" });
    }
    const isNew = !present.some(({ roleId }) => roleId === row.roleId);
    if (isNew) {
      refuseGranting(lacking(act, assignment, row.kind));
      await trx.insertInto("groupRoles").values(row).execute();
    }
    const others = present.filter(({ roleId }) => roleId !== row.roleId);
    if (!override) return { result: row, after: [...others, row], touched: [] };
    await trx.deleteFrom("groupRoles").where(inPlace(row)).where("roleId", "<>", row.roleId).execute();
    return { result: row, after: [row], touched: others.map(({ roleId }) => roleId) };
  });
}

/**
 * Takes a role from a group, if the group has it there. Organization and system permissions are taken by who holds them.
 *
 * @throws ClientError NOT_FOUND or NOT_ALLOWED
 */
export async function unassignGroupRole(mutate: Mutate, request: GroupRoleRequest): Promise<GroupRow> {
  return changeRoles(mutate, request, async (act, assignment, present, row) => {
    const { trx } = act;
    if (row.kind !== "view") refuseTaking(lacking(act, assignment, row.kind));
    await trx.deleteFrom("groupRoles").where(inPlace(row)).where("roleId", "=", row.roleId).execute();
    return { result: assignment.group, after: present.filter(({ roleId }) => roleId !== row.roleId), touched: [] };
  });
}

interface Change<T> {
  readonly result: T;
  readonly after: readonly GroupRoleRow[];
  /** Ids of other roles that it touches. */
  readonly touched: readonly string[];
}

/** Changes which roles a group has in one place; `change` is told of those that it has there. */
async function changeRoles<T>(
  mutate: Mutate,
  request: GroupRoleRequest,
  change: (act: Act, assignment: Assignment, present: readonly GroupRoleRow[], row: GroupRoleRow) => Promise<Change<T>>,
): Promise<T> {
  const { kind, groupId, roleId } = request;
  const searchDomainId = request.kind === "view" ? request.searchDomainId : null;
  const row = { groupId, kind, searchDomainId, roleId };
  const lock = async (trx: Transaction<Database>) => ({
    searchDomain:
      searchDomainId === null
        ? undefined
        : await trx
            .selectFrom("searchDomains")
            .select(["id", "name"])
            .where("id", "=", searchDomainId)
            .forKeyShare()
            .executeTakeFirst(),
    group: await lockGroup(trx, groupId),
    role: await trx.selectFrom("roles").selectAll().where("id", "=", roleId).forShare().executeTakeFirst(),
  });
  return mutate({ alone: true, lock }, async (act, locked): Promise<Recorded<T>> => {
    const { searchDomain = null, role } = locked;
    if (searchDomainId !== null && searchDomain === null) {
      throw new ClientError("NOT_FOUND", "There is no such repository or view.", { field: "viewId" });
    }
    const group = requiredGroup(locked.group);
    if (role === undefined) throw new ClientError("NOT_FOUND", "There is no such role.", { field: "roleId" });
    const { trx } = act;
    const present = await trx.selectFrom("groupRoles").selectAll().where(inPlace(row)).orderBy("roleId").execute();
    const { result, after, touched } = await change(act, { group, role, searchDomain }, present, row);
    const isAssigned = after.some((assigned) => assigned.roleId === roleId);
    return {
      result,
      record: {
        type: recordTypes[kind][isAssigned ? "assigned" : "unassigned"],
        action: "assign",
        target: groupTarget(group),
        before: assignedState(present),
        after: assignedState(after),
        details: {
          roles: [roleId, ...touched],
          roleName: role.displayName,
          permissions: permissionsOf(role, kind),
          searchDomains: searchDomain === null ? [] : [searchDomain.id],
          viewName: searchDomain?.name,
          users: await readMembers(trx, groupId),
        },
      },
    };
  });
}

const kindWords = {
  view: "permissions on repositories and views",
  organization: "organization permissions",
  system: "system permissions",
} as const satisfies Record<PermissionKind, string>;

const recordTypes = {
  view: { assigned: "group.role.assigned", unassigned: "group.role.unassigned" },
  organization: { assigned: "group.organizationrole.assigned", unassigned: "group.organizationrole.unassigned" },
  system: { assigned: "group.systemrole.assigned", unassigned: "group.systemrole.unassigned" },
} as const satisfies Record<PermissionKind, object>;

/** Which rows are the roles that a group has in one place. */
function inPlace({ groupId, kind, searchDomainId }: GroupRoleRow) {
  return sql<boolean>`group_id = ${groupId} and kind = ${kind} and search_domain_id is not distinct from ${searchDomainId}`;
}

/** What the role would give that the caller does not hold. */
function lacking({ rights }: Act, { role, searchDomain }: Assignment, kind: PermissionKind): readonly string[] {
  return kind === "view"
    ? viewPermissionsNotHeld(rights, role.viewPermissions, searchDomain === null ? [] : [searchDomain.id])
    : notHeld(rights, kind, permissionsOf(role, kind), []);
}
