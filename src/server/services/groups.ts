import type { Kysely, Transaction } from "kysely";
import { z } from "zod";

import type { AuditTarget } from "#domain/audit/record.ts";
import { nameSchema, seenText } from "#domain/nameSchema.ts";
import { lackingRights } from "#domain/token/lackingRights.ts";
import { holdingsOfUser } from "#domain/token/rights.ts";

import type { Act, Mutate } from "#server/access/mutate.ts";
import { notHeld } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import { readRolesOfGroup } from "#server/store/assignedRoles.ts";
import { uniqueViolation } from "#server/store/failures.ts";
import type { GroupMemberRow, GroupRoleRow, GroupRow } from "#server/store/groupTables.ts";
import { randomId } from "#server/store/ids.ts";
import type { Database, UserRow } from "#server/store/schema.ts";
import { refuseGranting, refuseTaking } from "./granting.ts";
import { parseInput } from "./input.ts";

const groupSchema = z.object({
  displayName: nameSchema("group"),
  lookupName: z.string().max(1000, "A lookup name has at most 1,000 characters.").check(seenText).nullable(),
});

const fields = { displayName: "displayName", lookupName: "lookupName" };

/** Every group, by name. */
export function listGroups(db: Kysely<Database>): Promise<GroupRow[]> {
  return db.selectFrom("groups").selectAll().orderBy("displayName").execute();
}

/** Who is in which group. */
export function listMemberships(db: Kysely<Database>): Promise<GroupMemberRow[]> {
  return db.selectFrom("groupMembers").selectAll().orderBy("groupId").orderBy("userId").execute();
}

/** Which roles are assigned to which group. */
export function listGroupRoles(db: Kysely<Database>): Promise<GroupRoleRow[]> {
  return db
    .selectFrom("groupRoles")
    .selectAll()
    .orderBy("groupId")
    .orderBy("kind")
    .orderBy("searchDomainId")
    .orderBy("roleId")
    .execute();
}

/** A user's groups, and the roles assigned to them. */
export interface UserGroups {
  /** The user's. */
  readonly id: string;
  readonly groupIds: ReadonlySet<string>;
  readonly roles: readonly GroupRoleRow[];
}

/** The groups of users, without those of all others. */
export async function readGroupsOfUsers(db: Kysely<Database>, userIds: readonly string[]): Promise<UserGroups[]> {
  const memberships = await db.selectFrom("groupMembers").selectAll().where("userId", "in", userIds).execute();
  const groupIds = [...new Set(memberships.map(({ groupId }) => groupId))];
  const roles =
    groupIds.length === 0 ? [] : await db.selectFrom("groupRoles").selectAll().where("groupId", "in", groupIds).execute();
  return userIds.map((id) => {
    const own = new Set(memberships.filter(({ userId }) => userId === id).map(({ groupId }) => groupId));
    return { id, groupIds: own, roles: roles.filter(({ groupId }) => own.has(groupId)) };
  });
}

/**
 * Creates a group, without members and roles. An empty lookup name is none.
 *
 * @throws ClientError BAD_INPUT, also when the name is taken
 */
export async function addGroup(
  mutate: Mutate,
  request: { readonly displayName: string; readonly lookupName: string | null },
): Promise<GroupRow> {
  return mutate({}, async ({ trx }) => {
    const { displayName, lookupName } = parseInput(groupSchema, request, fields);
    const group = { id: randomId(32), displayName, lookupName: lookupName || null };
    await unlessTaken(trx.insertInto("groups").values(group).execute());
    const record = { type: "tokenhouse.group.change", action: "create", target: groupTarget(group), after: group } as const;
    return { result: group, record };
  });
}

/**
 * Changes what a group is called; what is null stays, and an empty lookup name takes it away.
 *
 * @throws ClientError NOT_FOUND, or BAD_INPUT, also when the name is taken
 */
export async function updateGroup(
  mutate: Mutate,
  groupId: string,
  request: { readonly displayName: string | null; readonly lookupName: string | null },
): Promise<GroupRow> {
  return mutate({ lock: (trx) => lockGroup(trx, groupId) }, async ({ trx }, found) => {
    const before = requiredGroup(found);
    const asked = { displayName: request.displayName ?? before.displayName, lookupName: request.lookupName ?? before.lookupName };
    const schema = groupSchema.extend({ displayName: nameSchema("group", before.displayName) });
    const { displayName, lookupName } = parseInput(schema, asked, fields);
    const group = { id: groupId, displayName, lookupName: lookupName || null };
    await unlessTaken(
      trx.updateTable("groups").set({ displayName, lookupName: group.lookupName }).where("id", "=", groupId).execute(),
    );
    const record = {
      type: "tokenhouse.group.change",
      action: "update",
      target: groupTarget(group),
      before,
      after: group,
    } as const;
    return { result: group, record };
  });
}

/**
 * Removes a group: its members lose what its roles gave them.
 *
 * @throws ClientError NOT_FOUND or NOT_ALLOWED
 */
export async function removeGroup(mutate: Mutate, groupId: string): Promise<GroupRow> {
  return mutate({ alone: true, lock: (trx) => lockGroup(trx, groupId) }, async (act, found) => {
    const group = requiredGroup(found);
    await requireMayTakeOut(act, groupId);
    const { trx } = act;
    const users = await readMembers(trx, groupId);
    const roles = await trx.selectFrom("groupRoles").selectAll().where("groupId", "=", groupId).orderBy("roleId").execute();
    await trx.deleteFrom("groups").where("id", "=", groupId).execute();
    const before = { ...group, ...assignedState(roles) };
    return {
      result: group,
      record: { type: "tokenhouse.group.change", action: "delete", target: groupTarget(group), before, details: { users } },
    };
  });
}

