import { sql, type Kysely, type RawBuilder, type Transaction } from "kysely";
import * as z from "zod/mini";

import type { TokenKind } from "#domain/kinds.ts";
import { longestName } from "#domain/name.ts";
import { viewTokenPermissions } from "#domain/permissions.ts";
import {
  checkAgainstPolicy,
  checkRotation,
  permissionUpdateViolation,
  tokenRequestSchemas,
  widestLimits,
  type PolicyVerdict,
  type PolicyViolation,
} from "#domain/tokenRequest.ts";
import type { ListableKind } from "#logscale/convert.ts";

import {
  administeredViews,
  administersOrganizationTokens,
  administersSystemTokens,
  includes,
  notHeld,
  type PermissionTokenKind,
  type Rights,
  type SearchDomainSet,
} from "../access/permissions.ts";
import { mintToken } from "../auth/secrets.ts";
import { ClientError } from "../errors.ts";
import type { TokenModel } from "../graphql/models.ts";
import { lockTokensShared } from "../store/locks.ts";
import type { Database, TokenRow } from "../store/schema.ts";
import { readPolicies } from "./policies.ts";
import { parseInput, type FieldNames } from "./input.ts";

/** Who asks, and where the time comes from. The clock is read after waiting for a lock, so it is no fixed instant. */
export interface Actor {
  /**
   * What the caller may do, read within the transaction that calls it. Call it after waiting for locks: meanwhile the credential may
   * have been deleted or replaced, and such a one must not leave another behind. Throws ClientError NOT_ALLOWED then.
   */
  readonly rights: (trx: Transaction<Database>) => Promise<Rights>;
  readonly clock: () => number;
}

/** A token just made: its string, for the one answer that shows it, and what is stored of it. */
export interface IssuedToken {
  readonly tokenString: string;
  readonly token: TokenModel;
  readonly secretHash: Uint8Array;
}

/** What is asked for in a token that has permissions of its own. */
export interface PermissionTokenRequest {
  readonly name: string;
  /** Ms since epoch. */
  readonly expireAt: number | null;
  readonly ipFilter: string | null;
  readonly permissions: readonly string[];
  /** Empty but for view tokens. */
  readonly viewIds: readonly string[];
}

/** What each part of a request is called in the input of the mutation that it came with. */
export type RequestFields = FieldNames<PermissionTokenRequest>;

const limitFields = { expireAt: "expireAt", ipFilter: "ipFilterId" } as const;

/**
 * Creates a view, organization or system token.
 *
 * @throws ClientError BAD_INPUT, POLICY_VIOLATION (both with the field) or NOT_ALLOWED
 */
export async function createPermissionToken(
  db: Kysely<Database>,
  actor: Actor,
  kind: PermissionTokenKind,
  request: PermissionTokenRequest,
  fields: RequestFields,
): Promise<IssuedToken> {
  return db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    const now = actor.clock();
    const rights = await actor.rights(trx);
    const { viewIds, ...wanted } = parseRequest(kind, request, fields, now);
    if (kind === "view") await requireSearchDomains(trx, rights, viewIds, fields.viewIds);
    requireAdministers(rights, kind, viewIds);
    requireHeld(rights, kind, wanted.permissions, viewIds, fields.permissions);
    const policies = await readPolicies(trx);
    const limits = accepted(checkAgainstPolicy(kind, policies[kind], wanted, now), fields);
    await requireIpFilter(trx, limits.ipFilter, fields.ipFilter);

    const { tokenString, secretHash, id } = mintToken(kind);
    const token: TokenModel = {
      id,
      kind,
      name: wanted.name,
      createdAt: now,
      expireAt: limits.expireAt,
      ipFilterId: limits.ipFilter,
      userId: null,
      permissions: wanted.permissions,
      viewIds,
      createdBy: rights.name,
      lastUsedAt: null,
      lastUsedFrom: null,
    };
    await trx
      .insertInto("tokens")
      .values({ ...token, secretHash })
      .execute();
    return { tokenString, token, secretHash };
  });
}

/**
 * The request with its values put in order. A view token's permissions are what it will have: expanded, and with what it gets
 * besides.
 */
