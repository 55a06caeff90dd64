import { CompiledQuery, type Transaction } from "kysely";

import type { Policies } from "#domain/policy/policy.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { roleOfGroup, type AssignedRole, type GroupRole } from "#domain/token/rights.ts";

import { refusalOf, type Identity } from "#server/auth/authenticate.ts";
import { isSameToken, makerStands, type SessionLink } from "#server/auth/linkStanding.ts";
import { isOver } from "#server/auth/sessions.ts";
import type { Caller } from "#server/caller.ts";
import { ClientError } from "#server/errors.ts";
import { policiesFrom, policyColumns, readPolicies } from "#server/store/policyRows.ts";
import type { Database } from "#server/store/schema.ts";
import { later, once, prepared } from "#server/store/statementClient.ts";
import { elseJudgedOtherwise, type Foreseen, type Foresight } from "./foresight.ts";
import { readRights, rightsOfRoles, type Rights } from "./permissions.ts";

/** What a caller was found to be when it was judged. */
export interface Judgement {
  readonly rights: Rights;
  /** The instant of the judgement, ms since epoch. */
  readonly now: number;
  /** The policies in force, where the act asked for them. */
  readonly policies?: Policies | undefined;
}

/** What a judgement reads for the act besides: the rows that it is about in tables in which rows are locked too, and the policies. */
export interface Targets {
  readonly token?: string | undefined;
  /** A second one; an act with this has a first one, too. */
  readonly otherToken?: string | undefined;
  readonly ipFilter?: string | undefined;
  /** Whether the act needs the policies. */
  readonly policies?: boolean | undefined;
}

/**
 * Judges a caller within its transaction and locks what the judgement rests on. Throws ClientError NOT_ALLOWED. The transaction's locks are
 * granted once its first statement has given its result: only then it may read the clock.
 *
 * Where the judgement was foreseen it is told at once, and the database makes sure of it with the next statement that is waited for, the
 * commit at the latest: where it would judge otherwise, that fails, see `isJudgedOtherwise`. The clock is then read before.
 */
export type Judge = (trx: Transaction<Database>, targets: Targets, foreseen?: ForeseenCaller) => Promise<Judgement>;

/** How a judgement is foreseen that nothing was sent for yet; undefined where it must be made first. */
export type Foresee = (targets: Targets) => ForeseenCaller | undefined;

/** What a caller was found to be when it was judged before. */
export type ForeseenCaller = Foreseen<FoundCaller>;

/** Who a request was found to act as when it came. */
export interface Claimed {
  readonly identity: Identity;
  /** The client's address. */
  readonly address: string;
}

/**
 * What the caller may do at this moment: its credential is there and unexpired, its session alive, its user there, and its rights are those
 * of this moment. It stays so until the transaction ends, since the rows are locked.
 *
 * @param clock reads the clock, ms since epoch
 * @param foresight remembers what was found
 * @param foreseen what {@link foreseeCaller} gave
 * @throws ClientError NOT_ALLOWED when the credential is no longer valid
 */
export async function judgeCaller(
  trx: Transaction<Database>,
  claimed: Claimed,
  clock: () => number,
  targets: Targets,
  foresight?: CallerForesight,
  foreseen?: ForeseenCaller,
): Promise<Judgement> {
  const { caller: claimant, sessionIdHash } = claimed.identity;
  if (
    claimant.type === "local-root" &&
    sessionIdHash === undefined &&
    targets.token === undefined &&
    targets.ipFilter === undefined
  ) {
    // Nothing in the store speaks for or against this one, but its locks must have been granted before it is judged.
    const policies = await readPolicies(trx);
    return { now: clock(), rights: await readRights(trx, claimant), policies };
  }
  const found = foreseen?.found ?? (await findCaller(trx, claimed.identity, targets, foresight));
  if (foreseen !== undefined) await requireForeseen(trx, claimed.identity, targets, foreseen);
  const now = clock();
  const caller = callerOf(found, claimed, now);
  // Whoever changes users and roles is alone, so what this locks comes in nobody's way.
  if (
    caller === undefined ||
    (caller.type === "user" && !(await makerStands(trx, linkOf(found, caller.user.id), { lock: true })))
  ) {
    throw new ClientError("NOT_ALLOWED", "The credential of this request was revoked or replaced meanwhile.");
  }
  const policies = found.policies === null ? undefined : policiesFrom(found.policies);
  if (caller.type !== "user") return { now, rights: await readRights(trx, caller), policies };
  return { now, rights: rightsOfRoles(caller, [...found.roles, ...found.groupRoles.map(roleOfGroup)]), policies };
}

/** What judgements found of callers. */
export type CallerForesight = Foresight<FoundCaller>;

/** How long before its expiry a token's judgement is foreseen no more, in ms. */
const expiresSoon = 60_000;

