import type { MutationResolvers, QueryResolvers } from "../generated/resolvers.ts";
import { createIpFilter, deleteIpFilter, listIpFilters, updateIpFilter } from "../services/ipFilters.ts";

/** The query about IP filters. */
export const ipFilterQueries = {
  ipFilters: (_, _args, { db }) => listIpFilters(db),
} satisfies Partial<QueryResolvers>;

/** The mutations on IP filters. */
export const ipFilterMutations = {
  createIPFilter: (_, { input }, { db, now }) => createIpFilter(db, input, now),
  updateIPFilter: (_, { input: { id, name, ipFilter } }, { db }) =>
    updateIpFilter(db, id, { name: name ?? null, ipFilter: ipFilter ?? null }),
  async deleteIPFilter(_, { input: { id } }, { db }) {
    await deleteIpFilter(db, id);
    return true;
  },
} satisfies Partial<MutationResolvers>;
