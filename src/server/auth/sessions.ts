import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";

import type { Insertable, Kysely, Selectable, Transaction } from "kysely";

import { day, hour } from "#domain/duration.ts";
import { localAdministrator } from "#domain/token/creator.ts";
import { storageTrouble } from "#server/store/failures.ts";
import type { Database, LinkColumns, SessionTable } from "#server/store/schema.ts";
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

/** What a session is called where others read it, also in the audit trail. Its cookie cannot be told from it. */
export function sessionName(idHash: Uint8Array): string {
  return createHash("sha256").update("session name\0").update(idHash).digest("hex").slice(0, 24);
}

/** Where a session was begun. */
export interface SessionOrigin {
  readonly address: string;
  readonly userAgent: string | undefined;
}

/**
 * Makes a session and returns the value of its cookie, of which only a hash is kept.
 *
 * @param link by whom and with what the link was made that it is begun by
 */
export async function createSession(
  db: Kysely<Database>,
  principal: SessionPrincipal,
  origin: SessionOrigin,
  now: number,
  link: Insertable<LinkColumns> = {},
): Promise<string> {
  const cookie = randomSecret();
  const idHash = hashSecret(cookie);
  await db
    .insertInto("sessions")
    .values({
      ...link,
      id: sessionName(idHash),
      idHash,
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

/** How long a request waits until it is noted that its session is alive, in ms; the note is written all the same. */
const longestNoting = 250;

/** The session of a cookie, unless it is over. */
export async function findSession(
  db: Kysely<Database>,
  cookie: string,
  now: number,
): Promise<Selectable<SessionTable> | undefined> {
  const session = await db.selectFrom("sessions").selectAll().where("idHash", "=", hashSecret(cookie)).executeTakeFirst();
  if (session === undefined || isOver(session, now)) return undefined;
  if (now - session.lastSeenAt >= seenGranularity) {
    const noted = db
      .updateTable("sessions")
      .set({ lastSeenAt: now })
      .where("idHash", "=", session.idHash)
      .where("lastSeenAt", "<", now)
      .execute()
      .catch((error: unknown) => {
        // On a full disk reading goes on, as long as the session has not been idle for too long.
        if (storageTrouble(error) === undefined) throw error;
      });
    // Reading goes on, too, while an act keeps PGlite's connection from everybody who writes.
    await Promise.race([noted, setTimeout(longestNoting, undefined, { ref: false })]);
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

/** Ends the session of a cookie; false where there is none, any more or at all. */
export async function endSession(db: Kysely<Database>, cookie: string): Promise<boolean> {
  const ended = await db.deleteFrom("sessions").where("idHash", "=", hashSecret(cookie)).executeTakeFirst();
  return ended.numDeletedRows > 0n;
}

/** The link that signs in with a code. The code stands in the fragment, which browsers keep to themselves. */
export function signInLink(origin: string, code: string): string {
  return `${origin}/sign-in#code=${code}`;
}

/** Makes a one-time sign-in code for a user; only a hash of it is kept. `link`: by whom and with what. */
export async function createSignInCode(
  db: Kysely<Database>,
  userId: string,
  now: number,
  link: Insertable<LinkColumns> = {},
): Promise<string> {
  const code = randomSecret();
  await db
    .insertInto("signInCodes")
    .values({ ...link, hash: hashSecret(code), userId, expiresAt: now + signInCodeLifetime })
    .execute();
  return code;
}

/** By whom and with what the local administrator's links are made. */
export function linkOfLocalAdmin(secretHash: Uint8Array): Insertable<LinkColumns> {
  return { linkedByName: localAdministrator, linkSecretHash: secretHash };
}

/**
 * Uses up a sign-in code: who made it and for whom, or undefined when it is unknown, used or too old. Of two calls at once only one gets it.
 *
 * Locks the user before the code, as whoever removes a user does, whose codes go with the user; and the user is there until the transaction
 * ends.
 */
export async function consumeSignInCode(
  trx: Transaction<Database>,
  code: string,
  now: number,
): Promise<{ readonly userId: string; readonly link: Selectable<LinkColumns> } | undefined> {
  const hash = hashSecret(code);
  const codesUser = trx.selectFrom("signInCodes").select("userId").where("hash", "=", hash);
  const user = await trx.selectFrom("users").select("id").where("id", "=", codesUser).forKeyShare().executeTakeFirst();
  if (user === undefined) return undefined;
  const row = await trx.deleteFrom("signInCodes").where("hash", "=", hash).returningAll().executeTakeFirst();
  if (row === undefined || row.expiresAt <= now) return undefined;
  const { linkedBy, linkedByName, linkTokenId, linkSecretHash } = row;
  return { userId: user.id, link: { linkedBy, linkedByName, linkTokenId, linkSecretHash } };
}

/** Who a sign-in link acts as: the user with root's rights who is there longest. Undefined when there is none. */
export function findAdministrator(db: Kysely<Database>): Promise<{ readonly id: string; readonly username: string } | undefined> {
  return db
    .selectFrom("users")
    .select(["id", "username"])
    .where("isRoot", "=", true)
    .orderBy("createdAt")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
}
