import { queryOptions, type QueryClient } from "@tanstack/react-query";

import type { CollectorConfigurationPartsFragment } from "#logscale/generated/graphql.ts";
import { FleetRightsDocument } from "#logscale/generated/fleet.ts";
import {
  fleetFactsFromWire,
  readFleetTokens,
  type AllFleetTokens,
  type FleetTokenFacts,
  type WholeList,
} from "#logscale/readFleetTokens.ts";
import { call, serverNow } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { loadPages, type LoadedPages } from "#logscale/pages.ts";
import { sessionOf } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";

import { handlesOf } from "./handles.ts";

/** A collector configuration without its texts. Times are ms since epoch. */
export interface Configuration {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** How often it was published; 0 when never. */
  readonly version: number;
  /** Characters of the published text. */
  readonly size: number;
  readonly modifiedAt: number;
  readonly modifiedBy: string;
  /** Null when there is no draft. */
  readonly draftModifiedAt: number | null;
}

/** A collector configuration with its texts, which may name tokens. */
export interface ConfigurationTexts extends Configuration {
  readonly yaml: string | null;
  readonly draft: string | null;
  /** Changes each time it is read. */
  readonly readAt: number;
}

// The lists of tokens ask for none of these, and show their rows without them.
const loadConfigurations = () => loadPart(() => import("#logscale/generated/configurations.ts"));

/** What the keys of all queries about the fleet begin with. */
export const fleetKey = ["fleet"] as const;

/** What the caller may do with the fleet. */
export const fleetRightsQuery = queryOptions({
  queryKey: [...fleetKey, "rights"],
  queryFn: async ({ signal }) => {
    const { organization } = await call(FleetRightsDocument, {}, { signal });
    // Who changes the fleet sees it: LogScale has a right of its own for each.
    return { mayView: organization.mayViewFleet || organization.mayChangeFleet, mayChange: organization.mayChangeFleet };
  },
});

/** What the server tells of fleet tokens beyond LogScale's schema. */
async function told(client: QueryClient): Promise<{ readonly withOrigin: boolean; readonly withExpiry: boolean }> {
  const session = await sessionOf(client);
  const withOrigin = offers(session, "fleetOrigin");
  // With origins it tells this too.
  if (withOrigin) return { withOrigin, withExpiry: true };
  const { clusterTellsExpiry } = await loadPart(() => import("./clusterOffers.ts"));
  return { withOrigin, withExpiry: await client.query(clusterTellsExpiry) };
}

/** All fleet tokens, by name. Where a cluster tells their values with them, these are dropped as they come. */
export const fleetTokensQuery = queryOptions({
  queryKey: [...fleetKey, "tokens"],
  queryFn: async ({ client, signal }): Promise<AllFleetTokens> => {
    const loadedAt = serverNow();
    const tells = await told(client);
    return {
      ...(await readFleetTokens({ ask: call, ...tells, handlesOf, rowOf: fleetFactsFromWire, signal })),
      loadedAt,
    };
  },
  staleTime: 60_000,
  structuralSharing: false,
});

/** {@link fleetTokensQuery} read again for whoever asks: what decides is never a minute old. */
export const fleetTokensNowQuery = queryOptions({ ...fleetTokensQuery, staleTime: 0 });

/** The fleet token of a handle as it is now; undefined where it is gone. */
export async function fleetTokenNow(client: QueryClient, handle: string): Promise<FleetTokenFacts | undefined> {
  return (await client.query(fleetTokensNowQuery)).rows.find((token) => token.handle === handle);
}

/** All collector configurations, by name. */
export const configurationsQuery = queryOptions({
  queryKey: [...fleetKey, "configurations"],
  queryFn: async ({ signal }): Promise<WholeList<Configuration>> => {
    const { CollectorConfigurationPageDocument } = await loadConfigurations();
    return whole(
      await loadPages<Configuration>({
        fetchPage: async (skip, limit, signal) => {
          const page = (await call(CollectorConfigurationPageDocument, { skip, limit }, { signal }))
            .searchLogCollectorConfigurations;
          return { total: page.totalResults, rows: page.results.map(configurationFromWire) };
        },
        idOf: ({ id }) => id,
        fingerprint: JSON.stringify,
        signal,
      }),
    );
  },
  staleTime: 0,
});

function configurationFromWire(wire: CollectorConfigurationPartsFragment): Configuration {
  return {
    id: wire.id,
    name: wire.name,
    description: wire.description ?? null,
    version: wire.version,
    size: wire.yamlCharactersCount,
    modifiedAt: Date.parse(wire.modifiedAt),
    modifiedBy: wire.modifiedBy,
    draftModifiedAt: wire.draftModifiedAt == null ? null : Date.parse(wire.draftModifiedAt),
  };
}

/** One configuration with its texts, kept only while they are shown. */
export function configurationQuery(id: string) {
  return queryOptions({
    queryKey: [...fleetKey, "configuration", id],
    queryFn: async ({ signal }): Promise<ConfigurationTexts> => {
      const { CollectorConfigurationDocument } = await loadConfigurations();
      const wire = (await call(CollectorConfigurationDocument, { id }, { signal })).logCollectorConfiguration;
      return { ...configurationFromWire(wire), yaml: wire.yaml ?? null, draft: wire.draft ?? null, readAt: serverNow() };
    },
    staleTime: 0,
    gcTime: 0,
  });
}

/** The variables that the published text of a configuration takes its tokens from; those of the draft where none is published. */
export function tokenVariablesQuery(id: string) {
  return queryOptions({
    queryKey: [...fleetKey, "variables", id],
    queryFn: async ({ client }) => {
      const [{ yaml, draft }, { tokenVariablesIn }] = await Promise.all([
        client.query(configurationQuery(id)),
        loadPart(() => import("#logscale/collectorSinks.ts")),
      ]);
      return tokenVariablesIn(yaml ?? draft ?? "");
    },
    staleTime: 0,
  });
}

/** Has everything that shows the fleet read anew. */
export async function fleetChanged(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: fleetKey });
}

function whole<Row>({ rows, whole: steady }: LoadedPages<Row>): WholeList<Row> {
  return { rows, steady };
}