function parseRequest(
  kind: PermissionTokenKind,
  request: PermissionTokenRequest,
  fields: RequestFields,
  now: number,
): PermissionTokenRequest & { permissions: string[]; viewIds: string[] } {
  switch (kind) {
    case "view": {
      const parsed = parseInput(tokenRequestSchemas.view(now), request, fields);
      return { ...parsed, permissions: viewTokenPermissions(parsed.permissions) };
    }
    case "organization":
      return { ...parseInput(tokenRequestSchemas.organization(now), request, fields), viewIds: [] };
    case "system":
      return { ...parseInput(tokenRequestSchemas.system(now), request, fields), viewIds: [] };
    default:
      return kind satisfies never;
  }
}

/**
 * Creates the personal token of a user. The one there was is replaced, and its string no longer accepted.
 *
 * @throws ClientError BAD_INPUT, POLICY_VIOLATION (both with the field), or NOT_FOUND when the user is gone
 */
export async function createPersonalToken(
  db: Kysely<Database>,
  actor: Actor,
  userId: string,
  request: Pick<PermissionTokenRequest, "expireAt" | "ipFilter">,
): Promise<IssuedToken> {
  return db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    await lockUser(trx, userId);
    const now = actor.clock();
    const rights = await actor.rights(trx);
    const wanted = parseInput(tokenRequestSchemas.personal(now), request, limitFields);
    const policies = await readPolicies(trx);
    const limits = accepted(checkAgainstPolicy("personal", policies.personal, wanted, now), limitFields);
    await requireIpFilter(trx, limits.ipFilter, limitFields.ipFilter);
    return putPersonalToken(trx, rights, userId, limits, now);
  });
}

/**
 * Locks a user, if there is one of this id: of two requests that replace the user's token at the same moment the second must find the
 * first one's done. Before the token is locked, as whoever removes the user does, so that nobody waits in a ring.
 */
async function lockUser(trx: Transaction<Database>, id: string): Promise<void> {
  await trx.selectFrom("users").select("id").where("id", "=", id).forNoKeyUpdate().execute();
}

async function putPersonalToken(
  trx: Transaction<Database>,
  rights: Rights,
  userId: string,
  limits: Extract<PolicyVerdict, { ok: true }>,
  now: number,
): Promise<IssuedToken> {
  const user = await trx.selectFrom("users").select("username").where("id", "=", userId).executeTakeFirst();
  if (user === undefined) throw notFound("user");
  const { tokenString, secretHash, id } = mintToken("personal", userId);
  const values = {
    name: user.username,
    createdAt: now,
    expireAt: limits.expireAt,
    ipFilterId: limits.ipFilter,
    createdBy: rights.name,
    lastUsedAt: null,
    lastUsedFrom: null,
  };
  await trx
    .insertInto("tokens")
    .values({ id, kind: "personal", userId, secretHash, ...values })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ secretHash, ...values }))
    .execute();
  return { tokenString, secretHash, token: { id, kind: "personal", userId, permissions: [], viewIds: [], ...values } };
}

/**
 * Replaces the secret of a token; the old string is no longer accepted. A view, organization or system token gets a new id as
 * well (LogScale's clients read it off the new string). What the token may do, its expiry and its filter carry over, and it
 * counts as created now, so it has to fit the policy in force. An expired token is as good as gone. For a personal token `id` is
 * the user's id, and root may name a user who has none.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or POLICY_VIOLATION
 */
export async function rotateToken(db: Kysely<Database>, actor: Actor, id: string): Promise<IssuedToken> {
  return db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    // A personal token's id is its user's.
    await lockUser(trx, id);
    const now = actor.clock();
    const rights = await actor.rights(trx);
    const found = await findForChange(trx, rights, id, now);
    const policies = await readPolicies(trx);
    if (found === undefined) {
      if (!rights.root) throw notFound("token");
      return putPersonalToken(trx, rights, id, accepted(widestLimits("personal", policies.personal, now), {}), now);
    }
    const { kind, permissions, viewIds } = found;
    if (kind !== "personal") requireHeld(rights, kind, permissions, viewIds, undefined);
    const limits = accepted(
      checkRotation(kind, policies[kind], { expireAt: found.expireAt, ipFilter: found.ipFilterId }, now),
      {},
    );
    if (kind === "personal") return putPersonalToken(trx, rights, id, limits, now);

    const minted = mintToken(kind);
    const changed = {
      id: minted.id,
      createdAt: now,
      expireAt: limits.expireAt,
      ipFilterId: limits.ipFilter,
      createdBy: rights.name,
      lastUsedAt: null,
      lastUsedFrom: null,
    };
    await trx
      .updateTable("tokens")
      .set({ ...changed, secretHash: minted.secretHash })
      .where("id", "=", id)
      .execute();
    return { tokenString: minted.tokenString, secretHash: minted.secretHash, token: { ...found, ...changed } };
  });
}

