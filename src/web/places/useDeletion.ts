import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { deletionOf, type PlaceDeletion } from "#domain/places/deletion.ts";
import { unknownHoldings } from "#domain/token/rights.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";

import { accessQuery, placesQuery, type PlaceDetail } from "./queries.ts";
import { placeTypeOf } from "./type.ts";
import { useTokenReach } from "./useReach.ts";
import type { KnownCount } from "./words.ts";

/** What is known of what a deletion does. */
export interface KnownDeletion {
  readonly deletion: PlaceDeletion;
  readonly ingest: KnownCount;
  readonly view: KnownCount;
  /** Whether it is known which views show it. */
  readonly viewsKnown: boolean;
  /** How many people and groups have roles there; undefined where that is not shown. */
  readonly holders: { readonly people: number; readonly groups: number } | undefined;
}

/** Reads what a deletion of a repository or view does, as far as it is shown to the caller. */
export function useDeletion(place: PlaceDetail, now: number): KnownDeletion {
  const reach = useTokenReach();
  const { data: list } = useQuery(placesQuery);
  const { data: access } = useQuery({ ...accessQuery(place.name), retry: false });
  const holdings = useQuery(holdingsQuery).data ?? unknownHoldings;
  return useMemo(() => {
    const { inventory } = reach;
    const isView = place.__typename === "View";
    const showsTokens = !isView && place.showsTokens;
    const ingest = reach.ingest({ name: place.name, type: placeTypeOf(place), showsTokens });
    const view = reach.view(place.id);
    const facts = {
      place: { id: place.id, name: place.name, isView },
      tokens: [...reach.tokensIn(place.name), ...reach.tokensOn(place.id)],
      viewsOf: (token: (typeof inventory.tokens)[number]) => inventory.rights.of(token)?.views,
      views: (list?.places ?? []).flatMap(({ id, name, joins }) =>
        joins === undefined ? [] : [{ id, name, repositoryIds: joins.map((joined) => joined.id) }],
      ),
      holders: access?.holders ?? [],
      holdings,
    };
    const groups = new Set(access?.holders.flatMap((holders) => holders.groups.map(({ id }) => id)));
    const people = new Set(access?.holders.flatMap((holders) => holders.users.map(({ id }) => id)));
    return {
      deletion: deletionOf(facts, now),
      ingest,
      view,
      viewsKnown: list !== undefined,
      holders: access && { people: people.size, groups: groups.size },
    };
  }, [place, reach, list, access, holdings, now]);
}
