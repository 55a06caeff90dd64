import { count, countOf } from "#web/ui/counts.ts";

import type { InventoryColumn } from "#web/inventory/columns.tsx";
import type { Opening } from "./useOpening.ts";

/**
 * What is told of a list that shows its first rows while all tokens are being read: how many there are, how many of them a search found so far,
 * and that another order is still to come.
 *
 * @param sortedBy the column that the reader asked for
 */
export function openedWords(
  { matching, search, total, sorting }: Pick<Opening, "matching" | "search" | "total" | "sorting">,
  noun: readonly [one: string, many: string],
  sortedBy: string,
  columns: readonly Pick<InventoryColumn, "id" | "title">[],
): { readonly all: string; readonly left: string } {
  const all = total === undefined ? noun[1] : countOf(total, ...noun);
  const title = columns.find(({ id }) => id === sortedBy && id !== sorting.column)?.title;
  const later = title === undefined ? "" : `, by ${title.toLowerCase()} once all are read`;
  if (search === "") return { all, left: all + later };
  const found = matching === null ? "more than 1,000" : count(matching);
  return { all, left: `${found} ${total === undefined ? "" : "of "}${all} by name or id so far${later}` };
}