/**
 * Gives an existing token other permissions; its string stays valid. Only permissions that the token does not have yet count as
 * granted.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED, BAD_INPUT or POLICY_VIOLATION
 */
export async function updateTokenPermissions(
  db: Kysely<Database>,
  actor: Actor,
  kind: PermissionTokenKind,
  id: string,
  permissions: readonly string[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    const now = actor.clock();
    const rights = await actor.rights(trx);
    const found = await findForChange(trx, rights, id, now);
    if (found?.kind !== kind) throw notFound("token");
    const violation = permissionUpdateViolation(kind, (await readPolicies(trx))[kind]);
    if (violation !== null) throw policyViolation(violation, { permissions: "permissions" });
    const next = parsePermissions(kind, permissions);
    const added = next.filter((name) => !found.permissions.includes(name));
    requireHeld(rights, kind, added, found.viewIds, "permissions");
    await trx.updateTable("tokens").set({ permissions: next }).where("id", "=", id).execute();
  });
}

function parsePermissions(kind: PermissionTokenKind, permissions: readonly string[]): string[] {
  const input = { permissions };
  const fields = { permissions: "permissions" };
  const shape = { permissions: true } as const;
  switch (kind) {
    case "view":
      return viewTokenPermissions(parseInput(z.pick(tokenRequestSchemas.view(0), shape), input, fields).permissions);
    case "organization":
      return parseInput(z.pick(tokenRequestSchemas.organization(0), shape), input, fields).permissions;
    case "system":
      return parseInput(z.pick(tokenRequestSchemas.system(0), shape), input, fields).permissions;
    default:
      return kind satisfies never;
  }
}

/**
 * Deletes a token for good; its string is no longer accepted.
 *
 * @throws ClientError NOT_FOUND, also for a token that the caller may not administer
 */
export async function deleteToken(db: Kysely<Database>, actor: Actor, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    const found = await findToken(trx, await actor.rights(trx), id);
    if (found === undefined) throw notFound("token");
    await trx.deleteFrom("tokens").where("id", "=", id).execute();
  });
}

/** The token with this id, if there is one and the caller may administer it. */
export async function findToken(db: Kysely<Database>, rights: Rights, id: string): Promise<TokenModel | undefined> {
  const token = await db.selectFrom("tokens").select(columns).where("id", "=", id).executeTakeFirst();
  return token !== undefined && mayAdminister(rights, token) ? token : undefined;
}

async function findForChange(
  trx: Transaction<Database>,
  rights: Rights,
  id: string,
  now: number,
): Promise<TokenModel | undefined> {
  const token = await trx.selectFrom("tokens").select(columns).where("id", "=", id).forUpdate().executeTakeFirst();
  // Expired tokens stay until the purge, but nothing may bring them back to life.
  if (token === undefined || (token.expireAt !== null && token.expireAt <= now)) return undefined;
  return mayAdminister(rights, token) ? token : undefined;
}

const columns = [
  "id",
  "kind",
  "name",
  "createdAt",
  "expireAt",
  "ipFilterId",
  "userId",
  "permissions",
  "viewIds",
  "createdBy",
  "lastUsedAt",
  "lastUsedFrom",
] as const satisfies readonly (keyof TokenModel)[];

/** Whether the caller may see, rotate and delete the token. */
function mayAdminister(rights: Rights, token: Pick<TokenRow, "kind" | "userId" | "viewIds">): boolean {
  switch (token.kind) {
    case "personal":
      return rights.root || (rights.user !== null && token.userId === rights.user.id);
    case "view":
      return administersAll(administeredViews(rights), token.viewIds);
    case "organization":
      return administersOrganizationTokens(rights);
    case "system":
      return administersSystemTokens(rights);
    default:
      return token.kind satisfies never;
  }
}

