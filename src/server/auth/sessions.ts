import type { Kysely, Selectable, Transaction } from "kysely";

import { day, hour } from "#domain/duration.ts";
import { storageTrouble } from "#server/store/failures.ts";
import type { Database, SessionTable } from "#server/store/schema.ts";
import { hashSecret, randomSecret } from "./secrets.ts";

/** How long a session lasts without a request, in ms. Our assumption: a working day. */
export const sessionIdleTimeout = 12 * hour;

/** How long a session lasts at most, in ms. Our assumption. */
export const sessionLifetime = 7 * day;

/** How long a sign-in code may be used, in ms. */
export const signInCodeLifetime = 600_000;

/** How old the recorded time of a session's last request may become before it is written again, in ms. */
const seenGranularity = 60_000;

/** Who a session acts as. The local administrator's session has neither user nor token, but the hash of the credential. */
export type SessionPrincipal =
  | { readonly userId: string }
  | { readonly tokenId: string; readonly secretHash: Uint8Array }
  | { readonly localAdminHash: Uint8Array };

/** Where a session was begun. */
export interface SessionOrigin {
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** Makes a session and returns the value of its cookie, of which only a hash is kept. */
export async function createSession(
  db: Kysely<Database>,
  principal: SessionPrincipal,
  origin: SessionOrigin,
  now: number,
): Promise<string> {
  const cookie = randomSecret();
  await db
    .insertInto("sessions")
    .values({
      idHash: hashSecret(cookie),
      userId: "userId" in principal ? principal.userId : null,
      tokenId: "tokenId" in principal ? principal.tokenId : null,
      tokenSecretHash:
        "tokenId" in principal ? principal.secretHash : "localAdminHash" in principal ? principal.localAdminHash : null,
      createdAt: now,
      expiresAt: now + sessionLifetime,
      lastSeenAt: now,
      address: origin.address,
      userAgent: origin.userAgent?.slice(0, 300) ?? null,
    })
    .execute();
  return cookie;
}

/** Whether a session is over at a moment, ms since epoch. */
export function isOver(session: Pick<Selectable<SessionTable>, "expiresAt" | "lastSeenAt">, now: number): boolean {
  return session.expiresAt <= now || session.lastSeenAt + sessionIdleTimeout <= now;
}

/** The session of a cookie, unless it is over. */
export async function findSession(
  db: Kysely<Database>,
  cookie: string,
  now: number,
): Promise<Selectable<SessionTable> | undefined> {
  const session = await db.selectFrom("sessions").selectAll().where("idHash", "=", hashSecret(cookie)).executeTakeFirst();
  if (session === undefined || isOver(session, now)) return undefined;
  if (now - session.lastSeenAt >= seenGranularity) {
    await db
      .updateTable("sessions")
      .set({ lastSeenAt: now })
      .where("idHash", "=", session.idHash)
      .where("lastSeenAt", "<", now)
      .execute()
      .catch((error: unknown) => {
        // On a full disk reading goes on, as long as the session has not been idle for too long.
        if (storageTrouble(error) === undefined) throw error;
      });
  }
  return session;
}

/** Lets a session act as the token that replaced its own. */
export async function followReplacement(
  db: Kysely<Database>,
  idHash: Uint8Array,
  replacement: { readonly tokenId: string; readonly secretHash: Uint8Array },
): Promise<void> {
  await db
    .updateTable("sessions")
    .set({ tokenId: replacement.tokenId, tokenSecretHash: replacement.secretHash })
    .where("idHash", "=", idHash)
    .where("tokenId", "is not", null)
    .execute();
}

/** Ends the session of a cookie, if there is one. */
export async function endSession(db: Kysely<Database>, cookie: string): Promise<void> {
  await db.deleteFrom("sessions").where("idHash", "=", hashSecret(cookie)).execute();
}

/** Makes a one-time sign-in code for a user; only a hash of it is kept. */
export async function createSignInCode(db: Kysely<Database>, userId: string, now: number): Promise<string> {
  const code = randomSecret();
  await db
    .insertInto("signInCodes")
    .values({ hash: hashSecret(code), userId, expiresAt: now + signInCodeLifetime })
    .execute();
  return code;
}

/**
 * Uses up a sign-in code: its user's id, or undefined when it is unknown, used or too old. Of two calls at once only one gets the id.
 *
 * Locks the user before the code, as whoever removes a user does, whose codes go with the user; and the user is there until the transaction
 * ends.
 */
export async function consumeSignInCode(trx: Transaction<Database>, code: string, now: number): Promise<string | undefined> {
  const hash = hashSecret(code);
  const codesUser = trx.selectFrom("signInCodes").select("userId").where("hash", "=", hash);
  const user = await trx.selectFrom("users").select("id").where("id", "=", codesUser).forKeyShare().executeTakeFirst();
  if (user === undefined) return undefined;
  const row = await trx.deleteFrom("signInCodes").where("hash", "=", hash).returning("expiresAt").executeTakeFirst();
  return row === undefined || row.expiresAt <= now ? undefined : user.id;
}

/** Who a sign-in link acts as: the user with root's rights who is there longest. Undefined when there is none. */
export async function findAdministrator(db: Kysely<Database>): Promise<string | undefined> {
  const row = await db
    .selectFrom("users")
    .select("id")
    .where("isRoot", "=", true)
    .orderBy("createdAt")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}
