import { useOfItem, type InventoryToken } from "#domain/inventory/item.ts";

/** What becomes of a user's tokens when the user is removed. */
export interface RemovalTokens {
  /** It stops; undefined where there is none, or none is listed. */
  readonly personal: InventoryToken | undefined;
  /** They go on, with nobody who made them. */
  readonly created: readonly InventoryToken[];
  /** How many of those are in use, and of how many nobody knows. */
  readonly inUse: number;
  readonly unknown: number;
  /** Whether any of all is in use, or may be. */
  readonly mayBeUsed: boolean;
}

/**
 * Sorts a user's tokens by what becomes of them when the user is removed.
 *
 * @param whole whether these are certainly all of them
 * @param now the present, ms since epoch
 */
export function removalOfTokens(tokens: readonly InventoryToken[], whole: boolean, now: number): RemovalTokens {
  const stateOf = (token: InventoryToken) => useOfItem(token, now);
  const created = tokens.filter(({ kind }) => kind !== "personal");
  const states = created.map(stateOf);
  const unknown = states.filter((state) => state === "unknown").length;
  return {
    personal: tokens.find(({ kind }) => kind === "personal"),
    created,
    inUse: states.filter((state) => state === "last-day" || state === "last-week").length,
    unknown,
    mayBeUsed: !whole || tokens.some((token) => stateOf(token) !== "not"),
  };
}