/** A token whose search domains were all deleted is left to those who administer every one. */
function administersAll(set: SearchDomainSet, viewIds: readonly string[]): boolean {
  return set === "all" || (viewIds.length > 0 && viewIds.every((id) => set.has(id)));
}

/** What to say to a caller who may not administer tokens of a kind. */
const tokenDenials = {
  view: "Change view or repository permissions not allowed",
  organization: "Change organization permissions not allowed",
  system: "Change system permissions not allowed",
} as const satisfies Record<PermissionTokenKind, string>;

function requireAdministers(rights: Rights, kind: PermissionTokenKind, viewIds: readonly string[]): void {
  if (!mayAdminister(rights, { kind, userId: null, viewIds: [...viewIds] }))
    throw new ClientError("NOT_ALLOWED", tokenDenials[kind]);
}

function requireHeld(
  rights: Rights,
  kind: PermissionTokenKind,
  permissions: readonly string[],
  viewIds: readonly string[],
  field: string | undefined,
): void {
  const lacking = notHeld(rights, kind, permissions, viewIds);
  if (lacking.length === 0) return;
  throw new ClientError(
    "NOT_ALLOWED",
    `Granting permissions that you do not hold yourself is not allowed: ${lacking.join(", ")}`,
    field === undefined ? {} : { field },
  );
}

async function requireSearchDomains(
  trx: Transaction<Database>,
  rights: Rights,
  ids: readonly string[],
  field: string | undefined,
): Promise<void> {
  // Locked against deletion: what a token names must be there when the token is.
  const found = await trx.selectFrom("searchDomains").select("id").where("id", "in", ids).orderBy("id").forKeyShare().execute();
  const missing = ids.filter((id) => !includes(rights.reach, id) || !found.some((row) => row.id === id));
  if (missing.length === 0) return;
  throw new ClientError("BAD_INPUT", "One of the repositories or views does not exist, or you have no access to it.", {
    ...(field !== undefined && { field }),
  });
}

async function requireIpFilter(trx: Transaction<Database>, id: string | null, field: string | undefined): Promise<void> {
  if (id === null) return;
  const found = await trx.selectFrom("ipFilters").select("id").where("id", "=", id).forKeyShare().executeTakeFirst();
  if (found !== undefined) return;
  throw new ClientError("BAD_INPUT", "The IP filter does not exist; it may have been deleted.", {
    ...(field !== undefined && { field }),
  });
}

function accepted(verdict: PolicyVerdict, fields: Partial<RequestFields>): Extract<PolicyVerdict, { ok: true }> {
  if (!verdict.ok) throw policyViolation(verdict.violation, fields);
  return verdict;
}

function policyViolation(violation: PolicyViolation, fields: Partial<RequestFields>): ClientError {
  const field = violation.field === null ? undefined : fields[violation.field];
  return new ClientError("POLICY_VIOLATION", violation.message, field === undefined ? {} : { field });
}

function notFound(what: string): ClientError {
  return new ClientError("NOT_FOUND", `There is no such ${what}, or you may not administer it.`);
}

/** How a list of tokens is narrowed and ordered. */
export interface TokenListQuery {
  /** Part of an id or a name, in any case. */
  readonly search: string | null;
  /** Only view tokens that reach one of these search domains. */
  readonly viewIds: readonly string[] | null;
  readonly sortBy: "name" | "expiry";
  readonly descending: boolean;
  readonly skip: number;
  readonly limit: number;
}

/** A page of a list, and how many entries the whole list has, both from one instant. */
export interface TokenPage {
  readonly total: number;
  readonly tokens: readonly TokenModel[];
}

/** The tokens of the kinds given that the caller may administer. */
export async function listTokens(
  db: Kysely<Database>,
  rights: Rights,
  kinds: readonly ListableKind[],
  query: TokenListQuery,
): Promise<TokenPage> {
  return readPage(db, anyOf(kinds.flatMap((kind) => administered(rights, kind))), query);
}

