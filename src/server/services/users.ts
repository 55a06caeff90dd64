import type { Kysely, Transaction } from "kysely";
import { z } from "zod";

import type { AuditTarget } from "#domain/audit/record.ts";
import { nameSchema } from "#domain/nameSchema.ts";
import { profileName, profileText } from "#domain/people/profile.ts";

import type { Mutate } from "#server/access/mutate.ts";
import type { Rights } from "#server/access/permissions.ts";
import { randomId } from "#server/store/ids.ts";
import { ClientError } from "#server/errors.ts";
import { uniqueViolation } from "#server/store/failures.ts";
import type { Database, UserRow } from "#server/store/schema.ts";
import { parseInput } from "./input.ts";

const profileSchema = z.object({
  fullName: profileName,
  firstName: profileName,
  lastName: profileName,
  email: profileText,
  picture: z.string().max(100_000, "A picture's address has at most 100,000 characters."),
  countryCode: profileText,
  stateCode: profileText,
  company: profileText,
});

/** What is known of a person. A value that is absent stays as it is. */
export type Profile = Readonly<Partial<z.input<typeof profileSchema>>>;

const fields = Object.fromEntries([...Object.keys(profileSchema.shape), "username"].map((name) => [name, name]));

export async function countUsers(db: Kysely<Database>): Promise<number> {
  const { count } = await db
    .selectFrom("users")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

/** Every user, by username. */
export function listUsers(db: Kysely<Database>): Promise<UserRow[]> {
  return db.selectFrom("users").selectAll().orderBy("username").execute();
}

export function readUsers(db: Kysely<Database>, ids: readonly string[]): Promise<UserRow[]> {
  return db.selectFrom("users").selectAll().where("id", "in", ids).execute();
}

/**
 * Adds a user. Root and ownership are given by root alone.
 *
 * @throws ClientError BAD_INPUT (also when the name is taken) or NOT_ALLOWED
 */
export async function addUser(
  mutate: Mutate,
  request: { readonly username: string; readonly isRoot: boolean; readonly isOrgRoot: boolean; readonly profile: Profile },
): Promise<UserRow> {
  return mutate({}, async ({ trx, rights, now }) => {
    if (request.isRoot) requireRoot(rights, "Change root not allowed");
    if (request.isOrgRoot) requireRoot(rights, "Change organization ownership not allowed");
    const { username } = parseInput(z.object({ username: nameSchema("user") }), request, fields);
    const row = {
      id: randomId(24),
      username,
      fullName: null,
      firstName: null,
      lastName: null,
      email: null,
      picture: null,
      countryCode: null,
      stateCode: null,
      company: null,
      ...parseProfile(request.profile),
      phoneNumber: null,
      isRoot: request.isRoot,
      isOrgRoot: request.isOrgRoot,
      createdAt: now,
    };
    try {
      await trx.insertInto("users").values(row).execute();
    } catch (error) {
      if (uniqueViolation(error) === undefined) throw error;
      throw new ClientError("BAD_INPUT", "There is a user of this name already.", { field: "username" });
    }
    return { result: row, record: { type: "user.profile", action: "create", target: targetOf(row), after: row } };
  });
}

/**
 * Changes what is known of a user, found by name. `isRoot` null leaves it; changing it takes root.
 *
 * @throws ClientError NOT_FOUND, BAD_INPUT or NOT_ALLOWED
 */
export async function updateUser(
  mutate: Mutate,
  request: { readonly username: string; readonly isRoot: boolean | null; readonly profile: Profile },
): Promise<UserRow> {
  const profile = parseProfile(request.profile);
  return mutate({ alone: true, lock: (trx) => lockWithRoots(trx, request.username) }, async ({ trx, rights }, locked) => {
    const { roots, user } = found(locked);
    const isRoot = request.isRoot ?? user.isRoot;
    if (isRoot !== user.isRoot) {
      requireRoot(rights, "Change root not allowed");
      if (!isRoot) requireOtherRoot(roots, user.id);
    }
    const changes = { ...profile, isRoot };
    await trx.updateTable("users").set(changes).where("id", "=", user.id).execute();
    const result = { ...user, ...changes };
    return { result, record: { type: "user.profile", action: "update", target: targetOf(user), before: user, after: result } };
  });
}

/**
 * Removes a user with the user's personal token, roles and sessions. Nobody removes oneself, root and owners are removed by root
 * alone, and the last root stays.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT
 */
export async function removeUser(mutate: Mutate, username: string): Promise<UserRow> {
  return mutate({ alone: true, lock: (trx) => lockWithRoots(trx, username) }, async ({ trx, rights }, locked) => {
    const { roots, user } = found(locked);
    if (user.id === rights.user?.id) throw new ClientError("BAD_INPUT", "You cannot remove yourself.", { field: "username" });
    if (user.isRoot) requireRoot(rights, "Change root not allowed");
    if (user.isOrgRoot) requireRoot(rights, "Change organization ownership not allowed");
    if (user.isRoot) requireOtherRoot(roots, user.id);
    await trx.deleteFrom("users").where("id", "=", user.id).execute();
    return { result: user, record: { type: "user.profile", action: "delete", target: targetOf(user), before: user } };
  });
}

/**
 * Makes a user an owner of the organization, or no owner any more. Root decides; the rule of the mutation sees to that. Throws
 * ClientError NOT_FOUND.
 */
export async function setOrganizationOwner(mutate: Mutate, userId: string, isOrgRoot: boolean): Promise<void> {
  const lock = (trx: Transaction<Database>) =>
    trx.selectFrom("users").select(["id", "username", "isOrgRoot"]).where("id", "=", userId).forUpdate().executeTakeFirst();
  await mutate({ alone: true, lock }, async ({ trx }, locked) => {
    if (locked === undefined) throw noSuchUser("userId");
    await trx.updateTable("users").set({ isOrgRoot }).where("id", "=", userId).execute();
    return {
      result: undefined,
      record: { type: "organizations", action: "update", target: targetOf(locked), before: locked, after: { isOrgRoot } },
    };
  });
}

function targetOf({ id, username }: Pick<UserRow, "id" | "username">): AuditTarget {
  return { kind: "user", id, name: username };
}

interface UserAmongRoots {
  readonly roots: readonly string[];
  readonly user: UserRow | undefined;
}

/** The user of a name, if there is one, and all that are root, locked: two of these cannot take it from each other at the same moment. */
async function lockWithRoots(trx: Transaction<Database>, username: string): Promise<UserAmongRoots> {
  const rows = await trx
    .selectFrom("users")
    .selectAll()
    .where((eb) => eb.or([eb("isRoot", "=", true), eb("username", "=", username)]))
    .orderBy("id")
    .forUpdate()
    .execute();
  return {
    roots: rows.filter(({ isRoot }) => isRoot).map(({ id }) => id),
    user: rows.find((row) => row.username === username),
  };
}

function found({ roots, user }: UserAmongRoots) {
  if (user === undefined) throw noSuchUser("username");
  return { roots, user };
}

function requireOtherRoot(roots: readonly string[], userId: string): void {
  if (roots.some((id) => id !== userId)) return;
  throw new ClientError("BAD_INPUT", "This is the only user with root; make another one root first.", { field: "username" });
}

function requireRoot(rights: Rights, denial: string): void {
  if (!rights.root) throw new ClientError("NOT_ALLOWED", denial);
}

function noSuchUser(field: string): ClientError {
  return new ClientError("NOT_FOUND", "There is no such user.", { field });
}

function parseProfile(profile: Profile): Partial<z.output<typeof profileSchema>> {
  return withoutUndefined(parseInput(profileSchema.partial(), profile, fields));
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
