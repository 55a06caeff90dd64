import { useCallback, useLayoutEffect, useMemo, useRef } from "react";
import { useSearchParams } from "react-router";

import type { Sorting } from "#web/ui/table/column.ts";

import { knownSorting, readView, writeView, type ListDialect, type ListView } from "./view.ts";

/** A part of a view, to take the place of what it was. */
export type ViewChange<Column extends string, Filters extends object> = Partial<ListView<Column, Filters>>;

/** The view that the link says, and how to change it. */
export interface ListViewState<Column extends string, Filters extends object> extends ListView<Column, Filters> {
  /** A search takes the place of the former one in the browser's history; the other changes can be undone by the back button. */
  readonly setSearch: (search: string) => void;
  readonly setFilters: (change: Partial<ListView<Column, Filters>["filters"]>) => void;
  readonly setSorting: (next: Sorting) => void;
  readonly setRow: (row: number) => void;
  /** Narrows by nothing any more. */
  readonly showAll: () => void;
}

/**
 * Reads what a list shows from the link, and writes it there. `dialect` stands at module scope. What of it did not change stays the same from
 * drawing to drawing: a key in the search draws neither the table nor what narrows it.
 */
export function useListView<Column extends string, Filters extends object>(
  dialect: ListDialect<Column, Filters>,
): ListViewState<Column, Filters> {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  // The router gives another with every link, which writes into that link.
  const latest = useRef(setParams);
  useLayoutEffect(() => {
    latest.current = setParams;
  });
  const change = useCallback(
    (next: (view: ListView<Column, Filters>) => ViewChange<Column, Filters>, replace: boolean) =>
      latest.current(
        (current) => {
          const view = readView(dialect, current);
          // What changes the list's order or content leads back to its top.
          return writeView(dialect, { ...view, row: 0, ...next(view) }, current);
        },
        { replace },
      ),
    [dialect],
  );
  const setters = useMemo(
    (): Omit<ListViewState<Column, Filters>, keyof ListView<Column, Filters>> => ({
      setSearch: (search) => change(() => ({ search }), true),
      setFilters: (filters) => change((before) => ({ filters: { ...before.filters, ...filters } }), false),
      setSorting: (next) => change(() => ({ sorting: knownSorting(dialect, next) }), false),
      setRow: (row) => change(() => ({ row }), true),
      showAll: () => change(() => ({ search: "", filters: readView(dialect, new URLSearchParams()).filters }), false),
    }),
    [dialect, change],
  );
  const view = useMemo(() => readView(dialect, new URLSearchParams(text)), [dialect, text]);
  const sorting = useSame(view.sorting);
  const filters = useSame(view.filters);
  return useMemo(() => ({ ...view, sorting, filters, ...setters }), [view, sorting, filters, setters]);
}

/** The same object for as long as it says the same. */
function useSame<Value extends object>(value: Value): Value {
  const text = JSON.stringify(value);
  // `text` stands for what is in the value.
  // oxlint-disable-next-line react/exhaustive-deps
  return useMemo(() => value, [text]);
}
