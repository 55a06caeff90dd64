import { sql } from "kysely";

import type { TokenKind } from "#domain/token/kinds.ts";

import type { AuditEntry, AuditTarget } from "#domain/audit/record.ts";
import type { Actor } from "#server/access/actor.ts";
import type { Mutate } from "#server/access/mutate.ts";
import type { Rights } from "#server/access/permissions.ts";
import { makerStands } from "#server/auth/linkStanding.ts";
import { sessionIdleTimeout } from "#server/auth/sessions.ts";
import { ClientError } from "#server/errors.ts";
import { organizationId } from "#server/store/schema.ts";

/** A session that is alive, without anything by which one gets in. */
export interface BrowserSessionRow {
  readonly idHash: Uint8Array;
  readonly id: string;
  /** The user that it acts as, by link or by a personal token; null for other tokens and the local administrator. */
  readonly userId: string | null;
  readonly username: string | null;
  readonly fullName: string | null;
  /** The token that it acts as. Both null for one begun by link and for the local administrator's. */
  readonly tokenId: string | null;
  readonly tokenKind: TokenKind | null;
  readonly tokenName: string | null;
  readonly byLink: boolean;
  readonly linkedBy: string | null;
  readonly linkedByName: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

export interface BrowserSessionPage {
  readonly totalResults: number;
  readonly results: readonly BrowserSessionRow[];
}

/** How many sessions a list has at most: those that were used last. */
const mostListed = 1000;

/**
 * The sessions that are alive, the last used first: everybody's for who administers users, others' own.
 *
 * @param userId only those that act as this user
 */
export async function listSessions({ db, rights, now }: Actor, userId: string | null): Promise<BrowserSessionPage> {
  const alive = db
    .selectFrom("sessions")
    .leftJoin("tokens", (join) =>
      join
        .onRef("tokens.id", "=", "sessions.tokenId")
        .onRef("tokens.secretHash", "=", "sessions.tokenSecretHash")
        .on((eb) => eb.or([eb("tokens.expireAt", "is", null), eb("tokens.expireAt", ">", now)])),
    )
    .leftJoin("tokens as linkTokens", (join) =>
      join
        .onRef("linkTokens.id", "=", "sessions.linkTokenId")
        .onRef("linkTokens.secretHash", "=", "sessions.linkSecretHash")
        .on((eb) => eb.or([eb("linkTokens.expireAt", "is", null), eb("linkTokens.expireAt", ">", now)])),
    )
    .leftJoin("users", (join) => join.on("users.id", "=", sql<string>`coalesce(sessions.user_id, tokens.user_id)`))
    .where("sessions.expiresAt", ">", now)
    .where("sessions.lastSeenAt", ">", now - sessionIdleTimeout)
    .where((eb) => eb.or([eb("sessions.tokenId", "is", null), eb("tokens.id", "is not", null)]))
    .where((eb) => eb.or([eb("sessions.linkTokenId", "is", null), eb("linkTokens.id", "is not", null)]))
    .$if(!seesAll(rights), (query) =>
      query.where((eb) =>
        eb.or([
          eb("users.id", "=", rights.user?.id ?? ""),
          eb("sessions.tokenId", "=", rights.caller.type === "token" ? rights.caller.token.id : ""),
        ]),
      ),
    )
    .$if(userId !== null, (query) => query.where("users.id", "=", userId));
  const { count } = await alive.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const rows = await alive
    .select([
      "sessions.idHash",
      "sessions.id",
      "users.id as userId",
      "users.username",
      "users.fullName",
      "tokens.id as tokenId",
      "tokens.kind as tokenKind",
      "tokens.name as tokenName",
      sql<boolean>`sessions.user_id is not null`.as("byLink"),
      "sessions.linkedBy",
      "sessions.linkedByName",
      "sessions.linkTokenId",
      "sessions.linkSecretHash",
      "sessions.address",
      "sessions.userAgent",
      "sessions.createdAt",
      "sessions.lastSeenAt",
      "sessions.expiresAt",
    ])
    .orderBy("sessions.lastSeenAt", "desc")
    .orderBy("sessions.id")
    .limit(mostListed)
    .execute();
  const results = [];
  for (const { linkTokenId, linkSecretHash, ...row } of rows) {
    const { linkedBy, userId: actsAs } = row;
    const stands =
      linkedBy === null || actsAs === null || (await makerStands(db, { userId: actsAs, linkedBy, linkTokenId, linkSecretHash }));
    if (stands) results.push(row);
  }
  return { totalResults: count - (rows.length - results.length), results };
}

/** Who sees and ends everybody's sessions. */
export function seesAll(rights: Rights): boolean {
  return rights.organization("ManageUsers");
}

/** Which sessions to end: one, by its id; all that act as a user, by the user's id; or all of the organization. */
export interface Revocation {
  readonly revocationType: "Session" | "User" | "Organization";
  readonly id: string;
}

/**
 * Ends sessions, in every process at their next request. With all of a user, or of everybody, the links go that could begin others, and
 * those that the user made for somebody and nobody used yet. One's own sessions everybody ends; others' takes the right to administer users.
 *
 * @throws ClientError NOT_FOUND where the session is over already or is not one that the caller may end, or NOT_ALLOWED
 */
export async function revokeSessions(mutate: Mutate, { revocationType: which, id }: Revocation): Promise<void> {
  // Alone: two sessions that end each other would wait in a ring.
  await mutate({ alone: true }, async ({ trx, rights }) => {
    const all = seesAll(rights);
    const done = (
      target: AuditTarget,
      ended: readonly { readonly id: string }[],
    ): { readonly result: undefined; readonly record: AuditEntry } => ({
      result: undefined,
      record: {
        type: "tokenhouse.sessions.revoke",
        action: "delete",
        target,
        details: { which, sessions: ended.map((session) => session.id), count: ended.length },
      },
    });
    switch (which) {
      case "Session": {
        const own = rights.user?.id ?? (rights.caller.type === "token" ? rights.caller.token.id : "");
        const ended = await trx
          .deleteFrom("sessions")
          .where("id", "=", id)
          // The id of a personal token is its user's.
          .$if(!all, (query) => query.where((eb) => eb.or([eb("userId", "=", own), eb("tokenId", "=", own)])))
          .returning("id")
          .execute();
        if (ended.length === 0)
          throw new ClientError("NOT_FOUND", "There is no such session. It may be over already.", { field: "id" });
        return done({ kind: "session", id, name: null }, ended);
      }
      case "User": {
        if (!all && rights.user?.id !== id) throw notAllowed();
        const user = await trx.selectFrom("users").select("username").where("id", "=", id).executeTakeFirst();
        if (user === undefined) throw new ClientError("NOT_FOUND", "There is no such user.", { field: "id" });
        const ended = await trx
          .deleteFrom("sessions")
          .where((eb) => eb.or([eb("userId", "=", id), eb("tokenId", "=", id)]))
          .returning("id")
          .execute();
        await trx
          .deleteFrom("signInCodes")
          .where((eb) => eb.or([eb("userId", "=", id), eb("linkedBy", "=", id)]))
          .execute();
        return done({ kind: "user", id, name: user.username }, ended);
      }
      case "Organization": {
        if (!all) throw notAllowed();
        if (id !== organizationId) throw new ClientError("NOT_FOUND", "There is no such organization.", { field: "id" });
        const ended = await trx.deleteFrom("sessions").returning("id").execute();
        await trx.deleteFrom("signInCodes").execute();
        return done({ kind: "session", id: organizationId, name: null }, ended);
      }
      default:
        return which satisfies never;
    }
  });
}

const notAllowed = () => new ClientError("NOT_ALLOWED", "Manage users not allowed");
