import { perKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { PlannableToken } from "#domain/policy/plan.ts";
import type { KindPolicy, Policies } from "#domain/policy/policy.ts";

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
} as const satisfies Record<Exclude<TokenKind, "personal">, Tokens__Type>;

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

/** LogScale's fifteen flat policy fields as one policy per kind. */
export function policiesFromWire(wire: PolicyPartsFragment): Policies {
  return {
    personal: {
      enabled: wire.personalUserTokensEnabled,
      maximumLifetime: wire.personalUserTokensEnforceExpirationAfterMs ?? null,
      ipFilter: wire.personalUserTokensEnforceIpFilter?.id ?? null,
      allowPermissionUpdates: false,
    },
    view: {
      enabled: wire.viewPermissionTokensEnabled,
      maximumLifetime: wire.viewPermissionTokensEnforceExpirationAfterMs ?? null,
      ipFilter: wire.viewPermissionTokensEnforceIpFilter?.id ?? null,
      allowPermissionUpdates: wire.viewPermissionTokensAllowPermissionUpdates ?? false,
    },
    organization: {
      enabled: wire.organizationPermissionTokensEnabled,
      maximumLifetime: wire.organizationPermissionTokensEnforceExpirationAfterMs ?? null,
      ipFilter: wire.organizationPermissionTokensEnforceIpFilter?.id ?? null,
      allowPermissionUpdates: wire.organizationPermissionTokensAllowPermissionUpdates ?? false,
    },
    system: {
      enabled: wire.systemPermissionTokensEnabled,
      maximumLifetime: wire.systemPermissionTokensEnforceExpirationAfterMs ?? null,
      ipFilter: wire.systemPermissionTokensEnforceIpFilter?.id ?? null,
      allowPermissionUpdates: wire.systemPermissionTokensAllowPermissionUpdates ?? false,
    },
  };
}

/**
 * Policies as the input of `updateTokenSecurityPolicies`. The mutation replaces the whole state, so every field is sent, except that
 * a caller who may not administer system tokens must send no system field at all; LogScale then leaves that policy alone.
 */
export function policiesToInput(policies: Policies, options: { readonly withSystem: boolean }): TokenSecurityPoliciesInput {
  const { personal, view, organization, system } = policies;
  return {
    personalUserTokensEnabled: personal.enabled,
    personalUserTokensEnforceExpirationAfterMs: personal.maximumLifetime,
    personalUserTokensEnforceIpFilterId: personal.ipFilter,
    viewPermissionTokensEnabled: view.enabled,
    viewPermissionTokensEnforceExpirationAfterMs: view.maximumLifetime,
    viewPermissionTokensEnforceIpFilterId: view.ipFilter,
    viewPermissionTokensAllowPermissionUpdates: view.allowPermissionUpdates,
    organizationPermissionTokensEnabled: organization.enabled,
    organizationPermissionTokensEnforceExpirationAfterMs: organization.maximumLifetime,
    organizationPermissionTokensEnforceIpFilterId: organization.ipFilter,
    organizationPermissionTokensAllowPermissionUpdates: organization.allowPermissionUpdates,
    ...(options.withSystem && {
      systemPermissionTokensEnabled: system.enabled,
      systemPermissionTokensEnforceExpirationAfterMs: system.maximumLifetime,
      systemPermissionTokensEnforceIpFilterId: system.ipFilter,
      systemPermissionTokensAllowPermissionUpdates: system.allowPermissionUpdates,
    }),
  };
}

/** Whether the input says anything about the system policy. When it does not, LogScale leaves that policy alone (assumed). */
export function namesSystemPolicy(input: TokenSecurityPoliciesInput): boolean {
  return (
    input.systemPermissionTokensEnabled != null ||
    input.systemPermissionTokensEnforceExpirationAfterMs != null ||
    input.systemPermissionTokensEnforceIpFilterId != null ||
    input.systemPermissionTokensAllowPermissionUpdates != null
  );
}

/** The policies that the input of `updateTokenSecurityPolicies` puts in force where `current` is in force now. */
export function policiesFromInput(input: TokenSecurityPoliciesInput, current: Policies): Policies {
  const system: KindPolicy = namesSystemPolicy(input)
    ? {
        // Documented: an omitted boolean keeps its value, an omitted maximum or filter is not enforced.
        enabled: input.systemPermissionTokensEnabled ?? current.system.enabled,
        maximumLifetime: input.systemPermissionTokensEnforceExpirationAfterMs ?? null,
        ipFilter: input.systemPermissionTokensEnforceIpFilterId ?? null,
        allowPermissionUpdates: input.systemPermissionTokensAllowPermissionUpdates ?? current.system.allowPermissionUpdates,
      }
    : current.system;
  return {
    personal: {
      enabled: input.personalUserTokensEnabled,
      maximumLifetime: input.personalUserTokensEnforceExpirationAfterMs ?? null,
      ipFilter: input.personalUserTokensEnforceIpFilterId ?? null,
      allowPermissionUpdates: false,
    },
    view: {
      enabled: input.viewPermissionTokensEnabled,
      maximumLifetime: input.viewPermissionTokensEnforceExpirationAfterMs ?? null,
      ipFilter: input.viewPermissionTokensEnforceIpFilterId ?? null,
      allowPermissionUpdates: input.viewPermissionTokensAllowPermissionUpdates,
    },
    organization: {
      enabled: input.organizationPermissionTokensEnabled,
      maximumLifetime: input.organizationPermissionTokensEnforceExpirationAfterMs ?? null,
      ipFilter: input.organizationPermissionTokensEnforceIpFilterId ?? null,
      allowPermissionUpdates: input.organizationPermissionTokensAllowPermissionUpdates,
    },
    system,
  };
}

/** Field of the contract's input that each value of a kind's policy travels in; errors of the server name these. */
export const policyInputFields = {
  personal: {
    enabled: "personalUserTokensEnabled",
    maximumLifetime: "personalUserTokensEnforceExpirationAfterMs",
    ipFilter: "personalUserTokensEnforceIpFilterId",
    allowPermissionUpdates: undefined,
  },
  view: policyFields("view"),
  organization: policyFields("organization"),
  system: policyFields("system"),
} as const satisfies Record<TokenKind, Record<keyof KindPolicy, keyof TokenSecurityPoliciesInput | undefined>>;

function policyFields<K extends ListableKind>(kind: K) {
  return {
    enabled: `${kind}PermissionTokensEnabled`,
    maximumLifetime: `${kind}PermissionTokensEnforceExpirationAfterMs`,
    ipFilter: `${kind}PermissionTokensEnforceIpFilterId`,
    allowPermissionUpdates: `${kind}PermissionTokensAllowPermissionUpdates`,
  } as const;
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
export function enforcedFilters(
  wire: PolicyPartsFragment,
): ReadonlyMap<string, { readonly id: string; readonly name: string; readonly ipFilter: string }> {
  const filters = [
    wire.personalUserTokensEnforceIpFilter,
    wire.viewPermissionTokensEnforceIpFilter,
    wire.organizationPermissionTokensEnforceIpFilter,
    wire.systemPermissionTokensEnforceIpFilter,
  ];
  return new Map(filters.flatMap((filter) => (filter ? [[filter.id, filter] as const] : [])));
}

/** How much of each kind a caller sees, from the extension's answer. */
export type Visibility = Readonly<Record<TokenKind, "complete" | "partial" | "hidden">>;

/** The visibility in which nothing is seen. */
export const nothingVisible: Visibility = perKind(() => "hidden");
