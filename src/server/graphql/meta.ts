import type { FeatureFlag, MutationResolvers, QueryResolvers, Resolvers } from "#server/generated/resolvers.ts";
import { disableFeature, enableFeature } from "#server/services/featureFlags.ts";
import { organizationId } from "#server/store/schema.ts";
import { logscaleVersion } from "#server/version.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";

/** The feature flags that are on, in the order of the schema. */
export async function enabledFeatures({ loaders, featureFlags }: GraphqlContext): Promise<FeatureFlag[]> {
  const enabled = await loaders.featureFlags();
  return featureFlags.filter((flag) => enabled.has(flag));
}

/** The queries about the installation. */
export const metaQueries = {
  meta: () => ({}),
  async featureFlags(_, { enabledInScopeFilter }, context) {
    const enabled = await context.loaders.featureFlags();
    // Flags are on for the whole installation or not at all; there are none of an organization or a user.
    const wanted = context.featureFlags.filter((flag) => {
      switch (enabledInScopeFilter) {
        case null:
        case undefined:
          return true;
        case "GlobalScope":
          return enabled.has(flag);
        case "Disabled":
          return !enabled.has(flag);
        case "OrganizationScope":
        case "UserScope":
          return false;
        default:
          return enabledInScopeFilter satisfies never;
      }
    });
    return wanted.map((flag) => ({ flag }));
  },
} satisfies Partial<QueryResolvers>;

/** The mutations on feature flags. */
export const metaMutations = {
  async enableFeature(_, { feature }, { mutate }) {
    await enableFeature(mutate, feature);
    return true;
  },
  async resetFeature(_, { feature }, { mutate }) {
    // Without anybody's doing all are off.
    await disableFeature(mutate, feature);
    return true;
  },
  async disableFeature(_, { feature }, { mutate }) {
    await disableFeature(mutate, feature);
    return true;
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

/** What the installation says of functions of LogScale that the embedded server does not have. */
const absentFunctions = {
  falconDataConnectorUrl: () => null,
  regions: () => [],
  awsRegions: () => [],
  ingestFeedAwsRoleArn: () => null,
  sharedDashboardsEnabled: () => false,
  globalAllowListEmailActionsEnabled: () => false,
  isAutomaticUpdateCheckingEnabled: () => false,
  organizationMultiMode: () => false,
  sandboxesEnabled: () => false,
  externalGroupSynchronization: () => false,
  allowActionsNotUseProxy: () => false,
  isUsingSmtp: () => false,
  isPendingUsersEnabled: () => false,
  scheduledSearchMaxBackfillLimit: () => null,
  isExternalManaged: () => false,
  isApiExplorerEnabled: () => false,
  isScheduledReportEnabled: () => false,
  eulaUrl: () => "",
  deleteBackupAfter: () => 0,
  maxCsvFileUploadSizeBytes: () => 0,
  maxJsonFileUploadSizeBytes: () => 0,
};

/** The types that describe the installation. */
export const metaTypes = {
  HumioMetadata: {
    isFeatureFlagEnabled: async (_, { feature }, context) => (await context.loaders.featureFlags()).has(feature),
    externalPermissions: () => false,
    version: () => logscaleVersion,
    isClusterBeingUpdated: () => false,
    minimumNodeVersion: () => logscaleVersion,
    environment: () => "ON_PREM" as const,
    // There is one organization and one cluster to it, so the one's id serves for the other.
    clusterId: () => organizationId,
    personalUserTokensEnabled: async (_, _args, { loaders }) => (await loaders.policies()).personal.enabled,
    ...absentFunctions,
    organizationMode: () => "Single" as const,
    // People sign in by tokens and links; there is no identity provider.
    authenticationMethod: () => ({ __typename: "NoAuthentication" as const, name: "No identity provider" }),
    awsIngestFeedsConfigurationStatus: () => ({ isConfigured: false }),
    ingestFeedConfigurations: () => ({}),
  },
  IngestFeedConfiguration: {
    AzureEventHubs: () => ({ isAuthConfigured: false, AuthConfiguration: "NotConfigured" as const }),
    AwsS3SQS: () => ({ isAuthConfigured: false }),
  },
  FeatureFlagV2: {
    // The names are all that is published about them.
    description: ({ flag }) => flag.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, " "),
    experimental: () => false,
  },
} satisfies Resolvers;
