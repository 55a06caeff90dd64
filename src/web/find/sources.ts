import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { visibleName } from "#domain/name.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { onOrganization } from "#domain/token/rights.ts";
import { failureOf } from "#web/api/failure.ts";
import { ipFiltersQuery, organizationQuery } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";
import { configurationsQuery, fleetTokensQuery, fleetRightsQuery } from "#web/fleet/queries.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { allIngestTokensQuery, ingestRepositoriesQuery } from "#web/ingest/queries.ts";
import { paths } from "#web/paths.ts";
import { holdingsQuery, kindRefusal } from "#web/permissions/holdings.ts";
import { seesRoles } from "#web/people/access/mayGive.ts";
import { groupsQuery } from "#web/people/groups/queries.ts";
import { usersQuery } from "#web/people/queries.ts";
import { rolesQuery } from "#web/people/roles/queries.ts";
import { placesQuery } from "#web/places/queries.ts";
import { pageRightsQuery } from "#web/shell/useMenu.ts";
import { useSession } from "#web/state/organization.tsx";

import type { FindRights } from "./entries.ts";
import { findTokensQuery } from "./findTokens.ts";
import {
  configurationPlaces,
  filterPlaces,
  fleetTokenPlaces,
  ingestPlaces,
  groupPlaces,
  personPlaces,
  rolePlaces,
  repositoryPlaces,
  type Place,
} from "./places.ts";
import { sourceOf, type Reach, type Source } from "./reach.ts";
import { mayBeFleetValue } from "./wanted.ts";

/** What was found by name, and how far the search reached. */
export interface FoundThings extends Reach {
  readonly places: readonly Place[];
  /** The fleet token whose value is what is looked for: it is to be taken out as a secret is. */
  readonly byValue: Place | undefined;
}

/**
 * Searches everything that has a name: what the server can search there, and the other lists here, which are read once there is something to
 * look for.
 */
export function useFound(wanted: string): FoundThings {
  const enabled = wanted !== "";
  const lists = { enabled, retry: false } as const;
  const fleetRights = useQuery({ ...fleetRightsQuery, ...lists });
  const mayView = fleetRights.data?.mayView;
  const fleet = useQuery({ ...fleetTokensQuery, ...lists, enabled: enabled && mayView === true });
  const configurations = useQuery({ ...configurationsQuery, ...lists, enabled: enabled && mayView === true });
  const repositories = useQuery({ ...placesQuery, ...lists });
  const ingest = useQuery({ ...allIngestTokensQuery, ...lists });
  const filters = useQuery({ ...ipFiltersQuery, ...lists });
  const people = useQuery({ ...usersQuery, ...lists });
  const groups = useQuery({ ...groupsQuery, ...lists });
  const roles = useQuery({ ...rolesQuery, ...lists });
  // A fleet token's value looks like an id. Where the caller may see values, it is held against them before anything is sent.
  const fleetSettled = mayView === false || fleetRights.isError || fleet.data !== undefined || fleet.isError;
  const handle = mayBeFleetValue(wanted) ? handleOf(wanted) : undefined;
  const owner = handle === undefined ? undefined : fleet.data?.rows.find((token) => token.handle === handle);
  const asks = enabled && owner === undefined && (handle === undefined || fleetSettled);
  const tokens = useQuery({ ...findTokensQuery(wanted), enabled: asks });

  const places = useMemo(
    () => [
      ...(tokens.data?.places ?? []),
      ...ingestPlaces(ingest.data?.tokens ?? [], wanted),
      ...fleetTokenPlaces(fleet.data?.rows ?? [], wanted),
      ...personPlaces(people.data?.users ?? [], wanted),
      ...groupPlaces(groups.data?.groups ?? [], wanted),
      ...rolePlaces(roles.data?.roles ?? [], wanted),
      ...repositoryPlaces(repositories.data?.places ?? [], wanted),
      ...filterPlaces(filters.data ?? [], wanted),
      ...configurationPlaces(configurations.data?.rows ?? [], wanted),
    ],
    [
      tokens.data,
      ingest.data,
      fleet.data,
      people.data,
      groups.data,
      roles.data,
      repositories.data,
      filters.data,
      configurations.data,
      wanted,
    ],
  );
  const noFleet = mayView === false ? ("hidden" as const) : undefined;
  const sources: readonly Source[] = [
    sourceOf("API tokens", tokens),
    sourceOf("IP filters", filters, hiddenWhereRefused(filters)),
    sourceOf("Users", people, hiddenWhereRefused(people)),
    sourceOf("Groups", groups, hiddenWhereRefused(groups)),
    sourceOf("Roles", roles, hiddenWhereRefused(roles)),
    sourceOf("Repositories with their views", repositories),
    sourceOf("Ingest tokens", ingest),
    sourceOf("Fleet tokens", mayView === undefined ? fleetRights : fleet, noFleet, fleet.data?.steady === false),
    sourceOf(
      "Collector configurations",
      mayView === undefined ? fleetRights : configurations,
      noFleet,
      configurations.data?.steady === false,
    ),
  ];
  return {
    places,
    byValue: owner && {
      group: "Fleet tokens",
      label: visibleName(owner.name),
      detail: "The token with the value that was taken out",
      leads: { to: paths.fleetToken(owner.handle) },
      rank: 0,
    },
    sources,
    personal: tokens.data?.personalToo !== false,
    moreTokens: tokens.data?.more ?? 0,
    unknownTokens: tokens.data?.unknown ?? 0,
    unreadRepositories: ingest.data?.failed.length ?? 0,
    closedRepositories: ingest.data?.unreadable ?? 0,
  };
}

/** That a list is not shown to the caller, where the server refused it. */
function hiddenWhereRefused({ isError, error }: { readonly isError: boolean; readonly error: unknown }) {
  return isError && failureOf(error).kind === "refused" ? ("hidden" as const) : undefined;
}

/** What the caller may do, as far as it is known. */
export function useFindRights(): FindRights {
  const session = useSession();
  const pages = useQuery({ ...pageRightsQuery, retry: false }).data;
  const organization = useQuery({ ...organizationQuery, retry: false }).data;
  const fleet = useQuery({ ...fleetRightsQuery, retry: false }).data;
  const holdings = useQuery({ ...holdingsQuery, retry: false }).data;
  const repositories = useQuery({ ...ingestRepositoriesQuery, retry: false }).data;
  const isUser = session.user !== undefined;
  return {
    createToken:
      holdings === undefined
        ? {}
        : Object.fromEntries(tokenKinds.map((kind) => [kind, kindRefusal(holdings, kind, isUser) === undefined])),
    createRepository: session.backend === "gateway" ? false : holdings && onOrganization(holdings, "CreateRepository") !== false,
    createIngestToken: repositories?.some(({ mayChange }) => mayChange),
    changeIpFilters: organization?.mayChangeIpFilters,
    viewPeople: pages?.people,
    // Those of a cluster are created in LogScale itself.
    createUser: session.backend === "gateway" ? false : pages?.people,
    viewRoles: holdings && seesRoles(holdings),
    changeRoles:
      session.backend === "gateway" ? false : holdings && onOrganization(holdings, "ChangeOrganizationPermissions") !== false,
    viewFleet: pages?.fleet,
    changeFleet: fleet?.mayChange,
    viewPolicies: pages?.policies,
    viewIpFilters: pages?.ipFilters,
    recordsUse: offers(session, "tokenUse"),
  };
}
