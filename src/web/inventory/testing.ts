import { governedKey, type InventoryToken } from "#domain/inventory/item.ts";
import { unknownCreator } from "#domain/token/creator.ts";

let made = 0;

/** A view token for a test; `given` says what is special about it. */
export function item(given: Partial<InventoryToken> = {}): InventoryToken {
  const id = given.id ?? `id-${++made}`;
  return {
    key: governedKey("view", id),
    kind: "view",
    id,
    name: `token-${id}`,
    createdAt: 0,
    expireAt: null,
    ipFilter: null,
    lastUse: undefined,
    owner: unknownCreator,
    ...given,
  };
}
