import type { InventoryToken } from "#domain/inventory/item.ts";
import { useInventory } from "#web/inventory/useInventory.ts";

import { PairLines } from "./PairLines.tsx";
import { usePairs } from "./usePairs.ts";

/** The pairs of a token among all, guesses too. */
export function PairsAmongAll({ token }: { readonly token: InventoryToken }) {
  const { pairs, notes } = usePairs(useInventory());
  const own = pairs.filter(
    ({ old, next, rejection }) => rejection === undefined && (old.key === token.key || next.key === token.key),
  );
  return <PairLines token={token} pairs={own} quietFor={notes.thresholds.values.quietFor} />;
}
