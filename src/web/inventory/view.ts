import type { ListDialect } from "#web/list/view.ts";

import { columnIds, type ColumnId } from "./columnIds.ts";
import { facetNames, joinValues, splitValues, type FacetName } from "./link.ts";
import { lastUseWords } from "./lastUseWords.ts";

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

/** Orders that had another name in a former version. */
const formerSorts: Readonly<Record<string, ColumnId>> = { createdBy: "owner", repository: "views", weakness: "value" };

/**
 * The address that a link of a former version means, which named states of use among those of life, and some columns otherwise; undefined
 * where the link is a present one.
 */
export function presentParams(params: URLSearchParams): URLSearchParams | undefined {
  const present = new URLSearchParams(params);
  const states = splitValues(params.get("state") ?? "");
  const uses = states.filter((state) => Object.hasOwn(lastUseWords, state));
  if (uses.length > 0) {
    present.set("use", joinValues([...splitValues(params.get("use") ?? ""), ...uses]));
    const left = states.filter((state) => !uses.includes(state));
    if (left.length === 0) present.delete("state");
    else present.set("state", joinValues(left));
  }
  const sort = params.get("sort") ?? "";
  const name = sort.replace(/^-/u, "");
  const column = Object.hasOwn(formerSorts, name) ? formerSorts[name] : undefined;
  if (column !== undefined) present.set("sort", `${sort.startsWith("-") ? "-" : ""}${column}`);
  return uses.length > 0 || column !== undefined ? present : undefined;
}
