import type { Long } from "#domain/long.ts";
import { withoutSecrets, withoutTokens } from "./secrets.ts";
import { auditTypes, longestText, mostTexts, type AuditType, type FieldKind, type Fields } from "./types.ts";

/** What a field may be given, by its kind. */
interface Given {
  text: string;
  id: string;
  number: Long;
  flag: boolean;
  texts: readonly string[];
  names: readonly string[];
  ids: readonly string[];
  counts: Readonly<Record<string, Long>>;
  policy: GivenPolicy;
}

interface GivenPolicy {
  readonly enabled: boolean;
  readonly maximumLifetime: Long | null;
  readonly ipFilter: string | null;
  readonly allowPermissionUpdates: boolean;
}

/** Values for the fields of a type. An object with more than these may be given: the rest never gets into a record. */
export type Values<F extends Fields> = { readonly [K in keyof F]?: Given[F[K]] | null | undefined };

/** What an act was about, by its kind; where it has an id that is no secret. */
export interface AuditTarget {
  readonly kind: TargetKind;
  readonly id: string;
  readonly name: string | null;
}

/** Everything that records tell about. */
export const targetKinds = [
  "token",
  "ingestToken",
  "fleetToken",
  "policies",
  "ipFilter",
  "user",
  "group",
  "role",
  "searchDomain",
  "parser",
  "configuration",
  "featureFlag",
  "findings",
  "session",
  "audit",
] as const;
export type TargetKind = (typeof targetKinds)[number];

/** What was done to a target, in LogScale's words where it has some. */
export const auditActions = [
  "create",
  "update",
  "delete",
  "rotate",
  "apply",
  "assign",
  "signin",
  "signout",
  "reveal",
  "purge",
  "save",
  "restore",
  "use",
  "read",
] as const;
export type AuditAction = (typeof auditActions)[number];

interface EntryOf<T extends AuditType> {
  readonly type: T;
  readonly action: AuditAction;
  readonly target: AuditTarget | null;
  readonly before?: Values<(typeof auditTypes)[T]["state"]> | null;
  readonly after?: Values<(typeof auditTypes)[T]["state"]> | null;
  readonly details?: Values<(typeof auditTypes)[T]["details"]>;
  /** The id that the target has afterwards, where the act gave it another. */
  readonly newId?: string;
}

/** What an act tells of itself. */
export type AuditEntry = { [T in AuditType]: EntryOf<T> }[AuditType];

/** An entry of any type with nothing of its own, as those of refusals are. */
export function bareEntry(type: AuditType, action: AuditAction, target: AuditTarget | null): AuditEntry {
  // No type has a field that must be there.
  return { type, action, target } as AuditEntry;
}

/**
 * What acts. LogScale's words, with its spelling; the last four are ours: the local administrator's token, this server by itself, the
 * command line on the server's machine, and somebody who has not said who they are, or not validly.
 */
export type ActorType =
  | "orgUser"
  | "personalUserToken"
  | "viewPermissionToken"
  | "organizatioPermissionToken"
  | "systemPermissionToken"
  | "localAdministrator"
  | "server"
  | "stranger";

/** Who acts, as LogScale's events have it. */
export interface AuditActor {
  readonly type: ActorType;
  /** The client's address; absent for the server itself. */
  readonly ip?: string | undefined;
  readonly organizationId: string;
  readonly orgRoot: boolean;
  readonly user?: { readonly id: string; readonly username: string; readonly isRoot: boolean } | undefined;
  readonly tokenId?: string | undefined;
  readonly tokenName?: string | undefined;
  /** A name for the session that tells nothing of its cookie. */
  readonly sessionId?: string | undefined;
  /** Who made the link that the session was begun by; without an id it was the local administrator. */
  readonly linkedBy?: { readonly id: string | null; readonly name: string } | undefined;
}

/** Why something was refused: a code of the contract, and the field of the input it is about. Never the words, which may quote. */
export interface AuditRefusal {
  readonly code: string;
  readonly field?: string | undefined;
}

