import { listWords } from "#domain/findings/listWords.ts";
import { inventoryTraits } from "#domain/inventory/item.ts";
import { count, countOf } from "#web/ui/counts.ts";

import type { InventoryColumn } from "#web/inventory/columns.tsx";
import type { Opening } from "./useOpening.ts";

/**
 * What is told of a list that shows its first rows while all tokens are being read: how many there are, once they were counted, how many of them a search found so far,
 * that another order is still to come, and which kinds are not counted yet.
 *
 * @param sortedBy the column that the reader asked for
 */
export function openedWords(
  {
    matching,
    search,
    total,
    counting,
    sorting,
    later,
  }: Pick<Opening, "matching" | "search" | "total" | "counting" | "sorting" | "later">,
  noun: readonly [one: string, many: string],
  sortedBy: string,
  columns: readonly Pick<InventoryColumn, "id" | "title">[],
): { readonly all: string; readonly left: string } {
  const all = total === undefined ? noun[1] : countOf(total, ...noun);
  const title = columns.find(({ id }) => id === sortedBy && id !== sorting.column)?.title;
  const order = title === undefined ? "" : `, by ${title.toLowerCase()} once all are read`;
  if (search === "" && counting) return { all, left: `${all}${order}, counting…` };
  const nouns = listWords(later.map((kind) => inventoryTraits[kind].noun));
  const rest = later.length === 0 ? order : `${order}, not counting ${nouns} tokens, which are still being read`;
  if (search === "") return { all, left: all + rest };
  const found = matching === null ? "more than 1,000" : count(matching);
  return { all, left: `${found} ${total === undefined ? "" : "of "}${all} by name or id so far${rest}` };
}