/** How long an act whose judgement was foreseen may have waited for its locks, in seconds: less than {@link expiresSoon}. */
const longestWait = 10;

/**
 * What a caller is foreseen to be, as it was found before: somebody who is judged by user and tokens alone, in an act that is about no
 * other token. Undefined where nobody remembers, and where the clock may come to matter.
 */
export function foreseeCaller(
  { identity }: Claimed,
  now: number,
  targets: Targets,
  foresight: CallerForesight,
): ForeseenCaller | undefined {
  if (!mayNeedFew(identity, targets) || isAboutTokens(targets)) return undefined;
  const foreseen = foresight.foresee(foresightKey(identity, targets));
  if (foreseen === undefined) return undefined;
  const { expireAt } = foreseen.found;
  return expireAt === null || expireAt > now + expiresSoon ? foreseen : undefined;
}

function isAboutTokens({ token, otherToken }: Targets): boolean {
  return token !== undefined || otherToken !== undefined;
}

function foresightKey({ caller, principal }: Identity, { policies = false }: Targets): string {
  return JSON.stringify([idOfUser(caller), idOfBearer(principal), policies]);
}

const idOfUser = (caller: Caller) => (caller.type === "user" ? caller.user.id : null);
const idOfBearer = (principal: Identity["principal"]) => ("tokenId" in principal ? principal.tokenId : null);

/** What there is of a caller. A part of which the first column is null is not there. */
interface FoundCaller {
  readonly userId: string | null;
  readonly username: string;
  readonly isRoot: boolean;
  readonly isOrgRoot: boolean;
  readonly roles: readonly AssignedRole[];
  readonly groupRoles: readonly GroupRole[];
  readonly sessionExpiresAt: number | null;
  readonly sessionLastSeenAt: number;
  readonly sessionSecretHash: Uint8Array | null;
  readonly linkedBy: string | null;
  readonly linkTokenId: string | null;
  readonly linkSecretHash: Uint8Array | null;
  readonly linkTokenSecretHash: Uint8Array | null;
  readonly linkTokenExpireAt: number | null;
  readonly tokenId: string | null;
  readonly kind: TokenKind;
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly expireAt: number | null;
  readonly permissions: readonly string[];
  readonly viewIds: readonly string[];
  readonly ipFilterId: string | null;
  readonly ipFilter: string | null;
  readonly policies: Parameters<typeof policiesFrom>[0] | null;
  /** What the database makes of all that was found; empty where nothing is foreseen by it. */
  readonly digest: string;
}

async function findCaller(
  trx: Transaction<Database>,
  identity: Identity,
  targets: Targets,
  foresight: CallerForesight | undefined,
): Promise<FoundCaller> {
  if (!mayNeedFew(identity, targets)) return lockAndRead(trx, identity, targets, false);
  const few = await lockAndRead(trx, identity, targets, true);
  const key = foresightKey(identity, targets);
  if (!isAll(few)) {
    foresight?.forget(key);
    return lockAndRead(trx, identity, targets, false);
  }
  if (!isAboutTokens(targets)) foresight?.remember(key, { found: few, digest: few.digest });
  return few;
}

/** Locks the same rows as the judgement, and has the act fail where what is in them is not what was foreseen. */
async function requireForeseen(
  trx: Transaction<Database>,
  { caller, principal }: Identity,
  { policies = false }: Targets,
  { digest }: ForeseenCaller,
): Promise<void> {
  const statement = policies ? requirementWithPolicies : requirement;
  await trx.executeQuery(CompiledQuery.raw(statement, [idOfUser(caller), idOfBearer(principal), null, null, digest]));
}

/**
 * Locks and reads the rows that a judgement rests on, and those that the act is about. One statement, since every mutation runs it.
 * PostgreSQL reads a locked row as it is when the lock is granted, not as it was when the statement began, and all rows here are locked. So
 * the judgement may miss what was granted meanwhile, but never what was taken.
 *
 * Each part refers to the one before, so they run in the order of `makeMutate`. A session is locked only against its end: others may write
 * the time of its last request, on which nothing rests.
 */
async function lockAndRead(trx: Transaction<Database>, identity: Identity, targets: Targets, few: boolean): Promise<FoundCaller> {
  const { caller, principal, sessionIdHash = null } = identity;
  const userId = idOfUser(caller);
  const bearerId = idOfBearer(principal);
  const { token = null, otherToken = null, ipFilter = null, policies = false } = targets;
  const statement = statementFor({
    few,
    inSession: sessionIdHash !== null,
    changesToken: token !== null,
    changesFilter: ipFilter !== null,
    policies,
  });
  const ofFew = [userId, bearerId, token, otherToken];
  const parameters = few ? ofFew : [...ofFew, sessionIdHash, ipFilter];
  const { rows } = await trx.executeQuery<FoundCaller>(CompiledQuery.raw(statement, parameters));
  const [found] = rows;
  if (found === undefined) throw new Error("A judgement has a row, whatever is in it.");
  return few ? { ...nothingElse, ...found } : found;
}

