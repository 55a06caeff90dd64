import type { ListDialect } from "#web/list/view.ts";

import { columnIds, type ColumnId } from "./columns.tsx";
import { facetNames, type FacetName } from "./link.ts";

/** Each facet's values as the text of its parameter: see `joinValues`. A text, so that the same choice is the same value. */
export type FacetTexts = Readonly<Record<FacetName, string>>;

/** What the list of tokens can be sorted and narrowed by. Values that make no sense here are told from others later: links outlive versions. */
export const inventoryDialect: ListDialect<ColumnId, FacetTexts> = {
  columns: columnIds,
  usual: "name",
  filters: readers(),
};

function readers(): ListDialect<ColumnId, FacetTexts>["filters"] {
  const read = (text: string) => (text === "" ? undefined : text);
  const all = facetNames.map((name) => [name, read] as const);
  return Object.fromEntries(all) as Record<FacetName, typeof read>;
}
