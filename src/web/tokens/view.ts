import { readView, writeView, type ListDialect } from "#web/list/view.ts";

import { isStateFilter, type StateFilter } from "./filters.ts";

/** The columns that can be sorted by. */
const sortColumns = ["name", "createdBy", "permissions", "views", "createdAt", "expireAt", "ipFilter", "lastUsedAt"] as const;

/** One of the columns that can be sorted by. */
export type SortColumn = (typeof sortColumns)[number];

/** What a list of tokens can be sorted and narrowed by. */
export const tokensDialect: ListDialect<SortColumn, { readonly state: StateFilter }> = {
  columns: sortColumns,
  usual: "name",
  filters: { state: (text) => (isStateFilter(text) ? text : undefined) },
};

/** The search parameters of a list of the tokens in one state. */
export function searchOfState(state: StateFilter): string {
  const plain = readView(tokensDialect, new URLSearchParams());
  return writeView(tokensDialect, { ...plain, filters: { state } }).toString();
}
