import { longestAddress } from "#domain/address.ts";
import { usualAddress } from "#domain/usualAddress.ts";
import { safe, type TargetKind } from "#domain/audit/record.ts";
import { withoutKnownForms } from "#domain/audit/secrets.ts";

import type { ActivityRow } from "./activity.ts";
import { cutLists, type AuditRecord } from "./audit.ts";

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Values = Readonly<Record<string, unknown>>;

/** Characters of a record's own fields at most, roughly: an event of LogScale may have a megabyte. */
const mostCharacters = 16_384;

/** Characters of an id, a type or an address at most; a longer one is none. */
const longestId = 200;

/** Levels of objects and lists within each other, and members of an object, that are kept. */
const deepest = 5;
const mostMembers = 100;

/** Fields of events that become others of records, and those of records that have a meaning of their own. */
const read: ReadonlySet<string> = new Set(["timestamp", "type", "sensitive", "actor"]);
const ours: ReadonlySet<string> = new Set([
  "id",
  "operation",
  "outcome",
  "refusal",
  "target",
  "subjects",
  "before",
  "after",
  "leftOut",
  "__proto__",
]);

/**
 * An event of LogScale's audit log as a record: what it names of LogScale's documented fields, and all its others as they are. Undefined
 * where it is no event. Nothing of it is trusted: texts, lists and the whole are cut, and what has the form of a token is left out.
 *
 * @param row a row of a search, with the event as JSON in `@rawstring`
 * @param place another one for each row, for events without an id
 */
export function recordOfEvent(row: unknown, place: number): ActivityRow | undefined {
  if (!isObject(row)) return undefined;
  const event = parsed(row["@rawstring"]);
  if (!isObject(event)) return undefined;
  const type = idOf(event["type"]);
  const at = instantOf(event["timestamp"]) ?? instantOf(Number(row["@timestamp"] || Number.NaN));
  if (type === undefined || at === undefined) return undefined;
  const { fields, lengths } = ownFields(event);
  const target = targetOf(type, event);
  const action = event["actionName"] ?? event["action"];
  return {
    record: {
      ...fields,
      id: idOf(row["@id"]) ?? `${new Date(at).toISOString()}-${place}`,
      timestamp: new Date(at).toISOString(),
      type,
      sensitive: event["sensitive"] === true,
      actor: actorOf(event["actor"]),
      operation: idOf(action) ?? type,
      // LogScale documents no event for what it refused.
      outcome: "done",
      target,
      subjects: subjectsOf(event, target),
      ...statesOf(type, event),
    },
    lengths,
  };
}

function actorOf(given: unknown): AuditRecord["actor"] {
  const actor = isObject(given) ? given : {};
  const user = isObject(actor["user"]) ? actor["user"] : {};
  const username = nameOf(user["username"]);
  const userId = idOf(user["id"]) ?? idOf(username);
  const texts = {
    organizationId: idOf(actor["organizationId"]),
    tokenId: idOf(actor["tokenId"]),
    tokenName: nameOf(actor["tokenName"]),
    sessionId: idOf(actor["sessionId"]),
    ip: typeof actor["ip"] === "string" && actor["ip"].length <= longestAddress ? idOf(usualAddress(actor["ip"])) : undefined,
  };
  return {
    type: idOf(actor["type"]) ?? "unknown",
    orgRoot: actor["orgRoot"] === true,
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...(userId !== undefined && { user: { id: userId, username: username ?? userId, isRoot: user["isRoot"] === true } }),
    ...(actor["proxyRequest"] === true && { proxyRequest: true }),
  };
}

