import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";

import { inventoryKinds, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import { isTokenKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { governedItem } from "#logscale/inventoryLists.ts";
import type { TokenPageWanted } from "#logscale/readTokenPage.ts";
import { pagedKinds, tokenCountQuery, tokenPageQuery, type ReadTokenPage } from "#web/api/tokenPages.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { inventoryDialect } from "#web/inventory/view.ts";
import type { InventoryKindSeen } from "#web/inventory/useInventory.ts";
import { useListView } from "#web/list/useListView.ts";
import { useSession } from "#web/state/organization.tsx";

/** The rows that a list opens with, as the server sorted and searched them, until all tokens were read behind it. */
export interface Opening {
  readonly tokens: readonly InventoryToken[];
  /** By key, those too that another search found. */
  readonly byKey: ReadonlyMap<string, InventoryToken>;
  readonly kinds: readonly InventoryKindSeen[];
  /** How many match what was searched for; null where that is not counted. */
  readonly matching: number | null;
  /** What was searched for, trimmed. */
  readonly search: string;
  /** How many there are, searched for or not; undefined where that is not known. */
  readonly total: number | undefined;
  /** Whether `total` is still being counted, behind the first rows. */
  readonly counting: boolean;
  /** Kinds that belong to the list and come only once all tokens are read: neither `matching` nor `total` counts theirs. */
  readonly later: readonly InventoryKind[];
  /** What the rows are sorted by, which need not be what was asked for. */
  readonly sorting: { readonly column: "name" | "expireAt"; readonly descending: boolean };
  readonly readAt: number;
  /** Reads further rows; undefined where there are none. */
  readonly more: (() => void) | undefined;
}

export interface OpeningState {
  /** Undefined where the list is to wait for all tokens, or does so no more. */
  readonly opening: Opening | undefined;
  /** Whether it is time to read all tokens: the first rows stand there, or there will be none. */
  readonly begins: boolean;
}

/** A list shows its first rows at once. Further down, or narrowed by more than a search, it waits for all tokens. */
export function useOpening(kind: InventoryKind | undefined): OpeningState {
  const client = useQueryClient();
  const session = useSession();
  const { search, sorting, filters, row } = useListView(inventoryDialect);
  const kinds = useMemo(() => {
    const wanted = kind === undefined ? tokenKinds : isTokenKind(kind) ? [kind] : [];
    return pagedKinds(session, wanted);
  }, [session, kind]);
  const [applies] = useState(
    () =>
      kinds.length > 0 && row === 0 && kinds.some((one) => client.getQueryData(tokensQuery(one, "plan").queryKey) === undefined),
  );
  const isNarrowed = Object.values(filters).some((text) => text !== undefined);
  const isSorted = sorting.column === "name" || sorting.column === "expireAt";
  const text = useDeferredValue(search.trim());
  const wanted: TokenPageWanted = {
    kinds,
    search: text,
    sortBy: isSorted && sorting.column === "expireAt" ? "expireAt" : "name",
    descending: isSorted && sorting.descending,
  };
  const enabled = applies && !isNarrowed;
  const { data, isPlaceholderData, isError, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery({
    ...tokenPageQuery(wanted),
    enabled,
    placeholderData: keepPreviousData,
  });
  const more = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [isFetching, fetchNextPage]);

  const [first] = data?.pages ?? [];
  // The page draws the rows in small steps, behind this.
  const isPainted = useAfterPaint(useDeferredValue(first !== undefined));
  const isUncounted = first !== undefined && first.total === undefined;
  const count = useQuery({ ...tokenCountQuery(kinds), enabled: enabled && isUncounted && isPainted });
  const tokens = useMemo(() => listed(data?.pages ?? []), [data]);
  const [known, setKnown] = useState<Known>(nothing);
  if (first !== undefined && known.tokens !== tokens) {
    const byKey = new Map([...known.byKey, ...tokens.map((token) => [token.key, token] as const)]);
    // As the rows that are shown tell it: those of the former search stay until the next came.
    const isOf = isPlaceholderData ? known.isOf : wanted;
    setKnown({ tokens, byKey, isOf, total: isOf?.search === "" ? (first.total ?? undefined) : known.total });
  }
  const total = known.total ?? count.data ?? undefined;
  const counting = isUncounted && (count.isLoading || !isPainted);
  const opening = useMemo((): Opening | undefined => {
    if (!enabled || first === undefined || known.isOf === undefined) return undefined;
    const later = kind === undefined ? inventoryKinds.filter((one) => !kinds.some((paged) => paged === one)) : [];
    // That there are none is not known before the other kinds are read.
    if (total === 0 && later.length > 0) return undefined;
    return {
      tokens,
      byKey: known.byKey,
      kinds: kinds.map((one) => seen(one, first, kinds.length === 1 ? total : undefined)),
      matching: (known.isOf.search === "" ? total : first.total) ?? null,
      search: known.isOf.search,
      total,
      counting,
      later,
      sorting: { column: known.isOf.sortBy, descending: known.isOf.descending },
      readAt: first.loadedAt,
      more: hasNextPage ? more : undefined,
    };
  }, [enabled, first, tokens, known, total, counting, kind, kinds, hasNextPage, more]);
  return { opening, begins: !enabled || isError || isPainted };
}

interface Known {
  readonly tokens: readonly InventoryToken[] | undefined;
  readonly byKey: ReadonlyMap<string, InventoryToken>;
  readonly isOf: TokenPageWanted | undefined;
  readonly total: number | undefined;
}

const nothing: Known = { tokens: undefined, byKey: new Map(), isOf: undefined, total: undefined };

/** The rows of all pages, each token once: pages by offset may overlap. */
function listed(pages: readonly ReadTokenPage[]): readonly InventoryToken[] {
  const byKey = new Map<string, InventoryToken>();
  for (const token of pages.flatMap((page) => page.tokens)) {
    const item = governedItem(token);
    if (!byKey.has(item.key)) byKey.set(item.key, item);
  }
  return [...byKey.values()];
}

function seen(kind: TokenKind, { visibility }: ReadTokenPage, total: number | undefined): InventoryKindSeen {
  const state = visibility[kind];
  return { kind, state, seen: total ?? 0, unknown: 0, more: state === "partial", steady: true };
}

/** True once it was true and the page was painted so. */
function useAfterPaint(now: boolean): boolean {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    if (!now || painted) return undefined;
    const done = () => setPainted(true);
    let timer = setTimeout(done, longestFrame);
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer);
      timer = setTimeout(done);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [now, painted]);
  return painted;
}

/** A page that nobody looks at is not painted, and goes on after so long, ms. */
const longestFrame = 500;
