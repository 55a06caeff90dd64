import Typography from "@mui/material/Typography";
import type { RefObject } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { useInventory } from "#web/inventory/useInventory.ts";

import type { FindingWays } from "./FindingList.tsx";
import { JudgedToken } from "./JudgedToken.tsx";
import { useFindings } from "./useFindings.ts";

export interface AmongAllProps {
  readonly token: InventoryToken;
  readonly ways: FindingWays;
  /** See `JudgedToken`. */
  readonly heading: RefObject<HTMLElement | null>;
}

/** The findings of one token as it is judged among all. */
export function AmongAll({ token, ways, heading }: AmongAllProps) {
  const inventory = useInventory();
  const reading = useFindings(inventory);
  if (reading !== undefined && reading.of(token) === undefined) {
    return (
      <Typography sx={{ color: "text.secondary" }}>
        This token was not there when all tokens were read. Read the list of all tokens again.
      </Typography>
    );
  }
  return <JudgedToken token={token} reading={reading} ways={ways} heading={heading} />;
}