export interface AuditCircumstances {
  /** Another one for each record. */
  readonly id: string;
  /** Ms since epoch. */
  readonly at: number;
  readonly actor: AuditActor;
  /** Name of the operation in the contract, or of the route. */
  readonly operation: string;
  /** Undefined: it was carried out. */
  readonly refusal?: AuditRefusal | undefined;
  /** What joins the records of one act that took several requests; whoever asked chose it. */
  readonly act?: string | undefined;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What records are searched by, as it stands beside each. */
export interface RecordIndex {
  readonly id: string;
  readonly happenedAt: string;
  readonly type: string;
  readonly outcome: string;
  readonly actorId: string;
  readonly address: string | null;
  readonly subject: string | null;
  readonly others: string[] | null;
}

/** What a record is searched by; of a text that is no record, nothing that there is. */
export function indexOfRecord(record: unknown): RecordIndex {
  const at = (...path: readonly string[]) => path.reduce((value, name) => memberOf(value, name), record);
  const text = (...path: readonly string[]) => {
    const value = at(...path);
    return typeof value === "string" ? value : null;
  };
  const subjects = at("subjects");
  const ids = Array.isArray(subjects) ? subjects.filter((id) => typeof id === "string") : [];
  return {
    id: text("id") ?? "",
    happenedAt: text("timestamp") ?? "",
    type: text("type") ?? "",
    outcome: text("outcome") ?? "",
    actorId: text("actor", "user", "id") ?? text("actor", "tokenId") ?? text("actor", "type") ?? "",
    address: text("actor", "ip"),
    subject: ids[0] ?? null,
    others: ids.length > 1 ? ids.slice(1) : null,
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** A record as it is kept, sent and hashed: JSON with the members of each object in the order of their names. */
export function recordText(entry: AuditEntry, circumstances: AuditCircumstances): string {
  return canonical(recordOf(entry, circumstances));
}

/** A record with its text and what it is searched by. */
export function writtenRecord(
  entry: AuditEntry,
  circumstances: AuditCircumstances,
): { readonly text: string; readonly index: RecordIndex } {
  const record = recordOf(entry, circumstances);
  return { text: canonical(record), index: indexOfRecord(record) };
}

function recordOf(entry: AuditEntry, circumstances: AuditCircumstances): Json {
  const { id, at, actor, operation, refusal, act } = circumstances;
  const { sensitive, state, details } = auditTypes[entry.type];
  const before = entry.before == null ? null : pick(state, entry.before);
  const after = entry.after == null ? null : pick(state, entry.after);
  const own = entry.details === undefined ? {} : pick(details, entry.details);
  const target = entry.target && {
    kind: entry.target.kind,
    id: safe(entry.target.id),
    name: entry.target.name && written(entry.target.name),
  };
  const touched = Object.entries(details).flatMap(([field, kind]) => (kind === "ids" ? ((own[field] ?? []) as string[]) : []));
  return {
    id,
    timestamp: new Date(at).toISOString(),
    type: entry.type,
    sensitive,
    actor: {
      type: actor.type,
      organizationId: actor.organizationId,
      orgRoot: actor.orgRoot,
      ...(actor.ip !== undefined && { ip: actor.ip }),
      ...(actor.user && {
        user: { id: actor.user.id, username: safe(actor.user.username), isRoot: actor.user.isRoot },
      }),
      ...(actor.tokenId !== undefined && { tokenId: actor.tokenId }),
      ...(actor.tokenName !== undefined && { tokenName: written(actor.tokenName) }),
      ...(actor.sessionId !== undefined && { sessionId: actor.sessionId }),
      ...(actor.linkedBy && { linkedBy: { id: actor.linkedBy.id, name: safe(actor.linkedBy.name) } }),
    },
    operation,
    ...(act !== undefined && { act }),
    outcome: refusal === undefined ? "done" : "refused",
    ...(refusal && { refusal: { code: refusal.code, field: refusal.field === undefined ? null : safe(refusal.field) } }),
    target,
    subjects: [
      ...new Set([
        ...(target === null ? [] : [target.id]),
        ...(entry.newId === undefined ? [] : [entry.newId]),
        ...touched,
        ...(actor.linkedBy?.id == null ? [] : [actor.linkedBy.id]),
      ]),
    ],
    before,
    after,
    ...own,
    ...(refusal === undefined && logscaleFields(entry, before, after)),
  };
}

type Picked = Readonly<Record<string, Json>>;

/** The fields that LogScale's own events of a type have, besides those that every event has. */
function logscaleFields(entry: AuditEntry, before: Picked | null, after: Picked | null): Picked {
  const { type, action, target, newId, details } = entry;
  switch (type) {
    case "hashedtokens.change":
      return {
        actionName: action,
        tokenId: target?.id ?? null,
        oldPermissions: before?.["permissions"] ?? null,
        newPermissions: after?.["permissions"] ?? null,
      };
    case "hashedtokens.rotate":
      return { actionName: action, oldTokenId: target?.id ?? null, newTokenId: newId ?? target?.id ?? null };
    case "tokens": {
      const state = after ?? before ?? {};
      return {
        actionName: action,
        tokenName: state["name"] ?? null,
        tokenType: "ingest",
        repoId: state["repositoryId"] ?? null,
        repoName: state["repository"] ?? null,
        isCustomToken: state["isCustom"] ?? null,
      };
    }
    case "organizations.securitypolicies.tokens.update":
      return policyFields(after ?? {});
    case "ipfilters.change":
      return { actionName: action, ipFilterId: target?.id ?? null };
    case "user.profile":
      return { actionName: action };
    case "group.membership.change":
      return {
        actionName: action === "delete" ? "removeUsers" : "addUsers",
        groupId: target?.id ?? null,
        groupName: target?.name ?? null,
      };
    case "group.role.assigned":
    case "group.role.unassigned":
    case "group.organizationrole.assigned":
    case "group.organizationrole.unassigned":
    case "group.systemrole.assigned":
    case "group.systemrole.unassigned":
      return {
        groupId: target?.id ?? null,
        groupName: target?.name ?? null,
        roleId: details?.roles?.[0] ?? null,
        ...(details?.searchDomains?.[0] !== undefined && { viewId: details.searchDomains[0] }),
      };
    case "repository.create":
      return { repositoryId: target?.id ?? null, repositoryName: target?.name ?? null };
    // As LogScale documents the field, its capital too.
    case "view.rename":
      return { repoId: target?.id ?? null, repoName: target?.name ?? null, newRepoNAme: after?.["name"] ?? null };
    case "dataspace.retention":
    case "dataspace.delete":
      return { repoId: target?.id ?? null, repoName: target?.name ?? null };
    case "parser.create":
    case "parser.update":
    case "parser.delete":
      return { parserId: target?.id ?? null, parserName: target?.name ?? null };
    default:
      return { actionName: action };
  }
}

const logscaleKinds = {
  personal: "personalUserTokens",
  view: "viewPermissionTokens",
  organization: "organizationPermissionTokens",
  system: "systemPermissionTokens",
} as const;

function policyFields(state: Picked): Picked {
  const fields: Record<string, Json> = {};
  const enabledTokens: string[] = [];
  for (const [kind, prefix] of Object.entries(logscaleKinds)) {
    const policy = state[kind] as Readonly<Record<string, Json>> | undefined;
    if (policy == null) continue;
    if (policy["enabled"] === true) enabledTokens.push(kind);
    fields[`${prefix}EnforceExpirationAfterMs`] = policy["maximumLifetime"] ?? null;
    fields[`${prefix}EnforceIpFilterId`] = policy["ipFilter"] ?? null;
  }
  return { enabledTokens, ...fields };
}

/** The values of the fields that there are, and nothing else of an object. */
function pick(fields: Fields, values: object): Picked {
  const given = new Map<string, unknown>(Object.entries(values));
  const picked: Record<string, Json> = {};
  for (const [name, kind] of Object.entries(fields)) {
    const value = given.get(name);
    if (value !== undefined) picked[name] = value === null ? null : valueOf(kind, value);
  }
  return picked;
}

/** What is kept of a value; one of another kind than its field counts as absent. */
function valueOf(kind: FieldKind, value: unknown): Json {
  switch (kind) {
    case "text":
      return typeof value === "string" ? written(value) : null;
    case "id":
      return typeof value === "string" ? safe(value) : null;
    case "number":
      return wholeOf(value);
    case "flag":
      return typeof value === "boolean" ? value : null;
    case "texts":
      return textsOf(value, safe);
    case "names":
      return textsOf(value, written);
    case "ids":
      return Array.isArray(value) ? value.flatMap((id) => (typeof id === "string" ? [id] : [])) : null;
    case "counts": {
      if (typeof value !== "object" || value === null) return null;
      return Object.fromEntries(Object.entries(value).map(([name, count]) => [name, wholeOf(count)]));
    }
    case "policy":
      return typeof value === "object" && value !== null ? pick(policyShape, value) : null;
    default:
      return kind satisfies never;
  }
}

function textsOf(value: unknown, how: (text: string) => string): string[] | null {
  if (!Array.isArray(value)) return null;
  return value.slice(0, mostTexts).flatMap((text) => (typeof text === "string" ? [how(text)] : []));
}

const policyShape = {
  enabled: "flag",
  maximumLifetime: "number",
  ipFilter: "id",
  allowPermissionUpdates: "flag",
} as const satisfies Fields;

/** A number; as text where JSON's would not be exact for everybody. */
function wholeOf(value: unknown): number | string | null {
  if (typeof value === "bigint") return String(value);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/**
 * An id, a name from a catalogue, or that of a user who acts, as it may stand in a record. Only what is a token's secret for certain is cut
 * out: some users are called by a UUID, and a record says who acted.
 */
export function safe(text: string): string {
  return kept(withoutTokens(text));
}

/** A text that somebody wrote as it may stand in a record. */
function written(text: string): string {
  return kept(withoutSecrets(text));
}

/** A text without secrets, cut, of characters that every database keeps. Of a secret across the cut the beginning would stay: so secrets come first. */
function kept(bare: string): string {
  const cut = bare.length > longestText ? `${bare.slice(0, longestText)}…` : bare;
  // Characters last: cutting may halve one.
  return cut.replaceAll(/[\0\p{Cs}]/gu, "");
}

function isTexts(value: Json): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** JSON with the members of each object in the order of their names, so that the same record is always the same bytes. */
export function canonical(value: Json): string {
  // Long lists are of ids: at once that is several times as quick as one by one.
  if (isTexts(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
