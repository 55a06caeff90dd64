import { includes } from "#server/access/permissions.ts";
import type { SearchDomainRow } from "#server/store/schema.ts";
import type { GraphqlContext } from "./context.ts";

/** The search domains that the caller can reach, by name. */
export async function reachableSearchDomains({ rights, loaders }: GraphqlContext): Promise<SearchDomainRow[]> {
  const { reach } = await rights();
  return [...(await loaders.searchDomains()).values()].filter(({ id }) => includes(reach, id));
}
