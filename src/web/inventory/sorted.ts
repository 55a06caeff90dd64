import type { InventoryToken } from "#domain/inventory/item.ts";
import { compareNames } from "#domain/compareNames.ts";

import type { InventoryColumn } from "./columns.tsx";

/**
 * The places of tokens in the order of a column: by numbers, or by texts as people sort them. What has neither comes last, whichever way it is
 * sorted. Equal ones keep their order. Each different text is compared once, however many tokens have it.
 */
export function sortedPlaces(
  tokens: readonly InventoryToken[],
  order: InventoryColumn["order"],
  descending: boolean,
): Uint32Array {
  const keys = keysOf(tokens, order);
  const places = Uint32Array.from(keys, (_, place) => place);
  const sign = descending ? -1 : 1;
  return places.sort((a, b) => {
    const [one, other] = [keys[a] ?? 0, keys[b] ?? 0];
    if (one === other) return a - b;
    if (one === Infinity || other === Infinity) return one - other;
    return sign * (one - other);
  });
}

/** A number for each token by which it is sorted; infinite where there is nothing to sort by. */
function keysOf(tokens: readonly InventoryToken[], order: InventoryColumn["order"]): Float64Array {
  const keys = new Float64Array(tokens.length);
  const placesOf = new Map<string, number[]>();
  tokens.forEach((token, place) => {
    const key = order(token);
    if (key === undefined) keys[place] = Infinity;
    else if (typeof key === "number") keys[place] = key;
    else {
      const places = placesOf.get(key);
      if (places === undefined) placesOf.set(key, [place]);
      else places.push(place);
    }
  });
  let rank = 0;
  let before: string | undefined;
  for (const text of [...placesOf.keys()].toSorted(compareNames)) {
    // Those that differ in case alone are one to people.
    if (before === undefined || compareNames(before, text) !== 0) rank++;
    before = text;
    for (const place of placesOf.get(text) ?? []) keys[place] = rank;
  }
  return keys;
}
