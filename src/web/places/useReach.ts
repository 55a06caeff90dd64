import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { allIngestTokensQuery } from "#web/ingest/queries.ts";
import { useInventory, type Inventory } from "#web/inventory/useInventory.ts";

import type { ListedPlace } from "./queries.ts";
import type { KnownCount } from "./words.ts";

/** Which tokens reach repositories and views, as far as they are shown to the caller. */
export interface TokenReachOf {
  readonly inventory: Inventory;
  /** The ingest tokens of one. */
  readonly ingest: (place: Pick<ListedPlace, "name" | "type" | "showsTokens">) => KnownCount;
  /** The view tokens that name one. */
  readonly view: (id: string) => KnownCount;
  /** Those of either sort themselves. */
  readonly tokensIn: (name: string) => readonly InventoryToken[];
  readonly tokensOn: (id: string) => readonly InventoryToken[];
}

/** Counts the tokens that reach repositories and views, in the one reading of all tokens. */
export function useTokenReach(): TokenReachOf {
  const inventory = useInventory();
  const ingest = useQuery(allIngestTokensQuery);
  const { tokens, kinds, rights } = inventory;
  const { data, isFetching } = ingest;
  return useMemo(() => {
    const inRepository = new Map<string, InventoryToken[]>();
    const onPlace = new Map<string, InventoryToken[]>();
    for (const token of tokens) {
      if (token.ingest !== undefined) push(inRepository, token.ingest.repository, token);
      else if (token.kind === "view") for (const id of rights.of(token)?.views ?? []) push(onPlace, id, token);
    }
    const unread = new Set(data?.failed.map(({ repository }) => repository));
    const seen = kinds.find(({ kind }) => kind === "view");
    const view = (id: string): KnownCount => {
      if (seen === undefined || seen.state === "waiting") return { state: "reading" };
      if (seen.state === "failed") return { state: "unknown" };
      if (seen.state === "hidden") return { state: "hidden" };
      if (rights.state === "waiting") return { state: "reading" };
      if (rights.state === "failed") return { state: "unknown" };
      const whole = seen.state === "complete" && !seen.more && seen.steady && rights.state === "read";
      return { state: whole ? "known" : "at-least", value: onPlace.get(id)?.length ?? 0 };
    };
    return {
      inventory,
      view,
      ingest: ({ name, type, showsTokens }) => {
        if (type !== "repository") return { state: "none-possible" };
        if (!showsTokens) return { state: "hidden" };
        if (data === undefined) return { state: isFetching ? "reading" : "unknown" };
        if (unread.has(name)) return { state: "unknown" };
        return { state: "known", value: inRepository.get(name)?.length ?? 0 };
      },
      tokensIn: (name) => inRepository.get(name) ?? [],
      tokensOn: (id) => onPlace.get(id) ?? [],
    };
  }, [inventory, tokens, kinds, rights, data, isFetching]);
}

function push(map: Map<string, InventoryToken[]>, key: string, token: InventoryToken): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [token]);
  else list.push(token);
}
