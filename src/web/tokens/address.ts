import type { SortingState } from "@tanstack/react-table";

import { isStateFilter, type StateFilter } from "./filters.ts";

/** What a token page keeps in its address, so that it can be shared and the back button works. */
export interface TokensView {
  /** What names and ids are searched for; empty when nothing is. */
  readonly search: string;
  readonly state: StateFilter | undefined;
  readonly sorting: { readonly column: SortColumn; readonly descending: boolean };
  /** Index of the first row in sight. */
  readonly row: number;
}

/** The columns that can be sorted by. */
export const sortColumns = [
  "name",
  "createdBy",
  "permissions",
  "views",
  "createdAt",
  "expireAt",
  "ipFilter",
  "lastUsedAt",
] as const;

/** One of {@link sortColumns}. */
export type SortColumn = (typeof sortColumns)[number];

/** What an address without parameters shows. */
export const plainView: TokensView = { search: "", state: undefined, sorting: { column: "name", descending: false }, row: 0 };

/** Longer searches are cut: no name or id is longer, and addresses come from anywhere. */
const longestSearch = 500;

/** Reads a view from search parameters. Whatever makes no sense is ignored, since addresses are typed, shared and outlive versions. */
export function readView(params: URLSearchParams): TokensView {
  const state = params.get("state");
  const sort = params.get("sort") ?? "";
  const descending = sort.startsWith("-");
  const column = sortColumns.find((candidate) => candidate === (descending ? sort.slice(1) : sort));
  const row = params.get("row") ?? "";
  return {
    search: (params.get("q") ?? "").slice(0, longestSearch),
    state: state !== null && isStateFilter(state) ? state : undefined,
    sorting: column === undefined ? plainView.sorting : { column, descending },
    // Counted from 1 in the address, as people count.
    row: /^[1-9]\d{0,8}$/u.test(row) ? Number(row) - 1 : 0,
  };
}

/** Writes a view into search parameters; what is as in {@link plainView} is left out. Parameters of others are kept. */
export function writeView(view: TokensView, others = new URLSearchParams()): URLSearchParams {
  const params = new URLSearchParams(others);
  const put = (name: string, value: string | undefined) => {
    if (value === undefined || value === "") params.delete(name);
    else params.set(name, value);
  };
  const { column, descending } = view.sorting;
  put("q", view.search);
  put("state", view.state);
  put("sort", column === plainView.sorting.column && !descending ? undefined : `${descending ? "-" : ""}${column}`);
  put("row", view.row > 0 ? String(view.row + 1) : undefined);
  return params;
}

/** A view's sorting as the table wants it. */
export function toSortingState({ sorting }: TokensView): SortingState {
  return [{ id: sorting.column, desc: sorting.descending }];
}

/** The table's sorting as a view has it. */
export function fromSortingState(state: SortingState): TokensView["sorting"] {
  const first = state[0];
  const column = sortColumns.find((candidate) => candidate === first?.id);
  return column === undefined || first === undefined ? plainView.sorting : { column, descending: first.desc };
}
