import { day } from "#domain/duration.ts";
import { mayViewUsersOf } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import type { MutationResolvers, QueryResolvers, Resolvers } from "#server/generated/resolvers.ts";
import { createRepository, createView, deleteSearchDomain } from "#server/services/searchDomains.ts";
import {
  refuseArchiving,
  rename,
  setAutomaticSearch,
  setConnections,
  setDescription,
  setRetention,
} from "#server/services/searchDomainChanges.ts";
import type { SearchDomainRow } from "#server/store/schema.ts";
import { allowedViewActions, allowsViewAction } from "./actions.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";
import { ingestRepositoryFields } from "./ingestRepository.ts";
import { holdersIn, usersOf } from "./people.ts";
import { reachableSearchDomains } from "./reach.ts";

async function byName(
  context: GraphqlContext,
  name: string,
  type: SearchDomainRow["type"] | undefined,
): Promise<SearchDomainRow> {
  const found = (await reachableSearchDomains(context)).find(
    (candidate) => candidate.name === name && (type === undefined || candidate.type === type),
  );
  if (found !== undefined) return found;
  const what = type === undefined ? "repository or view" : type;
  throw new ClientError("NOT_FOUND", `There is no such ${what}, or you have no access to it.`, { field: "name" });
}

/** The queries about repositories and views. `includeHidden` and `includeSandboxes` change nothing: there are no such ones here. */
export const searchDomainQueries = {
  searchDomains: (_, _args, context) => reachableSearchDomains(context),
  searchDomain: (_, { name }, context) => byName(context, name, undefined),
  repositories: async (_, _args, context) => (await reachableSearchDomains(context)).filter(({ type }) => type === "repository"),
  repository: (_, { name }, context) => byName(context, name, "repository"),
} satisfies Partial<QueryResolvers>;

/** The mutations on repositories and views. */
export const searchDomainMutations = {
  async createRepository(_, args, { mutate, shown }) {
    const request = {
      name: args.name,
      description: args.description ?? null,
      retentionInMillis: args.retentionInMillis ?? null,
      retentionInIngestSizeBytes: args.retentionInIngestSizeBytes ?? null,
      retentionInStorageSizeBytes: args.retentionInStorageSizeBytes ?? null,
    };
    const repository = await createRepository(mutate, request);
    shown.add(repository.id);
    return { repository };
  },
  async updateDescriptionForSearchDomain(_, { name, newDescription }, { mutate }) {
    await setDescription(mutate, name, newDescription);
    return { description: newDescription };
  },
  async renameSearchDomain(_, { name, renameTo }, { mutate, shown }) {
    const domain = await rename(mutate, name, renameTo);
    shown.add(domain.id);
    return domain;
  },
  async setAutomaticSearching(_, { name, automaticSearch }, { mutate }) {
    await setAutomaticSearch(mutate, name, automaticSearch);
    return { automaticSearch };
  },
  async updateRetention(_, args, { mutate, shown }) {
    const { timeBasedRetention: time, ingestSizeBasedRetention: ingest, storageSizeBasedRetention: storage } = args;
    if (args.timeBasedBackupRetention != null) {
      throw new ClientError("BAD_INPUT", "The embedded server keeps no backups of events.", {
        field: "timeBasedBackupRetention",
      });
    }
    const repository = await setRetention(mutate, args.repositoryName, {
      ...(time !== undefined && { retentionInMillis: unscaled(time, day) }),
      ...(ingest !== undefined && { retentionInIngestSizeBytes: unscaled(ingest, gigabyte) }),
      ...(storage !== undefined && { retentionInStorageSizeBytes: unscaled(storage, gigabyte) }),
    });
    shown.add(repository.id);
    return { repository };
  },
  async updateView(_, { viewName, connections }, { mutate, shown }) {
    const view = await setConnections(mutate, viewName, connections);
    shown.add(view.id);
    return view;
  },
  s3ConfigureArchiving: (_, { repositoryName }, { mutate }) => refuseArchiving(mutate, repositoryName),
  s3DisableArchiving: (_, { repositoryName }, { mutate }) => refuseArchiving(mutate, repositoryName),
  s3EnableArchiving: (_, { repositoryName }, { mutate }) => refuseArchiving(mutate, repositoryName),
  async createView(_, { name, description, connections, federatedViews, isFederated }, { mutate, shown }) {
    if (isFederated === true || (federatedViews?.length ?? 0) > 0) {
      throw new ClientError("BAD_INPUT", "The embedded server has no federated views.", { field: "isFederated" });
    }
    const request = { name, description: description ?? null, connections: connections ?? [] };
    const view = await createView(mutate, request);
    shown.add(view.id);
    return view;
  },
  async deleteSearchDomain(_, { name, deleteMessage }, { mutate }) {
    await deleteSearchDomain(mutate, name, deleteMessage ?? null);
    return { result: true };
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

const searchDomainFields = {
  deletedDate: () => null,
  isStarred: () => false,
  async users(domain: SearchDomainRow, _: object, context: GraphqlContext) {
    if (!mayViewUsersOf(await context.rights(), domain.id)) throw new ClientError("NOT_ALLOWED", "View users not allowed");
    return usersOf(await holdersIn(domain.id, context), context);
  },
  isActionAllowed: async (
    domain: SearchDomainRow,
    args: { action: Parameters<typeof allowsViewAction>[2] },
    context: GraphqlContext,
  ) => allowsViewAction(await context.rights(), domain.id, args.action),
  allowedViewActions: async (domain: SearchDomainRow, _: object, context: GraphqlContext) =>
    allowedViewActions(await context.rights(), domain.id),
};

/** Bytes in one of the gigabytes that LogScale counts retention by size in. */
const gigabyte = 1_000_000_000;

/** The types of repositories and views. */
export const searchDomainTypes = {
  Repository: {
    ...searchDomainFields,
    ...ingestRepositoryFields,
    type: ({ isSystem }) => (isSystem ? "SYSTEM" : "DEFAULT"),
    dataType: () => "ANYDATA" as const,
    // In days and gigabytes, as LogScale's clients read them.
    timeBasedRetention: ({ retentionInMillis }) => scaled(retentionInMillis, day),
    ingestSizeBasedRetention: ({ retentionInIngestSizeBytes }) => scaled(retentionInIngestSizeBytes, gigabyte),
    storageSizeBasedRetention: ({ retentionInStorageSizeBytes }) => scaled(retentionInStorageSizeBytes, gigabyte),
    timeBasedBackupRetention: () => null,
    // Events are counted and not kept, so they take no room.
    compressedByteSize: () => 0,
    uncompressedByteSize: () => 0,
    s3ArchivingConfiguration: () => null,
  },
  View: {
    ...searchDomainFields,
    isFederated: () => false,
    connectionCount: async (view, _, { loaders }) => (await loaders.connections()).get(view.id)?.length ?? 0,
    connections: async (view, _, { loaders }) => [...((await loaders.connections()).get(view.id) ?? [])],
  },
  ViewConnection: {
    async repository({ repositoryId }, _, { loaders }) {
      const repository = (await loaders.searchDomains()).get(repositoryId);
      if (repository === undefined) throw new ClientError("NOT_FOUND", "The repository of this view was deleted meanwhile.");
      return repository;
    },
  },
} satisfies Resolvers;

/** As whole ms or bytes; null stays. */
function unscaled(value: number | null, unit: number): number | null {
  return value === null ? null : Math.round(value * unit);
}

function scaled(value: number | null, unit: number): number | null {
  return value === null ? null : value / unit;
}
