import type { TokenKind } from "#domain/token/kinds.ts";

import { ClientError } from "#server/errors.ts";
import type {
  MutationResolvers,
  QueryResolvers,
  Resolvers,
  TokenSecurityPoliciesResolvers,
} from "#server/generated/resolvers.ts";
import { applyPolicies } from "#server/services/policies.ts";
import { setOrganizationOwner } from "#server/services/users.ts";
import { allowsOrganizationAction, seesPolicies } from "./actions.ts";
import type { MutationContext } from "./context.ts";
import { reachableSearchDomains } from "./searchDomains.ts";

/** The query about the organization. */
export const organizationQueries = {
  organization: (_, _args, { loaders }) => loaders.organization(),
} satisfies Partial<QueryResolvers>;

/** The mutations on the organization. */
export const organizationMutations = {
  async updateTokenSecurityPolicies(_, { input }, { mutate, planCheck, log, loaders }) {
    const { by, differences, counts } = await applyPolicies(mutate, input, planCheck);
    log.info({ by, differences, counts }, "Token security policies were changed");
    return loaders.organization();
  },
  async updateOrganizationRoot(_, { userId, organizationRoot }, { mutate, loaders }) {
    await setOrganizationOwner(mutate, userId, organizationRoot);
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

/** The types that make up the organization. An embedded server has no contract, no usage and no limits, and says so. */
export const organizationTypes = {
  Organization: {
    readonlyDashboardIPFilter: (row) => row.readonlyDashboardIpFilter,
    details: () => ({}),
    stats: () => ({}),
    configs: (row) => row,
    async searchDomains(_, _args, context) {
      return reachableSearchDomains(context);
    },
    publicUrl: (_, _args, { publicUrl }) => publicUrl,
    ingestUrl: (_, _args, { publicUrl }) => publicUrl,
    isActionAllowed: async (_, { action }, { rights }) => allowsOrganizationAction(await rights(), action),
    limits: () => [],
    limitsV2: () => [],
    externalPermissions: () => false,
    externalGroupSynchronization: () => false,
    defaultCachePolicy: () => null,
  },
  OrganizationDetails: {
    notes: () => "",
    industry: () => "",
    useCases: () => [],
    subscription: () => "Unknown" as const,
    trialEndDate: () => null,
    limits: () => ({
      dailyIngest: 0,
      retention: 0,
      users: 0,
      licenseExpirationDate: null,
      allowSelfService: false,
      lastSyncDate: null,
      missingContract: null,
      contractVersion: "Unknown" as const,
    }),
    country: () => "",
    iocAccess: () => null,
  },
  OrganizationStats: {
    dataVolumeCompressed: () => 0,
    dataVolume: () => 0,
    dailyIngest: () => 0,
    userCount: (_, _args, { loaders }) => loaders.userCount(),
  },
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
