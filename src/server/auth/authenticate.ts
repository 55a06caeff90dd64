import { CompiledQuery, type Kysely } from "kysely";

import type { TokenKind } from "#domain/token/kinds.ts";
import { localAdministrator } from "#domain/token/creator.ts";
import { parseLocalAdminToken, parseTokenString } from "#domain/token/tokenString.ts";

import { batched } from "#server/batched.ts";
import type { Caller } from "#server/caller.ts";
import type { Database, TokenRow } from "#server/store/schema.ts";
import { looksUp, prepared } from "#server/store/statementClient.ts";
import { acceptsAddress } from "./ipFilters.ts";
import type { LastUseRecorder } from "./lastUse.ts";
import { linkStands } from "./linkStanding.ts";
import { localAdminPlaces } from "./localAdmin.ts";
import { hashSecret, sameHash } from "./secrets.ts";
import { findSession, type SessionPrincipal } from "./sessions.ts";

/** Where a request comes from. */
export interface CallerPlace {
  /** The client's address, after TRUST_PROXY. */
  readonly address: string;
  /** Whether the local administrator's token counts from there. */
  readonly admitsLocalAdmin: boolean;
}

/** What a request brings to say who it is. */
interface Claim {
  /** The Authorization header. It wins over the cookie, whatever it holds. */
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly place: CallerPlace;
  /** Ms since epoch. */
  readonly now: number;
}

/** A claim that was found valid. */
export interface Identity {
  readonly caller: Caller;
  /** Null when the caller is no user, or its name is not known. */
  readonly fullName: string | null;
  /** The token that the caller acts with; absent for a session begun by link. The local administrator's has a name alone. */
  readonly token?: { readonly name: string; readonly id?: string; readonly kind?: TokenKind };
  /** What a session must remember to act as the same. */
  readonly principal: SessionPrincipal;
  /** Key of the session, when the claim was made by cookie. */
  readonly sessionIdHash?: Uint8Array;
  /** Who made the link that the session was begun by, where it was somebody: by id, where it was a user, and by name. */
  readonly linkedBy?: { readonly id: string | null; readonly name: string };
}

/** Why a claim was refused. */
export type Refusal = "missing" | "invalid" | "address" | "elsewhere";

/** Status and plain text with which a refused claim is answered, as LogScale does (the text for a missing one is our assumption). */
export const refusals = {
  missing: { status: 401, message: "The resource requires authentication, which was not supplied with the request" },
  invalid: { status: 401, message: "The supplied authentication is invalid" },
  address: {
    status: 403,
    message: "Tokens can only be used from IP addresses accepted by the IP filter set for them if any.",
  },
  elsewhere: { status: 403, message: localAdminPlaces },
} as const satisfies Record<Refusal, { readonly status: number; readonly message: string }>;

/** The outcome of looking at a claim. */
export type Authentication =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly refusal: Refusal };

/** Finds out who requests act as. */
export interface Authenticator {
  /** Looks at a request's claim. */
  authenticate(claim: Claim): Promise<Authentication>;
  /** Looks at a token string alone, as given in the sign-in form. */
  authenticateToken(tokenString: string, place: CallerPlace, now: number): Promise<Authentication>;
}

export interface AuthenticatorOptions {
  readonly db: Kysely<Database>;
  /** The store's: until when a token that was looked up is as it was. Every request looks it up where there is none. */
  readonly asked?: (() => number) | undefined;
  readonly lastUse: LastUseRecorder;
  /** {@link hashSecret} of the local administrator's secret. */
  readonly localAdminHash: Uint8Array;
}

const refused = (refusal: Refusal): Authentication => ({ ok: false, refusal });

/**
 * Why a token does not let somebody in who has this secret, at this address and moment (ms since epoch); undefined when it does.
 *
 * @param token as stored, with the text of its IP filter: null also when that was not found
 */
export function refusalOf(
  token: Pick<TokenRow, "secretHash" | "expireAt" | "ipFilterId"> & { readonly ipFilter: string | null },
  secretHash: Uint8Array,
  address: string,
  now: number,
): Refusal | undefined {
  if (!sameHash(secretHash, token.secretHash)) return "invalid";
  if (token.expireAt !== null && token.expireAt <= now) return "invalid";
  if (token.ipFilterId === null) return undefined;
  return token.ipFilter !== null && acceptsAddress(token.ipFilter, address) ? undefined : "address";
}

/** The credential of a `Bearer` header, whatever the case of the scheme; null for another scheme or a malformed header. */
export function bearerCredential(authorization: string): string | null {
  return /^bearer +(\S+) *$/iu.exec(authorization)?.[1] ?? null;
}

/** What there is of a token and whose it is. */
type TokenOfCaller = Pick<
  TokenRow,
  "id" | "kind" | "name" | "secretHash" | "expireAt" | "permissions" | "viewIds" | "lastUsedAt" | "ipFilterId"
> & {
  readonly ipFilter: string | null;
  readonly userId: string | null;
  readonly username: string | null;
  readonly fullName: string | null;
  readonly isRoot: boolean | null;
  readonly isOrgRoot: boolean | null;
};

/** A table that is joined row by row, and not read as a whole to be joined at once. */
const eachByKey = (table: string, key: string) =>
  `lateral (select * from ${table} where ${table}.id = tokens.${key} offset 0) as ${table} on true`;

