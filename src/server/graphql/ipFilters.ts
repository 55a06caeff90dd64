import type { MutationResolvers, QueryResolvers } from "../generated/resolvers.ts";
import { createIpFilter, deleteIpFilter, listIpFilters, updateIpFilter } from "../services/ipFilters.ts";
import type { MutationContext } from "./context.ts";

/** The query about IP filters. */
export const ipFilterQueries = {
  ipFilters: (_, _args, { db }) => listIpFilters(db),
} satisfies Partial<QueryResolvers>;

/** The mutations on IP filters. */
export const ipFilterMutations = {
  createIPFilter: (_, { input }, { mutate }) => createIpFilter(mutate, input),
  updateIPFilter: (_, { input: { id, name, ipFilter } }, { mutate }) =>
    updateIpFilter(mutate, id, { name: name ?? null, ipFilter: ipFilter ?? null }),
  async deleteIPFilter(_, { input: { id } }, { mutate }) {
    await deleteIpFilter(mutate, id);
    return true;
  },
} satisfies Partial<MutationResolvers<MutationContext>>;