/** Where events of a type have what they are about; of a family (`role.`) all types that begin so. The first that fits counts. */
interface Place {
  readonly types: readonly string[];
  readonly kind: TargetKind;
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

const places: readonly Place[] = [
  { types: ["hashedtokens.change"], kind: "token", ids: ["tokenId"], names: ["tokenName"] },
  { types: ["hashedtokens.rotate"], kind: "token", ids: ["oldTokenId", "newTokenId"], names: ["tokenName"] },
  // An ingest token has no id here but its name.
  { types: ["tokens"], kind: "ingestToken", ids: ["tokenName"], names: ["tokenName"] },
  { types: ["ipfilters."], kind: "ipFilter", ids: ["ipFilterId"], names: ["ipFilterName"] },
  { types: ["user.roles."], kind: "user", ids: ["assignedToUserId"], names: ["assignedToUserName"] },
  { types: ["group."], kind: "group", ids: ["groupId"], names: ["groupName", "displayName"] },
  { types: ["role."], kind: "role", ids: ["roleId"], names: ["roleName"] },
  { types: ["parser."], kind: "parser", ids: ["parserId"], names: ["parserName"] },
  {
    types: ["repository.", "dataspace.", "view."],
    kind: "searchDomain",
    ids: ["repositoryId", "repoId", "dataspaceId", "dataspaceID", "viewId"],
    names: ["repositoryName", "repoName", "dataspaceName", "viewName"],
  },
];

function targetOf(type: string, event: Values): AuditRecord["target"] {
  if (type === "organizations.securitypolicies.tokens.update") {
    const actor = isObject(event["actor"]) ? event["actor"] : {};
    return { kind: "policies", id: idOf(actor["organizationId"]) ?? "policies", name: null };
  }
  if (type === "user.profile") {
    const user = isObject(event["target"]) ? event["target"] : event["old"];
    if (!isObject(user)) return null;
    const name = nameOf(user["username"]);
    const id = idOf(user["id"]) ?? idOf(user["userId"]) ?? idOf(name);
    return id === undefined ? null : { kind: "user", id, name: name ?? null };
  }
  const place = places.find(({ types }) =>
    types.some((known) => (known.endsWith(".") ? type.startsWith(known) : type === known)),
  );
  const id = place && first(place.ids, (field) => idOf(event[field]));
  if (place === undefined || id === undefined) return null;
  return { kind: place.kind, id, name: first(place.names, (field) => nameOf(event[field])) ?? null };
}

/** Everything that an event names by its id, so that it is found by each. */
function subjectsOf(event: Values, target: AuditRecord["target"]): string[] {
  const ids = Object.entries(event).flatMap(([field, value]) => {
    if (!/(?:Id|ID|Ids)$/u.test(field)) return [];
    return (Array.isArray(value) ? value.slice(0, cutLists) : [value]).flatMap((id) => idOf(id) ?? []);
  });
  return [...new Set([...(target === null ? [] : [target.id]), ...ids])].slice(0, 2 * cutLists);
}

/** What there was and what there is, of events that tell both; of any other nobody knows. */
function statesOf(type: string, event: Values): Pick<AuditRecord, "before" | "after"> {
  const budget = { left: mostCharacters };
  const state = (value: unknown) => {
    const kept = isObject(value) ? keep(value, budget) : undefined;
    return kept === undefined ? null : (kept as Record<string, Json>);
  };
  if (type === "user.profile") {
    const isGone = /delete|remove/iu.test(String(event["actionName"]));
    return isGone
      ? { before: state(event["old"] ?? event["target"]), after: null }
      : { before: state(event["old"]), after: state(event["target"]) };
  }
  const changed = ["Permissions", "AssetPermissions", "ObjectAction"].filter(
    (name) => event[`old${name}`] != null && event[`new${name}`] != null,
  );
  if (changed.length === 0) return { before: null, after: null };
  const of = (which: string) =>
    state(Object.fromEntries(changed.map((name) => [name.charAt(0).toLowerCase() + name.slice(1), event[which + name]])));
  return { before: of("old"), after: of("new") };
}

/** The event's other fields, and how long its lists are that were cut. */
function ownFields(event: Values): { readonly fields: Values; readonly lengths: Record<string, number> } {
  const budget = { left: mostCharacters };
  const fields: Record<string, Json> = {};
  const lengths: Record<string, number> = {};
  let leftOut = 0;
  for (const [field, value] of Object.entries(event)) {
    if (read.has(field)) continue;
    const kept = field.length <= longestId ? keep(value, budget, field) : undefined;
    if (kept === undefined) {
      leftOut++;
      continue;
    }
    const called = ours.has(field) ? `event.${field}` : safe(field);
    fields[called] = kept;
    if (Array.isArray(kept) && Array.isArray(value) && kept.length < value.length) lengths[called] = value.length;
  }
  return { fields: leftOut === 0 ? fields : { ...fields, leftOut }, lengths };
}

/** A value as it is kept; undefined where it is too deep or no room is left. */
function keep(value: unknown, budget: { left: number }, field = "", depth = 0): Json | undefined {
  if (depth > deepest || budget.left <= 0) return undefined;
  budget.left -= 8;
  if (typeof value === "string") {
    const text = /Ids?$|ID$|^id$/u.test(field) ? safe(value) : withoutTokens(value);
    budget.left -= text.length;
    return text;
  }
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (Array.isArray(value)) {
    return value.slice(0, cutLists).flatMap((item) => keep(item, budget, field, depth + 1) ?? []);
  }
  if (!isObject(value)) return undefined;
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(value).slice(0, mostMembers)) {
    if (name === "__proto__" || name.length > longestId) continue;
    budget.left -= name.length;
    const kept = keep(member, budget, name, depth + 1);
    if (kept !== undefined) members.push([safe(name), kept]);
  }
  return Object.fromEntries(members);
}

/** A text that is no id: no field is called one. */
function withoutTokens(text: string): string {
  return safe(withoutKnownForms(text));
}

function nameOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? withoutTokens(value) : undefined;
}

function idOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= longestId ? safe(value) : undefined;
}

/** An instant in ms since epoch, within the years that a timestamp has four digits for. */
function instantOf(value: unknown): number | undefined {
  // A zone's name may stand behind the offset.
  const at = typeof value === "string" ? Date.parse(value.replace(/\[[^[\]]{1,64}\]$/u, "")) : value;
  return typeof at === "number" && at >= 0 && at < 253_402_300_800_000 ? Math.trunc(at) : undefined;
}

function parsed(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function first<T>(fields: readonly string[], read: (field: string) => T | undefined): T | undefined {
  for (const field of fields) {
    const value = read(field);
    if (value !== undefined) return value;
  }
  return undefined;
}
