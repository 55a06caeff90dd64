import type { Kysely, Transaction } from "kysely";
import { z } from "zod";

import { nameSchema, seenText } from "#domain/name.ts";

import type { Rights } from "../access/permissions.ts";
import { randomId } from "../store/ids.ts";
import { ClientError } from "../errors.ts";
import { uniqueViolation } from "../store/failures.ts";
import { lockTokensShared } from "../store/locks.ts";
import type { Database, UserRow } from "../store/schema.ts";
import { parseInput } from "./input.ts";

const text = z.string().max(1000, "This text has at most 1,000 characters.");

const profileSchema = z.object({
  fullName: text.check(seenText),
  firstName: text.check(seenText),
  lastName: text.check(seenText),
  email: text,
  picture: z.string().max(100_000, "A picture's address has at most 100,000 characters."),
  countryCode: text,
  stateCode: text,
  company: text,
});

/** What is known of a person. A value that is absent stays as it is. */
export type Profile = Readonly<Partial<z.input<typeof profileSchema>>>;

const fields = Object.fromEntries([...Object.keys(profileSchema.shape), "username"].map((name) => [name, name]));

/**
 * Adds a user. Root and ownership are given by root alone.
 *
 * @throws ClientError BAD_INPUT (also when the name is taken) or NOT_ALLOWED
 */
export async function addUser(
  db: Kysely<Database>,
  rights: Rights,
  request: { readonly username: string; readonly isRoot: boolean; readonly isOrgRoot: boolean; readonly profile: Profile },
  now: number,
): Promise<UserRow> {
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
    await db.insertInto("users").values(row).execute();
  } catch (error) {
    if (uniqueViolation(error) === undefined) throw error;
    throw new ClientError("BAD_INPUT", "There is a user of this name already.", { field: "username" });
  }
  return row;
}

/**
 * Changes what is known of a user, found by name. `isRoot` null leaves it; changing it takes root.
 *
 * @throws ClientError NOT_FOUND, BAD_INPUT or NOT_ALLOWED
 */
export async function updateUser(
  db: Kysely<Database>,
  rights: Rights,
  request: { readonly username: string; readonly isRoot: boolean | null; readonly profile: Profile },
): Promise<UserRow> {
  const profile = parseProfile(request.profile);
  return db.transaction().execute(async (trx) => {
    const { roots, user } = await lockWithRoots(trx, request.username);
    const isRoot = request.isRoot ?? user.isRoot;
    if (isRoot !== user.isRoot) {
      requireRoot(rights, "Change root not allowed");
      if (!isRoot) requireOtherRoot(roots, user.id);
    }
    const changes = { ...profile, isRoot };
    await trx.updateTable("users").set(changes).where("id", "=", user.id).execute();
    return { ...user, ...changes };
  });
}

/**
 * Removes a user with the user's personal token, roles and sessions. Nobody removes oneself, root and owners are removed by root
 * alone, and the last root stays.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT
 */
export async function removeUser(db: Kysely<Database>, rights: Rights, username: string): Promise<UserRow> {
  return db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    const { roots, user } = await lockWithRoots(trx, username);
    if (user.id === rights.user?.id) throw new ClientError("BAD_INPUT", "You cannot remove yourself.", { field: "username" });
    if (user.isRoot) requireRoot(rights, "Change root not allowed");
    if (user.isOrgRoot) requireRoot(rights, "Change organization ownership not allowed");
    if (user.isRoot) requireOtherRoot(roots, user.id);
    await trx.deleteFrom("users").where("id", "=", user.id).execute();
    return user;
  });
}

/**
 * Makes a user an owner of the organization, or no owner any more. Root decides; the rule of the mutation sees to that. Throws
 * ClientError NOT_FOUND.
 */
export async function setOrganizationOwner(db: Kysely<Database>, userId: string, isOrgRoot: boolean): Promise<void> {
  const changed = await db.updateTable("users").set({ isOrgRoot }).where("id", "=", userId).returning("id").executeTakeFirst();
  if (changed === undefined) throw noSuchUser("userId");
}

/**
 * The user of a name and all that are root, locked: two of these cannot take it from each other at the same moment. In one go and by
 * id, as whoever assigns roles locks users, so that nobody waits in a ring. Throws ClientError NOT_FOUND.
 */
async function lockWithRoots(trx: Transaction<Database>, username: string): Promise<{ roots: readonly string[]; user: UserRow }> {
  const rows = await trx
    .selectFrom("users")
    .selectAll()
    .where((eb) => eb.or([eb("isRoot", "=", true), eb("username", "=", username)]))
    .orderBy("id")
    .forUpdate()
    .execute();
  const user = rows.find((row) => row.username === username);
  if (user === undefined) throw noSuchUser("username");
  return { roots: rows.filter(({ isRoot }) => isRoot).map(({ id }) => id), user };
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
