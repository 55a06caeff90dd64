import { day, hour } from "#domain/duration.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { anInventoryToken } from "#domain/inventory/testing.ts";
import { testNow } from "#domain/testing.ts";
import type { LastUse } from "#domain/token/lastUse.ts";

import type { RenewalPair } from "./pairs.ts";

/** A last use so many ms before {@link testNow}. */
export function used(ago: number, source: LastUse["source"] = "recorded"): LastUse {
  return { at: testNow - ago, from: "10.0.0.1", source };
}

/** A recorded pair: the old one made 90 days ago, the new one 30 days ago and used since a day later until an hour ago. */
export function aPair(old: Partial<InventoryToken>, next: Partial<InventoryToken> = {}): RenewalPair {
  const began = { createdAt: testNow - 30 * day, firstUse: testNow - 29 * day, lastUse: used(hour) };
  return {
    old: anInventoryToken({ key: "view:old", createdAt: testNow - 90 * day, ...old }),
    next: anInventoryToken({ key: "view:new", ...began, ...next }),
    source: "recorded",
  };
}
