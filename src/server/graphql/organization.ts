import type { MutationResolvers, QueryResolvers, Resolvers } from "#server/generated/resolvers.ts";
import { setOrganizationOwner } from "#server/services/users.ts";
import { allowsOrganizationAction } from "./actions.ts";
import type { MutationContext } from "./context.ts";
import { reachableSearchDomains } from "./reach.ts";

/** The query about the organization. */
export const organizationQueries = {
  organization: (_, _args, { loaders }) => loaders.organization(),
} satisfies Partial<QueryResolvers>;

export const organizationMutations = {
  async updateOrganizationRoot(_, { userId, organizationRoot }, { mutate, loaders }) {
    await setOrganizationOwner(mutate, userId, organizationRoot);
    return loaders.organization();
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

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
} satisfies Resolvers;