/**
 * Whether a judgement may rest on a user and tokens alone: on no session, on no roles, which root does not need, and on no IP filter. Most
 * acts of programs are such, and everything else makes up most of what a judgement costs.
 */
function mayNeedFew({ caller, sessionIdHash }: Identity, { ipFilter }: Targets): boolean {
  return sessionIdHash === undefined && ipFilter === undefined && (caller.type !== "user" || caller.user.isRoot);
}

/** What stands for the rest where a user and tokens are all. */
const nothingElse = {
  roles: [],
  groupRoles: [],
  sessionExpiresAt: null,
  sessionLastSeenAt: 0,
  sessionSecretHash: null,
  linkedBy: null,
  linkTokenId: null,
  linkSecretHash: null,
  linkTokenSecretHash: null,
  linkTokenExpireAt: null,
  ipFilter: null,
} as const satisfies Partial<FoundCaller>;

/** Whether it turned out to rest on no more: the user is still root, and the token has no filter. */
function isAll({ userId, isRoot, ipFilterId }: FoundCaller): boolean {
  return (userId === null || isRoot) && ipFilterId === null;
}

/** What kind of judgement it is. */
interface StatementKind {
  readonly few: boolean;
  readonly inSession: boolean;
  readonly changesToken: boolean;
  readonly changesFilter: boolean;
  readonly policies: boolean;
}

/** The text of each kind of judgement, ready as it is: every mutation runs one, and building it anew costs more than running it. */
const statements = new Map<number, string>();

function statementFor(kind: StatementKind): string {
  const { few, inSession, changesToken, changesFilter, policies } = kind;
  const key = [few, inSession, changesToken, changesFilter, policies].reduce((bits, bit) => 2 * bits + Number(bit), 0);
  const known = statements.get(key) ?? (few ? makeStatementOfFew(kind) : makeStatement(kind));
  statements.set(key, known);
  return known;
}

const policiesColumn = (policies: boolean) =>
  `${policies ? `(select coalesce(json_agg(found), '[]') from (select ${policyColumns} from token_policies) as found)` : "null"} as policies`;

/** Parameters: the ids of the caller's user and token, and of the two tokens that the act is about. */
function makeStatementOfFew(kind: Pick<StatementKind, "changesToken" | "policies">): string {
  return `${ofFew(kind)} select found.*, ${digestOfFound} as digest from found ${prepared}`;
}

const digestOfFound = "encode(sha256(convert_to(found::text, 'UTF8')), 'hex')";

/** The same rows, and the digest that was foreseen of them. */
function makeRequirement(policies: boolean): string {
  // The two clocks are the database's own.
  const inTime = `clock_timestamp() < transaction_timestamp() + interval '${longestWait} s'`;
  // Before its transaction began the act may have waited too: on PGlite for its turn. A clock that differs only has it judged anew.
  const unexpired = "(expire_at is null or expire_at > extract(epoch from clock_timestamp()) * 1000)";
  return `${ofFew({ changesToken: false, policies })}
    select ${elseJudgedOtherwise(`${digestOfFound} = $5 and ${inTime} and ${unexpired}`)} from found ${once} ${prepared} ${later}`;
}

const [requirement, requirementWithPolicies] = [makeRequirement(false), makeRequirement(true)];

function ofFew({ changesToken, policies }: Pick<StatementKind, "changesToken" | "policies">): string {
  return `
    with own_user as (
      select id, username, is_root, is_org_root from users where id = $1 for share
    ), named_tokens as (
      select id, kind, name, secret_hash, expire_at, permissions, view_ids, ip_filter_id from tokens
      where id in ($2, $3, $4) and (select count(*) from own_user) >= 0
      order by id for ${changesToken ? "update" : "share"}
    ), found as (
      select
        own_user.id as user_id, own_user.username, own_user.is_root, own_user.is_org_root,
        own_token.id as token_id, own_token.kind, own_token.name, own_token.secret_hash, own_token.expire_at,
        own_token.permissions, own_token.view_ids, own_token.ip_filter_id,
        ${policiesColumn(policies)}
      from (select count(*) from named_tokens) as locked
        left join own_user on true
        left join named_tokens as own_token on own_token.id = $2
    )`;
}

