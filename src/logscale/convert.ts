import type { Long } from "#domain/long.ts";
import { carriesPermissions, perKind, tokenKinds, type PermissionKind, type TokenKind } from "#domain/token/kinds.ts";
import type { PlannableToken } from "#domain/policy/plan.ts";
import type { KindPolicy, Policies } from "#domain/policy/policy.ts";
import { unknownCreator, type Creator, type CreatorKind } from "#domain/token/creator.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";

import type { PolicyPartsFragment, TokenPartsFragment, TokenSecurityPoliciesInput, Tokens__Type } from "./generated/graphql.ts";

/** Name of the GraphQL type of each kind's tokens. */
export const tokenTypenames = {
  personal: "PersonalUserToken",
  view: "ViewPermissionsToken",
  organization: "OrganizationPermissionsToken",
  system: "SystemPermissionsToken",
} as const satisfies Record<TokenKind, TokenPartsFragment["__typename"]>;

/** Value of `typeFilter` with which `tokens` lists a kind; LogScale has none for personal tokens and cannot list them. */
export const tokenTypeFilters = {
  view: "ViewPermissionToken",
  organization: "OrganizationPermissionToken",
  system: "SystemPermissionToken",
} as const satisfies Record<PermissionKind, Tokens__Type>;

/** The kinds that LogScale's `tokens` can list. */
export type ListableKind = keyof typeof tokenTypeFilters;

/** The kind of a token on the wire; undefined for a type that is not in the contract, as a newer LogScale may have. */
export function kindOfTypename(typename: string): TokenKind | undefined {
  return tokenKinds.find((candidate) => tokenTypenames[candidate] === typename);
}

/** A token of the wire as the plan needs it; undefined where it is of a type that is not in the contract. */
export function tokenFromWire(token: TokenPartsFragment): PlannableToken | undefined {
  const kind = kindOfTypename(token.__typename);
  if (kind === undefined) return undefined;
  return {
    id: token.id,
    kind,
    name: token.name,
    createdAt: token.createdAt,
    expireAt: token.expireAt ?? null,
    ipFilter: token.ipFilterV2?.id ?? null,
  };
}

/** Last use as a server tells it that records every use; undefined where it tells nothing. */
export function lastUseFromWire(wire: {
  readonly lastUsedAt?: Long | null;
  readonly lastUsedFrom?: string | null;
}): LastUse | undefined {
  const { lastUsedAt, lastUsedFrom } = wire;
  if (lastUsedAt === undefined) return undefined;
  return lastUsedAt === null ? neverUsed : { at: lastUsedAt, from: lastUsedFrom ?? null, source: "recorded" };
}

/**
 * When a token was first used, as a server tells it that records it, in ms since epoch; null when never. Undefined where nothing is told, and
 * of a token that was used before its server wrote that down.
 */
export function firstUseFromWire(wire: {
  readonly lastUsedAt?: Long | null;
  readonly firstUsedAt?: Long | null;
}): Long | null | undefined {
  const { lastUsedAt, firstUsedAt } = wire;
  return firstUsedAt ?? (firstUsedAt === null && lastUsedAt === null ? null : undefined);
}

/** Who created a token as a server tells it that records it; undefined where it tells nothing. */
export function creatorFromWire(wire: {
  readonly createdBy?: string | null;
  readonly creatorKind?: CreatorKind;
  readonly creatorId?: string | null;
}): Creator | undefined {
  const { createdBy = null, creatorKind: kind, creatorId: id = null } = wire;
  if (kind === undefined) return undefined;
  return kind === "unknown" && createdBy === null ? unknownCreator : { kind, id, name: createdBy };
}

/** What a repository or view is, by its type on the wire; a newer LogScale may have types that are not in the contract. */
export function searchDomainNoun(typename: string): string {
  switch (typename) {
    case "Repository":
      return "repository";
    case "View":
      return "view";
    default:
      return `of the unknown type ${typename}`;
  }
}

/** What LogScale's names of policy fields begin with. */
const policyPrefixes = {
  personal: "personalUserTokens",
  view: "viewPermissionTokens",
  organization: "organizationPermissionTokens",
  system: "systemPermissionTokens",
} as const satisfies Record<TokenKind, string>;

/** The field of LogScale's answer that holds each value of a kind's policy; undefined for a value that the kind does not have. */
export const policyFields = perKind((kind) => {
  const prefix = policyPrefixes[kind];
  return {
    enabled: `${prefix}Enabled`,
    maximumLifetime: `${prefix}EnforceExpirationAfterMs`,
    ipFilter: `${prefix}EnforceIpFilter`,
    allowPermissionUpdates: carriesPermissions(kind) ? `${policyPrefixes[kind]}AllowPermissionUpdates` : undefined,
  } as const satisfies Record<keyof KindPolicy, keyof PolicyPartsFragment | undefined>;
});

