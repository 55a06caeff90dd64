import { enrolCommands, enrolmentString } from "#domain/install.ts";

import { ClientError } from "../errors.ts";
import type {
  FleetConfiguration__SortBy,
  FleetInstallationTokens__SortBy,
  MutationResolvers,
  QueryResolvers,
  Resolvers,
} from "../generated/resolvers.ts";
import {
  createConfiguration,
  deleteConfiguration,
  describeConfiguration,
  listConfigurations,
  publishConfiguration,
  renameConfiguration,
  saveDraft,
  type CollectorConfiguration,
  type ConfigurationOrder,
} from "../services/collectorConfigurations.ts";
import {
  assignFleetToken,
  createFleetToken,
  deleteFleetToken,
  findFleetToken,
  listFleetTokens,
  renameFleetToken,
  type FleetTokenOrder,
} from "../services/fleet.ts";
import { fleetJwt, isValidFleetJwt } from "../services/fleetJwt.ts";
import { listRange } from "../services/lists.ts";
import type { GraphqlContext } from "./context.ts";

const tokenOrders = {
  Name: "name",
  ConfigName: "configuration",
} as const satisfies Record<FleetInstallationTokens__SortBy, FleetTokenOrder>;

const configurationOrders = {
  Name: "name",
  ModifiedBy: "modified_by",
  // No collector enrols with this server, so all have none.
  Instances: "name",
  Size: "yaml_characters",
  LastModified: "modified_at",
} as const satisfies Record<FleetConfiguration__SortBy, ConfigurationOrder>;

/** The queries about fleet installation tokens and collector configurations. */
export const fleetQueries = {
  fleetInstallationToken: async (_, { id }, context) => (await findFleetToken(context, id)) ?? null,
  fleetInstallationTokens: async (_, _args, context) => [...(await listFleetTokens(context, "name", undefined)).rows],
  async searchFleetInstallationTokens(_, args, context) {
    const { total, rows } = await listFleetTokens(context, tokenOrders[args.sortBy ?? "Name"], listRange(args));
    return { totalResults: total, results: [...rows] };
  },
  validateToken: (_, { jwtToken }, context) => isValidFleetJwt(context, jwtToken),
  async logCollectorConfiguration(_, { id }, context) {
    const found = await context.loaders.collectorConfiguration(id);
    if (found !== undefined) return found;
    throw new ClientError("NOT_FOUND", "There is no such collector configuration; it may have been deleted.", { field: "id" });
  },
  async searchLogCollectorConfigurations(_, args, context) {
    const order = configurationOrders[args.sortBy ?? "Name"];
    const { total, rows } = await listConfigurations(context, args.searchFilter ?? null, order, listRange(args));
    return { totalResults: total, results: [...rows] };
  },
} satisfies Partial<QueryResolvers>;

/** The mutations on fleet installation tokens and collector configurations. */
export const fleetMutations = {
  createFleetInstallToken: async (_, { name, configId }, context) =>
    createFleetToken(context, await context.rights(), { name, configurationId: configId ?? null }, context.now),
  updateFleetInstallTokenName: (_, { token, name }, context) => renameFleetToken(context, token, name),
  updateFleetInstallTokenConfigId: (_, { token, configId }, context) => assignFleetToken(context, token, configId ?? null),
  async deleteFleetInstallToken(_, { token }, context) {
    await deleteFleetToken(context, token);
    return true;
  },
  createLogCollectorConfiguration: async (_, { name, draft }, context) =>
    createConfiguration(context, await context.rights(), { name, draft: draft ?? null }, context.now),
  updateDraftLogCollectorConfiguration: async (_, { id, draft }, context) =>
    saveDraft(context, await context.rights(), id, draft ?? null, context.now),
  publishLogCollectorConfiguration: async (_, { id, yaml, currentVersion }, context) =>
    publishConfiguration(context, await context.rights(), id, { yaml: yaml ?? null, currentVersion }, context.now),
  updateLogCollectorConfigurationName: async (_, { configId, name }, context) =>
    renameConfiguration(context, await context.rights(), configId, name, context.now),
  updateLogCollectorConfigurationDescription: async (_, { configId, description }, context) =>
    describeConfiguration(context, await context.rights(), configId, description ?? null, context.now),
  async deleteLogCollectorConfiguration(_, { configId, versionId }, context) {
    await deleteConfiguration(context, configId, versionId);
    return true;
  },
} satisfies Partial<MutationResolvers>;

async function textsOf(configuration: CollectorConfiguration, { loaders }: GraphqlContext) {
  return loaders.collectorTexts(configuration.id);
}

/** The types of fleet installation tokens and collector configurations. */
export const fleetTypes = {
  FleetInstallationToken: {
    token: ({ value }) => value,
    jwtToken: (token, _, { vault, publicUrl }) => fleetJwt(vault, token, publicUrl),
    assignedConfiguration: async ({ configurationId }, _, { loaders }) =>
      configurationId === null ? null : ((await loaders.collectorConfiguration(configurationId)) ?? null),
    installationCommands({ value }, _, { publicUrl }) {
      const { linux, macos, windows } = enrolCommands(enrolmentString({ token: value, url: publicUrl }));
      return { linuxCommand: linux, macosCommand: macos, windowsCommand: windows };
    },
  },
  LogCollectorConfiguration: {
    yaml: async (configuration, _, context) => (await textsOf(configuration, context))?.yaml ?? null,
    draft: async (configuration, _, context) => (await textsOf(configuration, context))?.draft ?? null,
    yamlCharactersCount: ({ yamlCharacters }) => yamlCharacters,
    modifiedAt: ({ modifiedAt }) => new Date(modifiedAt).toISOString(),
    draftModifiedAt: ({ draftModifiedAt }) => (draftModifiedAt === null ? null : new Date(draftModifiedAt).toISOString()),
    // No collector enrols with this server, so none runs a configuration or a test of one.
    instances: () => 0,
    isTestRunning: () => false,
  },
} satisfies Resolvers;
