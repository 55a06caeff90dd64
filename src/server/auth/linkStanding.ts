import type { Kysely } from "kysely";

import { lackingRights } from "#domain/token/lackingRights.ts";
import { holdingsOfUser, onOrganization, type Holdings } from "#domain/token/rights.ts";

import { readAssignedRoles } from "#server/store/assignedRoles.ts";
import type { Database } from "#server/store/schema.ts";
import { sameHash } from "./secrets.ts";

/** What a session begun by link hangs on. */
export interface SessionLink {
  /** Who the session acts as. */
  readonly userId: string;
  /** The user who made the link; null where it was nobody. */
  readonly linkedBy: string | null;
  readonly linkTokenId: string | null;
  readonly linkSecretHash: Uint8Array | null;
}

/** A token as what hangs on it is judged by. */
interface LinkToken {
  readonly secretHash: Uint8Array;
  readonly expireAt: number | null;
}

/** Whether the token that a link was made with, as it is now (undefined: it is gone), is still what it was made with. */
export function isSameToken(token: LinkToken | undefined, { linkSecretHash }: SessionLink, now: number): boolean {
  if (token === undefined || linkSecretHash === null || !sameHash(token.secretHash, linkSecretHash)) return false;
  return token.expireAt === null || token.expireAt > now;
}

/**
 * Whether a session begun by link may go on: the token that the link was made with is the same, and whoever made it may still let that user
 * in. Sessions of links by a local administrator end as rows when that credential is replaced.
 */
export async function linkStands(db: Kysely<Database>, link: SessionLink, now: number): Promise<boolean> {
  if (link.linkTokenId !== null) {
    const token = await db
      .selectFrom("tokens")
      .select(["secretHash", "expireAt"])
      .where("id", "=", link.linkTokenId)
      .executeTakeFirst();
    if (!isSameToken(token, link, now)) return false;
  }
  return makerStands(db, link);
}

/**
 * Whether who made a link may still let its user in: administers users, and has every right that the user has.
 *
 * @param lock whether what it rests on stays as it is until the transaction ends
 */
export async function makerStands(
  db: Kysely<Database>,
  { linkedBy, userId }: SessionLink,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<boolean> {
  if (linkedBy === null) return true;
  const maker = await readHoldings(db, linkedBy, { lock });
  const user = await readHoldings(db, userId, { lock });
  if (maker === undefined || user === undefined || onOrganization(maker, "ManageUsers") !== true) return false;
  return lackingRights(maker, user).length === 0;
}

/** What a user holds; undefined where there is no such user. */
export async function readHoldings(
  db: Kysely<Database>,
  userId: string,
  { lock }: { readonly lock: boolean },
): Promise<Holdings | undefined> {
  const users = db.selectFrom("users").select(["isRoot", "isOrgRoot"]).where("id", "=", userId);
  const user = await (lock ? users.forShare() : users).executeTakeFirst();
  if (user === undefined) return undefined;
  return holdingsOfUser(user, await readAssignedRoles(db, userId, { lock }));
}