/** The personal tokens that the caller may administer: all for root, one's own for a user. */
export async function listPersonalTokens(db: Kysely<Database>, rights: Rights, query: TokenListQuery): Promise<TokenPage> {
  return readPage(db, anyOf(administered(rights, "personal")), query);
}

type Condition = RawBuilder<boolean>;

/**
 * Conditions under which the caller may administer a token of the kind; none when it never may. The same rule as `mayAdminister`.
 */
function administered(rights: Rights, kind: TokenKind): Condition[] {
  const whole = sql<boolean>`kind = ${sql.lit(kind)}`;
  switch (kind) {
    case "personal":
      if (rights.root) return [whole];
      return rights.user === null ? [] : [sql<boolean>`${whole} and id = ${rights.user.id}`];
    case "view": {
      const set = administeredViews(rights);
      if (set === "all") return [whole];
      return set.size === 0 ? [] : [sql<boolean>`${whole} and view_ids <> '{}' and view_ids <@ ${[...set]}::text[]`];
    }
    case "organization":
      return administersOrganizationTokens(rights) ? [whole] : [];
    case "system":
      return administersSystemTokens(rights) ? [whole] : [];
    default:
      return kind satisfies never;
  }
}

function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return sql<boolean>`false`;
  return sql<boolean>`(${sql.join(
    conditions.map((condition) => sql`(${condition})`),
    sql` or `,
  )})`;
}

/**
 * One statement, so that the total and the page are of the same instant. The order is total: the id settles ties, since names are
 * not unique and most tokens of some organizations never expire.
 */
async function readPage(db: Kysely<Database>, allowed: Condition, query: TokenListQuery): Promise<TokenPage> {
  const conditions = [allowed];
  if (query.search !== null && query.search !== "") {
    // Nothing has so long a name, and the database would prepare the pattern anew for each row.
    if (query.search.length > longestName) conditions.push(sql<boolean>`false`);
    const pattern = `%${query.search.replaceAll(/[\\%_]/gu, "\\$&")}%`;
    conditions.push(sql<boolean>`(name ilike ${pattern} or id ilike ${pattern})`);
  }
  if (query.viewIds !== null) conditions.push(sql<boolean>`view_ids && ${[...query.viewIds]}::text[]`);
  const where = sql.join(conditions, sql` and `);
  const direction = query.descending ? sql`desc` : sql`asc`;
  const column = query.sortBy === "name" ? sql`name` : sql`expire_at`;
  const alias = query.sortBy === "name" ? sql`name` : sql`"expireAt"`;

  // Named as the rest of the code names them, without the plugin that would rename every field of every row.
  const { rows } = await sql<PageRow>`
    select * from (select count(*) as total from tokens where ${where}) as counted
    left join (
      select id, kind, name, created_at as "createdAt", expire_at as "expireAt", ip_filter_id as "ipFilterId", user_id as "userId",
        permissions, view_ids as "viewIds", created_by as "createdBy", last_used_at as "lastUsedAt", last_used_from as "lastUsedFrom"
      from tokens where ${where}
      order by ${column} ${direction}, id ${direction} limit ${query.limit} offset ${query.skip}
    ) as page on true
    order by ${alias} ${direction}, id ${direction}`.execute(db.withoutPlugins());
  return {
    total: rows[0]?.total ?? 0,
    tokens: rows.filter((row) => row.id !== null),
  };
}

/** A row of the page; when the page is empty, one row with the total alone. */
type PageRow = { readonly total: number } & (TokenModel | { readonly id: null });

/** How much of a kind the caller's lists hold: `all` also of what is created tomorrow. */
export function visibleTokens(rights: Rights, kind: TokenKind): "all" | "some" | "none" {
  switch (kind) {
    case "personal":
      return rights.root ? "all" : rights.user === null ? "none" : "some";
    case "view": {
      const set = administeredViews(rights);
      return set === "all" ? "all" : set.size === 0 ? "none" : "some";
    }
    case "organization":
      return administersOrganizationTokens(rights) ? "all" : "none";
    case "system":
      return administersSystemTokens(rights) ? "all" : "none";
    default:
      return kind satisfies never;
  }
}