/** Ready as it is: every request runs it, and building and planning it anew costs many times the look-up. */
const lookUp = (more: string, ids: string) => `
  select tokens.id, tokens.kind, tokens.name, tokens.secret_hash, tokens.expire_at, tokens.permissions, tokens.view_ids, tokens.last_used_at,
    tokens.ip_filter_id, ip_filters.ip_filter, users.id as user_id, users.username, users.full_name, users.is_root, users.is_org_root${more}
  from tokens left join ${eachByKey("users", "user_id")} left join ${eachByKey("ip_filters", "ip_filter_id")}
  where tokens.id = any(${ids}) ${looksUp} ${prepared}`;

/**
 * Of a list whose length it sees PostgreSQL plans anew each time, since a plan for fewer ids looks cheaper than one for any number. That takes
 * three times as long as the look-up itself. It does not see the length of what a query gives, and plans that once.
 */
const amongMany = lookUp("", "array(select unnest($1::text[]))");

/**
 * A plan that was made once is not made again when a table grows, and of a small table it reads all rows. From this size on, in bytes, it is
 * always by key.
 */
const large = 524_288;
const amongFew = lookUp(`, pg_relation_size('tokens') >= ${large} as are_many`, "$1::text[]");

/** Makes the look-up of tokens by their ids. */
function tokenFinder(db: Kysely<Database>) {
  let areMany = false;
  return async (ids: readonly string[]): Promise<ReadonlyMap<string, TokenOfCaller>> => {
    const { rows } = await db.executeQuery<TokenOfCaller & { readonly areMany?: boolean }>(
      CompiledQuery.raw(areMany ? amongMany : amongFew, [ids]),
    );
    areMany ||= rows[0]?.areMany === true;
    return new Map(rows.map((row) => [row.id, row]));
  };
}

export function makeAuthenticator({ db, asked, lastUse, localAdminHash }: AuthenticatorOptions): Authenticator {
  const find = batched(tokenFinder(db), asked);

  async function authenticateToken(tokenString: string, place: CallerPlace, now: number): Promise<Authentication> {
    const localSecret = parseLocalAdminToken(tokenString);
    if (localSecret !== null) return localAdmin(hashSecret(localSecret), place);
    const parsed = parseTokenString(tokenString);
    return parsed === null ? refused("invalid") : token(parsed.id, hashSecret(parsed.secret), place.address, now);
  }

  function localAdmin(secretHash: Uint8Array, place: CallerPlace): Authentication {
    if (!sameHash(secretHash, localAdminHash)) return refused("invalid");
    if (!place.admitsLocalAdmin) return refused("elsewhere");
    return {
      ok: true,
      identity: {
        caller: { type: "local-root" },
        fullName: null,
        token: { name: localAdministrator },
        principal: { localAdminHash },
      },
    };
  }

  async function token(id: string, secretHash: Uint8Array, address: string, now: number): Promise<Authentication> {
    const row = await find(id);
    const refusal = row === undefined ? "invalid" : refusalOf(row, secretHash, address, now);
    if (row === undefined || refusal !== undefined) return refused(refusal ?? "invalid");

    lastUse.record({ id, secretHash, lastUsedAt: row.lastUsedAt, at: now, address });
    const { kind, name, permissions, viewIds, fullName } = row;
    const principal = { tokenId: id, secretHash };
    if (kind !== "personal") {
      return {
        ok: true,
        identity: {
          caller: { type: "token", token: { id, kind, name, permissions, viewIds } },
          fullName: null,
          token: { id, kind, name },
          principal,
        },
      };
    }
    const user = userOf(row.userId, row.username, row.isRoot, row.isOrgRoot);
    if (user === undefined) return refused("invalid");
    return {
      ok: true,
      identity: { caller: { type: "user", user, tokenId: id }, fullName, token: { id, kind, name }, principal },
    };
  }

  async function user(userId: string): Promise<Authentication> {
    const row = await db
      .selectFrom("users")
      .select(["id", "username", "fullName", "isRoot", "isOrgRoot"])
      .where("id", "=", userId)
      .executeTakeFirst();
    if (row === undefined) return refused("invalid");
    const { fullName, ...known } = row;
    return { ok: true, identity: { caller: { type: "user", user: known }, fullName, principal: { userId } } };
  }

  async function session(cookie: string, place: CallerPlace, now: number): Promise<Authentication> {
    const row = await findSession(db, cookie, now);
    if (row === undefined) return refused("invalid");
    const { userId, tokenId, tokenSecretHash, linkedBy, linkedByName } = row;
    if (userId !== null && !(await linkStands(db, { ...row, userId }, now))) return refused("invalid");
    const outcome = await (userId !== null
      ? user(userId)
      : tokenSecretHash === null
        ? refused("invalid")
        : tokenId === null
          ? localAdmin(tokenSecretHash, place)
          : token(tokenId, tokenSecretHash, place.address, now));
    if (!outcome.ok) return outcome;
    const link = linkedByName !== null && { linkedBy: { id: linkedBy, name: linkedByName } };
    return { ok: true, identity: { ...outcome.identity, sessionIdHash: row.idHash, ...link } };
  }

  return {
    authenticateToken,
    async authenticate({ authorization, cookie, place, now }) {
      if (authorization !== undefined) {
        const credential = bearerCredential(authorization);
        return credential === null ? refused("invalid") : authenticateToken(credential, place, now);
      }
      return cookie === undefined ? refused("missing") : session(cookie, place, now);
    },
  };
}

function userOf(id: string | null, username: string | null, isRoot: boolean | null, isOrgRoot: boolean | null) {
  if (id === null || username === null || isRoot === null || isOrgRoot === null) return undefined;
  return { id, username, isRoot, isOrgRoot };
}
