import { day } from "#domain/duration.ts";
import { testNow, tokenId } from "#domain/testing.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import { neverUsed } from "#domain/token/lastUse.ts";

import type { InventoryToken } from "./item.ts";

/** A token of the inventory that nothing limits, created a day before `testNow`, with what a test cares about put in. */
export function anInventoryToken(overrides: Partial<InventoryToken> = {}): InventoryToken {
  const kind = overrides.kind ?? "view";
  const id = isTokenKind(kind) ? tokenId(kind, 0) : undefined;
  return {
    key: `${kind}:${id ?? "0"}`,
    kind,
    id,
    name: "a token",
    createdAt: testNow - day,
    expireAt: null,
    ipFilter: null,
    lastUse: neverUsed,
    owner: { kind: "user", id: "U1", name: "ada" },
    ...overrides,
  };
}
