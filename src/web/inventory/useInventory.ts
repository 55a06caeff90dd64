import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { inventoryKinds, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { kindSeen, type KindSeen } from "#web/api/kindSeen.ts";
import { ipFiltersQuery, policiesQuery, searchDomainsQuery } from "#web/api/queries.ts";
import { rightsQuery } from "#web/api/rights.ts";
import { tokensKey, tokensQuery } from "#web/api/tokens.ts";
import { fleetTokensQuery, fleetKey, fleetRightsQuery } from "#web/fleet/queries.ts";
import { ingestKey } from "#web/ingest/keys.ts";
import { allIngestTokensQuery } from "#web/ingest/queries.ts";
import { auditUseQuery, useUseKnowledge } from "#web/last-use/auditUse.ts";

import { fleetListOf, governedListOf, ingestListOf, mergedOf } from "./once.ts";
import { hiddenList } from "#logscale/inventoryLists.ts";
import { useFindingNotes } from "./notes/queries.ts";
import { rightsKinds, rightsReading, type RightsReading } from "#domain/inventory/rightsReading.ts";

/** How much of one kind was read. */
export type InventoryKindSeen = KindSeen<InventoryKind>;

/** Every token that the caller may list, of every kind. A new value only when something was read. */
export interface Inventory {
  /** In the order of their names. A new array only when a token may have changed. */
  readonly tokens: readonly InventoryToken[];
  readonly byKey: ReadonlyMap<string, InventoryToken>;
  /** All six kinds, in their usual order. */
  readonly kinds: readonly InventoryKindSeen[];
  /** What the tokens may do, which is read once they are. */
  readonly rights: RightsReading;
  /** The server's time when the oldest part was read; undefined until something was. */
  readonly readAt: number | undefined;
  /** Whether a kind is still being read for the first time. */
  readonly waiting: boolean;
  /** Whether anything is being read, for the first time or again. */
  readonly loading: boolean;
  /** Reads everything again: tokens, rights, policies, IP filters, and last use. */
  readonly reload: () => void;
  readonly cancel: () => void;
}

export interface InventoryOptions {
  /** Whether to read what the tokens may do; it is unless told. */
  readonly rights?: boolean;
  /** Whether it is time to read; it is unless told. Until then everything waits, but for what was read already. */
  readonly begins?: boolean;
}

/**
 * The one reading of all tokens: the policies page's own entries of the cache, ingest and fleet tokens, and behind them what the tokens may
 * do. However many parts of a page ask for it, it is read and put together once.
 */
export function useInventory({ rights: wantsRights = true, begins = true }: InventoryOptions = {}): Inventory {
  const client = useQueryClient();
  const governed = useQueries({ queries: tokenKinds.map((kind) => ({ ...tokensQuery(kind, "plan"), enabled: begins })) });
  const ingest = useQuery({ ...allIngestTokensQuery, enabled: begins });
  const fleetRights = useQuery({ ...fleetRightsQuery, enabled: begins });
  const mayView = fleetRights.data?.mayView;
  const fleet = useQuery({ ...fleetTokensQuery, enabled: begins && mayView === true });
  const use = useUseKnowledge();
  const audit = use.type === "audited" ? use.audit : undefined;

  const lists = usePieces([
    ...governed.map(({ data }) => data && governedListOf(data, audit)),
    ingest.data && ingestListOf(ingest.data),
    mayView === false ? hiddenList : fleet.data && fleetListOf(fleet.data),
  ]);
  // Until it is known whether the fleet may be seen, that is what is being read of it.
  const results = [...governed, ingest, mayView === true ? fleet : fleetRights];
  const waiting = lists.some((list, index) => list === undefined && (!begins || results[index]?.isFetching === true));
  const { owners } = useFindingNotes(!waiting).notes;
  const { tokens, byKey } = useMemo(() => mergedOf(client, lists, owners), [client, lists, owners]);
  const enabled = wantsRights && !waiting;
  const rightsResults = useQueries({ queries: rightsKinds.map((kind) => ({ ...rightsQuery(kind), enabled })) });
  // With the first queries rather than with what tokens may do, which waits for the tokens.
  const domains = useQuery({ ...searchDomainsQuery, enabled: wantsRights && begins }).data;
  const rightsLists = usePieces(rightsResults.map(({ data, isError }) => data ?? (isError ? null : undefined)));
  const rights = useMemo(() => rightsReading(rightsLists, domains), [rightsLists, domains]);

  const loading = !begins || [...results, ...rightsResults].some(({ isFetching }) => isFetching);
  // As text, because the queries give new objects at every render.
  const states = JSON.stringify(results.map(({ isFetching, errorUpdatedAt }) => [isFetching, errorUpdatedAt]));
  return useMemo(() => {
    const kinds = inventoryKinds.map((kind, index) => {
      const { error = null, isFetching = true } = results[index] ?? {};
      return kindSeen(kind, { data: lists[index], error, isFetching: isFetching || !begins });
    });
    const times = lists.flatMap((list) => (list === undefined || list === hiddenList ? [] : [list.loadedAt]));
    return {
      tokens,
      byKey,
      kinds,
      rights,
      readAt: times.length === 0 ? undefined : Math.min(...times),
      waiting,
      loading,
      reload: () => {
        for (const queryKey of everything) void client.invalidateQueries({ queryKey });
      },
      cancel: () => {
        for (const queryKey of [tokensKey, ingestKey, fleetKey]) void client.cancelQueries({ queryKey });
      },
    };
    // `states` stands for what is used of `results`.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [tokens, byKey, lists, states, rights, waiting, loading, begins, client]);
}

const everything = [
  tokensKey,
  ingestKey,
  fleetKey,
  policiesQuery.queryKey,
  ipFiltersQuery.queryKey,
  searchDomainsQuery.queryKey,
  auditUseQuery.queryKey,
];

/** The same array for as long as it has the same entries. */
function usePieces<Piece>(pieces: readonly Piece[]): readonly Piece[] {
  // As many at every render.
  // oxlint-disable-next-line react/exhaustive-deps
  return useMemo(() => pieces, [...pieces]);
}