/** Parameters: those of {@link makeStatementOfFew}, the key of the caller's session, and the id of the IP filter that the act is about. */
function makeStatement({ inSession, changesToken, changesFilter, policies }: StatementKind): string {
  // A session may have followed the token that took its own's place.
  const ownToken = inSession ? "(select token_id from own_session)" : "$2::text";
  return `
    with own_user as (
      select id, username, is_root, is_org_root from users where id = $1 for share
    ), own_roles as (
      select assigned.search_domain_id, roles.view_permissions, roles.organization_permissions, roles.system_permissions
      from user_roles as assigned join roles on roles.id = assigned.role_id
      where assigned.user_id = (select id from own_user where not is_root)
      order by assigned.search_domain_id, assigned.role_id for share
    ), own_group_roles as (
      select assigned.kind, assigned.search_domain_id, roles.view_permissions, roles.organization_permissions, roles.system_permissions
      from group_members as membership
        join group_roles as assigned on assigned.group_id = membership.group_id join roles on roles.id = assigned.role_id
      where membership.user_id = (select id from own_user where not is_root) and (select count(*) from own_roles) >= 0
      order by assigned.group_id, assigned.role_id for share
    ), own_session as (
      select expires_at, last_seen_at, token_id, token_secret_hash, linked_by, link_token_id, link_secret_hash from sessions
      where id_hash = $5 and (select count(*) from own_group_roles) >= 0 for key share
    ), named_tokens as (
      select id, kind, name, secret_hash, expire_at, permissions, view_ids, ip_filter_id from tokens
      where id in (${ownToken}, $3, $4, (select link_token_id from own_session)) and (select count(*) from own_group_roles) >= 0
      order by id for ${changesToken ? "update" : "share"}
    ), named_filters as (
      select id, ip_filter from ip_filters
      where id in ((select ip_filter_id from named_tokens where id = ${ownToken}), $6)
        and (select count(*) from named_tokens) >= 0
      order by id for ${changesFilter ? "update" : "share"}
    )
    select
      own_user.id as user_id, own_user.username, own_user.is_root, own_user.is_org_root,
      (
        select coalesce(json_agg(own_roles), '[]') from own_roles
      ) as roles,
      (
        select coalesce(json_agg(own_group_roles), '[]') from own_group_roles
      ) as group_roles,
      own_session.expires_at as session_expires_at, own_session.last_seen_at as session_last_seen_at,
      own_session.token_secret_hash as session_secret_hash,
      own_session.linked_by, own_session.link_token_id, own_session.link_secret_hash,
      link_token.secret_hash as link_token_secret_hash, link_token.expire_at as link_token_expire_at,
      own_token.id as token_id, own_token.kind, own_token.name, own_token.secret_hash, own_token.expire_at,
      own_token.permissions, own_token.view_ids, own_token.ip_filter_id, own_filter.ip_filter,
      ${policiesColumn(policies)}, '' as digest
    from (select count(*) from named_filters) as locked
      left join own_user on true
      left join own_session on true
      left join named_tokens as own_token on own_token.id = ${ownToken}
      left join named_tokens as link_token on link_token.id = own_session.link_token_id
      left join named_filters as own_filter on own_filter.id = own_token.ip_filter_id
    -- The caller's token, whose type must be known where only its session says which it is.
    where $2::text is null or true
    ${prepared}`;
}

function linkOf({ linkedBy, linkTokenId, linkSecretHash }: FoundCaller, userId: string): SessionLink {
  return { userId, linkedBy, linkTokenId, linkSecretHash };
}

/** Who the request acts as by what there is now; undefined when it can no longer act. */
function callerOf(found: FoundCaller, { identity, address }: Claimed, now: number): Caller | undefined {
  const { caller, principal, sessionIdHash } = identity;
  const inSession = sessionIdHash !== undefined;
  if (inSession) {
    const { sessionExpiresAt: expiresAt, sessionLastSeenAt: lastSeenAt } = found;
    if (expiresAt === null || isOver({ expiresAt, lastSeenAt }, now)) return undefined;
    const { linkTokenSecretHash: secretHash, linkTokenExpireAt: expireAt } = found;
    const linkToken = secretHash === null ? undefined : { secretHash, expireAt };
    if (found.linkTokenId !== null && !isSameToken(linkToken, linkOf(found, ""), now)) return undefined;
  }
  // Its credential is that of this process, whatever the store has.
  if (caller.type === "local-root") return caller;

  const { tokenId } = found;
  if ("tokenId" in principal) {
    const secretHash = inSession ? found.sessionSecretHash : principal.secretHash;
    if (tokenId === null || secretHash === null || refusalOf(found, secretHash, address, now) !== undefined) return undefined;
  }
  if (caller.type === "token") {
    const { kind, name, permissions, viewIds } = found;
    return tokenId === null || kind === "personal"
      ? undefined
      : { type: "token", token: { id: tokenId, kind, name, permissions, viewIds } };
  }
  const { userId, username, isRoot, isOrgRoot } = found;
  if (userId === null) return undefined;
  return { type: "user", user: { id: userId, username, isRoot, isOrgRoot }, ...(tokenId !== null && { tokenId }) };
}