/** The field of LogScale's input that each value travels in; errors of the server name these. */
export const policyInputFields = perKind(
  (kind) =>
    ({ ...policyFields[kind], ipFilter: `${policyPrefixes[kind]}EnforceIpFilterId` }) as const satisfies Record<
      keyof KindPolicy,
      keyof TokenSecurityPoliciesInput | undefined
    >,
);

/** LogScale's flat policy fields as one policy per kind. */
export function policiesFromWire(wire: PolicyPartsFragment): Policies {
  return perKind((kind) => {
    const fields = policyFields[kind];
    return {
      enabled: wire[fields.enabled],
      maximumLifetime: wire[fields.maximumLifetime] ?? null,
      ipFilter: wire[fields.ipFilter]?.id ?? null,
      allowPermissionUpdates: (fields.allowPermissionUpdates && wire[fields.allowPermissionUpdates]) ?? false,
    };
  });
}

/**
 * Policies as the input of `updateTokenSecurityPolicies`. The mutation replaces the whole state, so every field is sent. Only a caller who
 * may not administer system tokens must leave out all system fields; LogScale then leaves that policy alone.
 */
export function policiesToInput(policies: Policies, options: { readonly withSystem: boolean }): TokenSecurityPoliciesInput {
  const input: Partial<TokenSecurityPoliciesInput> = {};
  for (const kind of tokenKinds) {
    if (kind === "system" && !options.withSystem) continue;
    const fields = policyInputFields[kind];
    input[fields.enabled] = policies[kind].enabled;
    input[fields.maximumLifetime] = policies[kind].maximumLifetime;
    input[fields.ipFilter] = policies[kind].ipFilter;
    if (fields.allowPermissionUpdates !== undefined) {
      input[fields.allowPermissionUpdates] = policies[kind].allowPermissionUpdates;
    }
  }
  // Whole by now: only fields of the system kind may be left out.
  return input as TokenSecurityPoliciesInput;
}

/** Whether the input says anything about the system policy. When it does not, LogScale leaves that policy alone (assumed). */
export function namesSystemPolicy(input: TokenSecurityPoliciesInput): boolean {
  return namesPolicy(input, "system");
}

function namesPolicy(input: TokenSecurityPoliciesInput, kind: TokenKind): boolean {
  return Object.values(policyInputFields[kind]).some((field) => field !== undefined && input[field] != null);
}

/** The policies that the input of `updateTokenSecurityPolicies` puts in force where `current` is in force now. */
export function policiesFromInput(input: TokenSecurityPoliciesInput, current: Policies): Policies {
  return perKind((kind) => {
    if (!namesPolicy(input, kind)) return current[kind];
    const { enabled, maximumLifetime, ipFilter, allowPermissionUpdates } = policyInputFields[kind];
    return {
      // Documented: an omitted boolean keeps its value, an omitted maximum or filter is not enforced.
      enabled: input[enabled] ?? current[kind].enabled,
      maximumLifetime: input[maximumLifetime] ?? null,
      ipFilter: input[ipFilter] ?? null,
      allowPermissionUpdates: (allowPermissionUpdates && input[allowPermissionUpdates]) ?? current[kind].allowPermissionUpdates,
    };
  });
}

/** The `extensions.tokenhouse` member of a request that asks the embedded server to apply exactly what was shown, or to refuse. */
export interface PlanCheck {
  /** Digest of the policies that the draft started from. */
  readonly base: string;
  /** The kinds of which the caller saw every token. */
  readonly kinds: readonly TokenKind[];
  /** Digest of the plan for these kinds. */
  readonly plan: string;
}

/** Names of the IP filters that policies enforce, by id: what the wire says of them beside the policies. */
export function enforcedFilters(wire: PolicyPartsFragment): ReadonlyMap<string, IpFilter> {
  const filters = tokenKinds.map((kind) => wire[policyFields[kind].ipFilter]);
  return new Map(filters.flatMap((filter) => (filter ? [[filter.id, filter] as const] : [])));
}

/** How much of each kind a caller sees, from the extension's answer. */
export type Visibility = Readonly<Record<TokenKind, "complete" | "partial" | "hidden">>;

/** The visibility in which nothing is seen. */
export const nothingVisible: Visibility = perKind(() => "hidden");
