import { useQueries, useQuery } from "@tanstack/react-query";

import { configurationsQuery, fleetRightsQuery, fleetTokensQuery } from "#web/fleet/queries.ts";
import { ingestRepositoriesQuery, ingestTokensQuery } from "#web/ingest/queries.ts";
import { collectorPlaces, fleetTokenPlaces, ingestPlaces, type Place } from "./places.ts";

/** Repositories whose ingest tokens are read for a search, each by a request of its own. */
const mostRepositories = 60;

/** Places shown at most of each sort. */
const most = 10;

/** What is found beside governed tokens, IP filters and pages: ingest and fleet tokens, and collector configurations. */
export interface FoundOthers {
  readonly places: readonly Place[];
  /** What was not searched, and why: a sentence each. */
  readonly unsearched: readonly string[];
  readonly searching: boolean;
}

/** Searches the lists that the server cannot search, once there is something to look for. */
export function useOthers(wanted: string): FoundOthers {
  const enabled = wanted !== "";
  const repositories = useQuery({ ...ingestRepositoriesQuery, enabled, retry: false });
  const readable = (repositories.data ?? []).filter(({ mayChange }) => mayChange).map(({ name }) => name);
  const searched = enabled ? readable.slice(0, mostRepositories) : [];
  const ingest = useQueries({
    queries: searched.map((name) => ({ ...ingestTokensQuery(name), retry: false })),
  });
  const rights = useQuery({ ...fleetRightsQuery, enabled, retry: false });
  const mayView = rights.data?.mayView === true;
  const fleet = useQuery({ ...fleetTokensQuery, enabled: enabled && mayView, retry: false });
  const configurations = useQuery({ ...configurationsQuery, enabled: enabled && mayView, retry: false });
  if (!enabled) return { places: [], unsearched: [], searching: false };

  const all = [repositories, rights, ...ingest, ...(mayView ? [fleet, configurations] : [])];
  const unread = ingest.filter(({ isError }) => isError).length;
  const left = (repositories.data?.length ?? 0) - searched.length + unread;
  return {
    places: [
      ...ingestPlaces(
        searched,
        ingest.flatMap(({ data }) => data ?? []),
        wanted,
        most,
      ),
      ...fleetTokenPlaces(fleet.data?.rows ?? [], wanted, most),
      ...collectorPlaces(configurations.data?.rows ?? [], wanted, most),
    ],
    unsearched: [
      ...(repositories.isError
        ? ["Ingest tokens could not be searched."]
        : left > 0
          ? [`The ingest tokens of ${left} ${left === 1 ? "repository were" : "repositories were"} not searched.`]
          : []),
      ...(rights.isError || fleet.isError || configurations.isError
        ? ["The fleet could not be searched."]
        : rights.data !== undefined && !mayView
          ? ["Fleet tokens and collector configurations are not shown to you."]
          : []),
    ],
    searching: all.some(({ isLoading }) => isLoading),
  };
}
