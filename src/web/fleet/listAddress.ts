import type { SortingState } from "@tanstack/react-table";
import { useSearchParams } from "react-router";

/** What a list of the fleet keeps in its address, so that it can be shared and the back button works. */
export interface ListView {
  /** What is searched for; empty when nothing is. */
  readonly search: string;
  readonly sorting: SortingState;
}

/** Longer searches are cut: no name is longer, and addresses come from anywhere. */
const longestSearch = 500;

const byName = { id: "name", desc: false } as const;

/** Reads a view from search parameters; whatever makes no sense is ignored. `columns` are those that can be sorted by. */
export function readListView(params: URLSearchParams, columns: readonly string[]): ListView {
  const sort = params.get("sort") ?? "";
  const desc = sort.startsWith("-");
  const id = desc ? sort.slice(1) : sort;
  return {
    search: (params.get("q") ?? "").slice(0, longestSearch),
    sorting: [columns.includes(id) ? { id, desc } : byName],
  };
}

/** Writes a view into search parameters; what an address without parameters shows is left out. Parameters of others are kept. */
export function writeListView({ search, sorting }: ListView, others: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(others);
  const put = (name: string, value: string) => {
    if (value === "") params.delete(name);
    else params.set(name, value);
  };
  const { id, desc } = sorting[0] ?? byName;
  put("q", search);
  put("sort", id === byName.id && !desc ? "" : `${desc ? "-" : ""}${id}`);
  return params;
}

/** The view that the address says, and how to change it: a search takes the place of the former one in the history, a sorting does not. */
export function useListView(columns: readonly string[]) {
  const [params, setParams] = useSearchParams();
  const change = (next: Partial<ListView>, replace: boolean) =>
    setParams((current) => writeListView({ ...readListView(current, columns), ...next }, current), { replace });
  return {
    ...readListView(params, columns),
    setSearch: (search: string) => change({ search }, true),
    setSorting: (sorting: SortingState) => change({ sorting }, false),
  };
}