/** The ids of the users in a group. */
export async function readMembers(trx: Transaction<Database>, groupId: string): Promise<readonly string[]> {
  const members = await trx
    .selectFrom("groupMembers")
    .select("userId")
    .where("groupId", "=", groupId)
    .orderBy("userId")
    .execute();
  return members.map(({ userId }) => userId);
}

/** The roles of a group in the words of a record. */
export function assignedState(roles: readonly GroupRoleRow[]): { readonly assigned: readonly string[] } {
  return { assigned: roles.map(({ kind, searchDomainId, roleId }) => `${searchDomainId ?? kind} ${roleId}`) };
}

/** The most users that are added to a group, or taken out of one, at once. Our assumption. */
const mostUsers = 1000;

/**
 * Adds users to a group. They get what its roles give, so it takes holding all of that.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT
 */
export async function addUsersToGroup(mutate: Mutate, groupId: string, userIds: readonly string[]): Promise<GroupRow> {
  return changeMembers(mutate, groupId, userIds, async ({ trx, rights }, named, present) => {
    const given = holdingsOfUser({ isRoot: false, isOrgRoot: false }, await readRolesOfGroup(trx, groupId));
    const lacking = lackingRights(rights.holdings, given);
    refuseGranting(lacking.map((right) => (right.type === "permission" ? right.name : right.type)));
    const added = named.filter(({ id }) => !present.has(id));
    if (added.length > 0) {
      await trx
        .insertInto("groupMembers")
        .values(added.map(({ id }) => ({ groupId, userId: id })))
        .execute();
    }
    return { action: "assign", changed: added };
  });
}

/**
 * Takes users out of a group.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT
 */
export async function removeUsersFromGroup(mutate: Mutate, groupId: string, userIds: readonly string[]): Promise<GroupRow> {
  return changeMembers(mutate, groupId, userIds, async (act, named, present) => {
    await requireMayTakeOut(act, groupId);
    const { trx } = act;
    const removed = named.filter(({ id }) => present.has(id));
    if (removed.length > 0) {
      const ids = removed.map(({ id }) => id);
      await trx.deleteFrom("groupMembers").where("groupId", "=", groupId).where("userId", "in", ids).execute();
    }
    return { action: "delete", changed: removed };
  });
}

type NamedUser = Pick<UserRow, "id" | "username">;

/** Changes who is in a group; `change` is told of the users that are named, and which of them are in it. */
async function changeMembers(
  mutate: Mutate,
  groupId: string,
  userIds: readonly string[],
  change: (
    act: Act,
    named: readonly NamedUser[],
    present: ReadonlySet<string>,
  ) => Promise<{ readonly action: "assign" | "delete"; readonly changed: readonly NamedUser[] }>,
): Promise<GroupRow> {
  const ids = [...new Set(userIds)];
  if (ids.length > mostUsers) {
    throw new ClientError("BAD_INPUT", "At most 1,000 users can be named at once.", { field: "users" });
  }
  const lock = async (trx: Transaction<Database>) => ({
    users:
      ids.length === 0
        ? []
        : await trx.selectFrom("users").select(["id", "username"]).where("id", "in", ids).orderBy("id").forUpdate().execute(),
    group: await lockGroup(trx, groupId),
  });
  return mutate({ alone: true, lock }, async (act, locked) => {
    const group = requiredGroup(locked.group);
    if (locked.users.length < ids.length) {
      throw new ClientError("NOT_FOUND", "One of the users does not exist.", { field: "users" });
    }
    const members =
      ids.length === 0
        ? []
        : await act.trx
            .selectFrom("groupMembers")
            .select("userId")
            .where("groupId", "=", groupId)
            .where("userId", "in", ids)
            .execute();
    const { action, changed } = await change(act, locked.users, new Set(members.map(({ userId }) => userId)));
    const details = { users: changed.map(({ id }) => id), userNames: changed.map(({ username }) => username) };
    return { result: group, record: { type: "group.membership.change", action, target: groupTarget(group), details } };
  });
}

/**
 * Refuses to take anybody out of a group that gives organization or system permissions which the caller does not hold. Permissions on
 * repositories and views are another matter: who administers users may remove them with all they have.
 */
async function requireMayTakeOut({ trx, rights }: Act, groupId: string): Promise<void> {
  const roles = await readRolesOfGroup(trx, groupId);
  refuseTaking(
    roles.flatMap((role) => [
      ...notHeld(rights, "organization", role.organizationPermissions, []),
      ...notHeld(rights, "system", role.systemPermissions, []),
    ]),
  );
}

/** A group, locked for a change, if there is one. */
export function lockGroup(trx: Transaction<Database>, id: string): Promise<GroupRow | undefined> {
  return trx.selectFrom("groups").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
}

/** The group that was locked. Throws ClientError NOT_FOUND. */
export function requiredGroup(group: GroupRow | undefined): GroupRow {
  if (group === undefined) throw new ClientError("NOT_FOUND", "There is no such group.", { field: "groupId" });
  return group;
}

export function groupTarget({ id, displayName }: GroupRow): AuditTarget {
  return { kind: "group", id, name: displayName };
}

async function unlessTaken(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (uniqueViolation(error) === undefined) throw error;
    throw new ClientError("BAD_INPUT", "There is a group of this name already.", { field: "displayName" });
  }
}
