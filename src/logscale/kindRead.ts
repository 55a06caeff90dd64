import type { InventoryKind } from "#domain/inventory/item.ts";

import type { TokenList } from "./readTokens.ts";

/** What a list of any kind says of how much of the kind it is. */
export type ListReach = Pick<TokenList, "visibility" | "listable" | "seen" | "unknown" | "steady">;

/** How much of a kind a list that was read gives. */
export function kindRead<Kind extends InventoryKind>(kind: Kind, { visibility, listable, seen, unknown, steady }: ListReach) {
  // More of the kind may exist than the caller may list.
  return { kind, state: visibility, seen, unknown, more: listable === "partial", steady };
}
