import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo, type ReactNode } from "react";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { filtersOf, ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import type { Session } from "#web/api/session.ts";
import { distinctNames } from "#web/ui/distinctNames.ts";

/** Gives the name of an IP filter by id; the id itself where the name is not known. */
export type FilterName = (id: string) => string;

/** What every page below the shell may rely on: who is signed in to what, and what its IP filters are called. */
export interface Organization {
  readonly session: Session;
  /** Whether a LogScale cluster stands behind the server, which judges by the gateway's address. */
  readonly gateway: boolean;
  /** The IP filters by id, as far as a page has read them. One in force that the list does not hold is here all the same. */
  readonly filters: ReadonlyMap<string, IpFilter>;
  readonly filterName: FilterName;
}

const OrganizationContext = createContext<Organization | undefined>(undefined);

/** Stands around everything that is there for somebody who is signed in. Reads nothing itself: a page asks for the filters it needs. */
export function OrganizationProvider({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  const inForce = useQuery({ ...policiesQuery, enabled: false }).data?.filters;
  const listed = useQuery({ ...ipFiltersQuery, enabled: false }).data;
  const filters = useMemo(() => filtersOf(inForce, listed), [inForce, listed]);
  const organization = useMemo((): Organization => {
    const names = distinctNames(filters.values());
    return { session, gateway: session.backend === "gateway", filters, filterName: (id) => names.get(id) ?? id };
  }, [session, filters]);
  return <OrganizationContext value={organization}>{children}</OrganizationContext>;
}

/** The organization that the page belongs to. */
export function useOrganization(): Organization {
  const organization = useContext(OrganizationContext);
  if (organization === undefined) throw new Error("This is shown to whoever is signed in, below the organization's provider.");
  return organization;
}

/** Who is signed in, and to what. */
export function useSession(): Session {
  return useOrganization().session;
}
