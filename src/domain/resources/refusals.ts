import { ipFilterNameSchema, ipFilterTextSchema } from "#domain/filter/ipFilterSchema.ts";
import { addLongs } from "#domain/long.ts";
import { nameInText } from "#domain/name.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { isKeepable } from "#domain/keepable.ts";
import { kindTraits, perKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { ingestTokenNameSchema } from "#domain/token/ingestToken.ts";
import { expandPermissions, permissionCatalogues } from "#domain/token/permissionWords.ts";
import { tokenRequestSchemas } from "#domain/token/request.ts";
import { checkAgainstPolicy, permissionUpdateViolation, type PolicyViolation } from "#domain/token/policyCheck.ts";

import { rulesText, type ResourceDifference } from "./differences.ts";
import type { ThingsInForce, NamedThing, SeenList } from "./inForce.ts";
import type { WantedThing, WantedToken } from "./model.ts";

/** Why something cannot be made or changed as written. */
export interface ResourceRefusal {
  /** `policy`: the token security policy of its kind; `request`: what a request for it must have. */
  readonly by: "policy" | "request";
  /** What of it is at fault; null where no value could help. */
  readonly field: "name" | "permissions" | "views" | "expireAt" | "ipFilter" | "rules" | "repository" | null;
  /** A sentence. */
  readonly message: string;
}

/** What requests are held against. */
export interface RefusalContext extends Pick<ThingsInForce, "policies" | "domains" | "tokens"> {
  readonly filters: SeenList<NamedThing>;
  /** Names of the IP filters that the same files make. */
  readonly madeFilters: ReadonlySet<string>;
  readonly madeByOthers: ReadonlySet<string>;
  /** Ms since epoch. */
  readonly now: number;
}

/**
 * Why a thing cannot be made as written, by the rules of the form that makes one; with the differences from one that is there, why it
 * cannot be changed, or made anew where it cannot be changed.
 */
export function refusalsOf(
  thing: WantedThing,
  context: RefusalContext,
  differences: readonly ResourceDifference[] | undefined,
): readonly ResourceRefusal[] {
  switch (thing.type) {
    case "ip-filter":
      return [
        ...(differences === undefined ? faults(ipFilterNameSchema.safeParse(thing.name), () => "name") : []),
        ...faults(ipFilterTextSchema.safeParse(rulesText(thing.rules)), () => "rules"),
      ];
    case "ingest":
      if (differences !== undefined) return [];
      return [
        ...faults(ingestTokenNameSchema.safeParse(thing.name), () => "name"),
        ...(lacks(context.domains, thing.repository) && !context.madeByOthers.has(thing.repository)
          ? [request("repository", `There is no repository called ${nameInText(thing.repository)}.`)]
          : []),
      ];
    case "view":
    case "organization":
    case "system":
      return tokenRefusals(thing, context, differences);
    default:
      return thing satisfies never;
  }
}

function tokenRefusals(
  wanted: WantedToken,
  context: RefusalContext,
  differences: readonly ResourceDifference[] | undefined,
): readonly ResourceRefusal[] {
  const policy = context.policies[wanted.type];
  if (differences === undefined) return [...requestRefusals(wanted, context), ...creationRefusals(wanted, context)];
  // Of a token that exists LogScale changes the permissions alone; for the rest another has to be made.
  const another = differences.some(({ field }) => field !== "permissions");
  if (another) return [...requestRefusals(wanted, context), ...creationRefusals(wanted, context)];
  const violation = differences.length > 0 ? permissionUpdateViolation(wanted.type, policy) : null;
  return [...permissionRefusals(wanted, context), ...(violation === null ? [] : [byPolicy(violation)])];
}

/** What the form would say of the request itself. */
function requestRefusals(wanted: WantedToken, context: RefusalContext): readonly ResourceRefusal[] {
  const { type, name, views, expireAt, ipFilter } = wanted;
  const { domains, filters, madeFilters, madeByOthers } = context;
  const permissions = wanted.permissions.filter((permission) => isInCatalogue(type, permission));
  const parsed = tokenRequestSchemas[type](context.now).safeParse({
    name,
    permissions,
    viewIds: views,
    expireAt,
    ipFilter: null,
  });
  const fields = { name: "name", permissions: "permissions", viewIds: "views", expireAt: "expireAt" } as const;
  const ofSchema = faults(parsed, ([first]) => fields[first as keyof typeof fields])
    // Permissions that only a newer LogScale has are left out of what the schema sees.
    .filter(({ field }) => field !== "permissions" || wanted.permissions.length === 0);
  const lackingViews = views.filter((view) => lacks(domains, view) && !madeByOthers.has(view));
  const lackingFilter = ipFilter !== null && lacks(filters, ipFilter) && !madeFilters.has(ipFilter);
  return [
    ...ofSchema,
    ...permissionRefusals(wanted, context),
    ...lackingViews.map((view) => request("views", `There is no repository or view called ${nameInText(view)}.`)),
    ...(lackingFilter ? [request("ipFilter", `There is no IP filter called ${nameInText(ipFilter)}.`)] : []),
  ];
}

function permissionRefusals(wanted: WantedToken, context: RefusalContext): readonly ResourceRefusal[] {
  const isKnown = knownPermissions(wanted, context);
  return wanted.permissions
    .filter((permission) => !isKnown(permission))
    .map((permission) => {
      const { noun } = kindTraits[wanted.type];
      const other = tokenKinds.find((kind) => isInCatalogue(kind, permission));
      const why =
        other === undefined
          ? "Tokenhouse does not know it; a newer LogScale may."
          : `it is a permission of ${kindTraits[other].noun} tokens.`;
      return request(
        "permissions",
        `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)} tokens have no permission ${nameInText(permission)}: ${why}`,
      );
    });
}

/** Those of the catalogue, and those that a token of the kind has: a newer LogScale has more. */
function knownPermissions({ type }: WantedToken, { tokens }: RefusalContext): (permission: string) => boolean {
  return (permission) =>
    isInCatalogue(type, permission) ||
    (tokens[type]?.tokens.some(({ permissions }) => permissions?.includes(permission)) ?? false);
}

/** What tokens of each kind can be given, composed permissions and their parts. */
const catalogueNames = perKind(
  (kind): ReadonlySet<string> =>
    new Set(permissionCatalogues[kind].flatMap(({ name }) => [name, ...expandPermissions(kind, [name])])),
);

function isInCatalogue(kind: TokenKind, permission: string): boolean {
  return catalogueNames[kind].has(permission);
}

/** How the policy refuses a new token like this. */
function creationRefusals(wanted: WantedToken, context: RefusalContext): readonly ResourceRefusal[] {
  const { type, expireAt } = wanted;
  const policy = context.policies[type];
  const ipFilter = meantFilter(wanted, policy, context);
  const verdict = checkAgainstPolicy(type, policy, { expireAt, ipFilter }, context.now);
  if (verdict.ok) return [];
  const { violation } = verdict;
  // The request itself says so already.
  const told = violation.type === "expired" ? [] : [byPolicy(violation)];
  if (violation.field !== "expireAt") return told;
  // One refusal hides the other: with an expiry that fits, the filter is judged too.
  const fits = isKeepable(policy.maximumLifetime) ? addLongs(context.now, policy.maximumLifetime) : null;
  const second = checkAgainstPolicy(type, policy, { expireAt: fits, ipFilter }, context.now);
  return second.ok ? told : [...told, byPolicy(second.violation)];
}

/** The id of the filter that a resource means; a name that several have means the one that the policy sets, where it is among them. */
function meantFilter({ ipFilter: name }: WantedToken, policy: KindPolicy, { filters }: RefusalContext): string | null {
  if (name === null) return null;
  // Nobody knows which it is, so nothing is said against it.
  if (filters.type === "unseen") return policy.ipFilter;
  const ids = filters.all.filter((filter) => filter.name === name).map(({ id }) => id);
  if (policy.ipFilter !== null && ids.includes(policy.ipFilter)) return policy.ipFilter;
  return ids[0] ?? `the filter ${name} that is still to be made`;
}

function lacks(seen: SeenList<NamedThing>, name: string): boolean {
  return seen.type === "seen" && !seen.all.some((one) => one.name === name);
}

function byPolicy({ field, message }: PolicyViolation): ResourceRefusal {
  return { by: "policy", field, message };
}

function request(field: ResourceRefusal["field"], message: string): ResourceRefusal {
  return { by: "request", field, message };
}

interface Parsed {
  readonly error?:
    | { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }
    | undefined;
}

function faults(
  { error }: Parsed,
  fieldOf: (path: readonly PropertyKey[]) => ResourceRefusal["field"] | undefined,
): ResourceRefusal[] {
  return (error?.issues ?? []).map(({ path, message }) => request(fieldOf(path) ?? null, message));
}
