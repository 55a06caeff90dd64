import { enrolCommands, enrolmentString } from "#domain/print/install.ts";
import { handleOf } from "#logscale/fleetHandle.ts";

import { ClientError } from "#server/errors.ts";
import type {
  FleetConfiguration__SortBy,
  FleetInstallationTokens__SortBy,
  MutationResolvers,
  QueryResolvers,
  Resolvers,
} from "#server/generated/resolvers.ts";
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
} from "#server/services/collectorConfigurations.ts";
import {
  assignFleetToken,
  createFleetToken,
  deleteFleetToken,
  findFleetToken,
  findFleetTokenByHandle,
  listFleetTokens,
  regenerateFleetToken,
  renameFleetToken,
  type FleetTokenOrder,
} from "#server/services/fleet.ts";
import { isValidFleetJwt } from "#server/services/fleetJwt.ts";
import { listRange } from "#server/services/lists.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";
import { wirePage } from "./pages.ts";

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
  // No token is any better than another here.
  defaultFleetInstallationToken: () => null,
  fleetInstallationToken: async (_, { id }, context) => (await findFleetToken(context, id)) ?? null,
  fleetInstallationTokenByHandle: async (_, { handle }, context) => (await findFleetTokenByHandle(context, handle)) ?? null,
  fleetInstallationTokens: async (_, _args, context) => [...(await context.loaders.fleetTokens())],
  async searchFleetInstallationTokens(_, args, context) {
    return wirePage(await listFleetTokens(context, tokenOrders[args.sortBy ?? "Name"], listRange(args)));
  },
  validateToken: (_, { jwtToken }, context) => isValidFleetJwt(context, jwtToken),
  async logCollectorConfiguration(_, { id }, context) {
    const found = await context.loaders.collectorConfiguration(id);
    if (found !== undefined) return found;
    throw new ClientError("NOT_FOUND", "There is no such collector configuration; it may have been deleted.", { field: "id" });
  },
  async searchLogCollectorConfigurations(_, args, context) {
    const order = configurationOrders[args.sortBy ?? "Name"];
    return wirePage(await listConfigurations(context, args.searchFilter ?? null, order, listRange(args)));
  },
} satisfies Partial<QueryResolvers>;

/** The mutations on fleet installation tokens and collector configurations. */
export const fleetMutations = {
  async createFleetInstallToken(_, { name, configId }, { mutate, vault, revealed }) {
    const token = await createFleetToken(mutate, vault, { name, configurationId: configId ?? null });
    revealed.made(token.id);
    return token;
  },
  updateFleetInstallTokenName: (_, { token, name }, { mutate, vault }) => renameFleetToken(mutate, vault, token, name),
  updateFleetInstallTokenConfigId: (_, { token, configId }, { mutate, vault }) =>
    assignFleetToken(mutate, vault, token, configId ?? null),
  async regenerateFleetInstallToken(_, { token }, { mutate, vault, revealed }) {
    const regenerated = await regenerateFleetToken(mutate, vault, token);
    revealed.made(regenerated.id);
    return regenerated;
  },
  async deleteFleetInstallToken(_, { token }, { mutate, vault }) {
    await deleteFleetToken(mutate, vault, token);
    return true;
  },
  createLogCollectorConfiguration: (_, { name, draft }, { mutate, vault }) =>
    createConfiguration(mutate, vault, { name, draft: draft ?? null }),
  updateDraftLogCollectorConfiguration: (_, { id, draft }, { mutate, vault }) => saveDraft(mutate, vault, id, draft ?? null),
  publishLogCollectorConfiguration: (_, { id, yaml, currentVersion }, { mutate, vault }) =>
    publishConfiguration(mutate, vault, id, { yaml: yaml ?? null, currentVersion }),
  updateLogCollectorConfigurationName: (_, { configId, name }, { mutate }) => renameConfiguration(mutate, configId, name),
  updateLogCollectorConfigurationDescription: (_, { configId, description }, { mutate }) =>
    describeConfiguration(mutate, configId, description ?? null),
  async deleteLogCollectorConfiguration(_, { configId, versionId }, { mutate }) {
    await deleteConfiguration(mutate, configId, versionId);
    return true;
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

async function textsOf(configuration: CollectorConfiguration, { loaders, revealed }: GraphqlContext) {
  revealed.confide();
  return loaders.collectorTexts(configuration.id);
}

/** The types of fleet installation tokens and collector configurations. */
export const fleetTypes = {
  FleetInstallationToken: {
    expiresAt: () => null,
    handle: ({ value }) => handleOf(value),
    token(token, _, { revealed }) {
      revealed.note("fleetToken", token);
      return token.value;
    },
    jwtToken(token, _, { loaders, revealed }) {
      revealed.note("fleetToken", token);
      return loaders.fleetJwt(token);
    },
    assignedConfiguration: async ({ configurationId }, _, { loaders }) =>
      configurationId === null ? null : ((await loaders.collectorConfiguration(configurationId)) ?? null),
    installationCommands(token, _, { publicUrl, revealed }) {
      revealed.note("fleetToken", token);
      const { value } = token;
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
