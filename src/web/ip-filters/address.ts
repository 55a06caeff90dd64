import type { SortingState } from "@tanstack/react-table";

import { tokenKinds, type TokenKind } from "#domain/kinds.ts";

/** The columns of the list that can be sorted by: the name, the tokens of each kind, and what enforces the filter. */
export const sortColumns = ["name", ...tokenKinds, "enforced"] as const;

/** One of {@link sortColumns}. */
export type SortColumn = "name" | TokenKind | "enforced";

/** What the list of filters keeps in its address, so that it can be shared and the back button works. */
export interface FiltersView {
  /** What names, rules and ids are searched for; empty when nothing is. */
  readonly search: string;
  readonly sorting: { readonly column: SortColumn; readonly descending: boolean };
}

const plainSorting: FiltersView["sorting"] = { column: "name", descending: false };

/** Longer searches are cut: addresses come from anywhere. */
const longestSearch = 500;

/** Reads a view from search parameters; what makes no sense is ignored, since addresses are typed, shared and outlive versions. */
export function readView(params: URLSearchParams): FiltersView {
  const sort = params.get("sort") ?? "";
  const descending = sort.startsWith("-");
  const column = sortColumns.find((candidate) => candidate === (descending ? sort.slice(1) : sort));
  return {
    search: (params.get("q") ?? "").slice(0, longestSearch),
    sorting: column === undefined ? plainSorting : { column, descending },
  };
}

/** Writes a view into search parameters; what goes without saying is left out, parameters of others are kept. */
export function writeView({ search, sorting }: FiltersView, others = new URLSearchParams()): URLSearchParams {
  const params = new URLSearchParams(others);
  const put = (name: string, value: string) => {
    if (value === "") params.delete(name);
    else params.set(name, value);
  };
  const { column, descending } = sorting;
  put("q", search);
  put("sort", column === plainSorting.column && !descending ? "" : `${descending ? "-" : ""}${column}`);
  return params;
}

/** A view's sorting as the table wants it. */
export function toSortingState({ sorting }: FiltersView): SortingState {
  return [{ id: sorting.column, desc: sorting.descending }];
}

/** The table's sorting as a view has it. */
export function fromSortingState([first]: SortingState): FiltersView["sorting"] {
  const column = sortColumns.find((candidate) => candidate === first?.id);
  return column === undefined || first === undefined ? plainSorting : { column, descending: first.desc };
}
