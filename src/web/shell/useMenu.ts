import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { PageRightsDocument } from "#logscale/generated/menu.ts";
import { call } from "#web/api/client.ts";
import { visibilityQuery } from "#web/api/queries.ts";
import { ingestRepositoriesKey } from "#web/ingest/keys.ts";

import { menuFor, type MenuSection } from "./menu.ts";

/** Which pages the caller may see. Where it cannot be read, all of them are there, and say so themselves. */
export const pageRightsQuery = queryOptions({
  queryKey: ["page-rights"],
  queryFn: async ({ signal }) => {
    const { organization } = await call(PageRightsDocument, {}, { signal });
    return {
      policies: organization.mayViewPolicies,
      ipFilters: organization.mayViewIpFilters,
      people: organization.mayViewUsers,
      // Who changes the fleet sees it: LogScale has a right of its own for each.
      fleet: organization.mayViewFleet || organization.mayChangeFleet,
    };
  },
});

/** The pages of the menu for whoever is signed in. */
export function useMenu(): readonly MenuSection[] {
  const pages = useQuery(pageRightsQuery).data;
  const visibility = useQuery(visibilityQuery).data;
  // Read by the pages that need it: it has a row for each repository.
  const { data: repositories } = useQuery<readonly { readonly mayChange: boolean }[]>({
    queryKey: ingestRepositoriesKey,
    queryFn: skipToken,
  });
  const ingest = repositories?.some(({ mayChange }) => mayChange);
  return useMemo(() => menuFor({ ...pages, visibility, ingest }), [pages, visibility, ingest]);
}
