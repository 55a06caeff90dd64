import Box from "@mui/material/Box";

import { inventoryTraits } from "#domain/inventory/item.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { listWords } from "#web/ui/listWords.ts";

import type { InventoryKindSeen } from "./useInventory.ts";

export interface FailedKindsProps {
  /** Those of {@link failedOf}. */
  readonly kinds: readonly InventoryKindSeen[];
  readonly onRetry: () => void;
}

/** Which kinds could not be read, where others could. */
export function FailedKinds({ kinds, onRetry }: FailedKindsProps) {
  const [first] = kinds;
  if (first?.failure === undefined) return null;
  return (
    <Box sx={{ marginBottom: 4 }}>
      <ErrorState
        title={[
          titleOf(
            kinds.filter(({ state }) => state === "failed"),
            "could not be read and are missing below.",
          ),
          titleOf(
            kinds.filter(({ state }) => state !== "failed"),
            "could not be read again: below is what was read before.",
          ),
        ]
          .join(" ")
          .trim()}
        failure={first.failure}
        onRetry={onRetry}
      />
    </Box>
  );
}

function titleOf(kinds: readonly InventoryKindSeen[], says: string): string {
  return kinds.length === 0 ? "" : `The ${listWords(kinds.map(({ kind }) => inventoryTraits[kind].noun))} tokens ${says}`;
}

/** The kinds that could not be read, or not again. */
export function failedOf(kinds: readonly InventoryKindSeen[]): readonly InventoryKindSeen[] {
  return kinds.filter(({ failure }) => failure !== undefined);
}
