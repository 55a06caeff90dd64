import type { MutationResolvers, QueryResolvers } from "#server/generated/resolvers.ts";
import { createIpFilter, deleteIpFilter, updateIpFilter } from "#server/services/ipFilters.ts";
import type { MutationContext } from "./context.ts";

/** The query about IP filters. */
export const ipFilterQueries = {
  ipFilters: async (_, _args, { loaders }) => [...(await loaders.ipFilters()).values()],
} satisfies Partial<QueryResolvers>;

export const ipFilterMutations = {
  createIPFilter: (_, { input }, { mutate }) => createIpFilter(mutate, input),
  updateIPFilter: (_, { input: { id, name, ipFilter } }, { mutate }) =>
    updateIpFilter(mutate, id, { name: name ?? null, ipFilter: ipFilter ?? null }),
  async deleteIPFilter(_, { input: { id } }, { mutate }) {
    await deleteIpFilter(mutate, id);
    return true;
  },
} satisfies Partial<MutationResolvers<MutationContext>>;
