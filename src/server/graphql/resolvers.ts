import type { MutationResolvers, QueryResolvers, Resolvers } from "#server/generated/resolvers.ts";
import type { MutationContext } from "./context.ts";
import { fleetMutations, fleetQueries, fleetTypes } from "./fleet.ts";
import { groupMutations, groupQueries, groupTypes } from "./groups.ts";
import { ingestMutations, ingestTypes } from "./ingest.ts";
import { ipFilterMutations, ipFilterQueries } from "./ipFilters.ts";
import { metaMutations, metaQueries, metaTypes } from "./meta.ts";
import { organizationMutations, organizationQueries, organizationTypes } from "./organization.ts";
import { policyMutations, policyTypes } from "./policies.ts";
import { searchDomainMutations, searchDomainQueries, searchDomainTypes } from "./searchDomains.ts";
import { sessionMutations, sessionQueries, sessionTypes } from "./sessions.ts";
import { tokenMutations, tokenQueries, tokenTypes } from "./tokens.ts";
import { userMutations, userQueries, userTypes } from "./users.ts";

/** Every query of the contract; the compiler names one that is missing. */
export const queries = {
  ...organizationQueries,
  ...metaQueries,
  ...searchDomainQueries,
  ...userQueries,
  ...groupQueries,
  ...sessionQueries,
  ...ipFilterQueries,
  ...tokenQueries,
  ...fleetQueries,
} satisfies Required<Omit<QueryResolvers, "__isTypeOf">>;

/** Every mutation of the contract; the compiler names one that is missing. */
export const mutations = {
  ...organizationMutations,
  ...policyMutations,
  ...metaMutations,
  ...searchDomainMutations,
  ...userMutations,
  ...groupMutations,
  ...sessionMutations,
  ...ipFilterMutations,
  ...tokenMutations,
  ...ingestMutations,
  ...fleetMutations,
} satisfies Required<Omit<MutationResolvers<MutationContext>, "__isTypeOf">>;

/** The fields of object types that are not plain columns of what their parent hands on. */
export const types = {
  ...organizationTypes,
  ...policyTypes,
  ...metaTypes,
  ...searchDomainTypes,
  ...userTypes,
  ...groupTypes,
  ...sessionTypes,
  ...tokenTypes,
  ...ingestTypes,
  ...fleetTypes,
} satisfies Resolvers;
