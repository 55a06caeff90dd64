// Made when it is first used, which is behind the first rows of a list: a browser takes some ms for it.
let compare: Intl.Collator["compare"] | undefined;

/** Orders names as people sort them: `web-2` before `web-10`, and no difference between upper and lower case. */
export function compareNames(a: string, b: string): number {
  compare ??= new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  return compare(a, b);
}

/**
 * Items in the order of their names; `among` orders those whose names are the same to people. Each different name is compared with others once,
 * however many items have it: of very many items most share theirs, and comparing names as people do costs more than all else of it.
 */
export function inOrderOfNames<Item extends { readonly name: string }>(
  items: readonly Item[],
  among: (a: Item, b: Item) => number,
): Item[] {
  const ranks = new Map<string, number>();
  let before: string | undefined;
  let rank = 0;
  for (const name of [...new Set(items.map((item) => item.name))].toSorted(compareNames)) {
    if (before !== undefined && compareNames(before, name) !== 0) rank++;
    before = name;
    ranks.set(name, rank);
  }
  return items
    .map((item) => ({ item, rank: ranks.get(item.name) ?? 0 }))
    .toSorted((a, b) => a.rank - b.rank || among(a.item, b.item))
    .map(({ item }) => item);
}
