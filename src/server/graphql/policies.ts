import type { TokenKind } from "#domain/token/kinds.ts";

import { ClientError } from "#server/errors.ts";
import type { MutationResolvers, Resolvers, TokenSecurityPoliciesResolvers } from "#server/generated/resolvers.ts";
import { applyPolicies } from "#server/services/applyPolicies.ts";
import { seesPolicies } from "./actions.ts";
import type { MutationContext } from "./context.ts";

/** The mutation on the token security policies. */
export const policyMutations = {
  async updateTokenSecurityPolicies(_, { input }, { mutate, planCheck, log, loaders }) {
    const { by, differences, counts } = await applyPolicies(mutate, input, planCheck);
    log.info({ by, differences, counts }, "Token security policies were changed");
    return loaders.organization();
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

type PolicyResolver = NonNullable<TokenSecurityPoliciesResolvers["personalUserTokensEnforceIpFilter"]>;

function enforcedFilter(kind: TokenKind): PolicyResolver {
  return async (policies, _, { loaders }) => {
    const id = policies[kind].ipFilter;
    return id === null ? null : ((await loaders.ipFilters()).get(id) ?? null);
  };
}

/** The types about the token security policies. */
export const policyTypes = {
  OrganizationConfigs: {
    async tokens(_, _args, { rights, loaders }) {
      if (!seesPolicies(await rights())) throw new ClientError("NOT_ALLOWED", "View security policies not allowed");
      return loaders.policies();
    },
  },
  TokenSecurityPolicies: {
    personalUserTokensEnabled: ({ personal }) => personal.enabled,
    personalUserTokensEnforceExpirationAfterMs: ({ personal }) => personal.maximumLifetime,
    personalUserTokensEnforceIpFilter: enforcedFilter("personal"),
    viewPermissionTokensEnabled: ({ view }) => view.enabled,
    viewPermissionTokensEnforceExpirationAfterMs: ({ view }) => view.maximumLifetime,
    viewPermissionTokensEnforceIpFilter: enforcedFilter("view"),
    viewPermissionTokensAllowPermissionUpdates: ({ view }) => view.allowPermissionUpdates,
    organizationPermissionTokensEnabled: ({ organization }) => organization.enabled,
    organizationPermissionTokensEnforceExpirationAfterMs: ({ organization }) => organization.maximumLifetime,
    organizationPermissionTokensEnforceIpFilter: enforcedFilter("organization"),
    organizationPermissionTokensAllowPermissionUpdates: ({ organization }) => organization.allowPermissionUpdates,
    systemPermissionTokensEnabled: ({ system }) => system.enabled,
    systemPermissionTokensEnforceExpirationAfterMs: ({ system }) => system.maximumLifetime,
    systemPermissionTokensEnforceIpFilter: enforcedFilter("system"),
    systemPermissionTokensAllowPermissionUpdates: ({ system }) => system.allowPermissionUpdates,
  },
} satisfies Resolvers;
