import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useDeferredValue, useEffect, useMemo, useRef, type ReactNode } from "react";

import { count, countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { SearchBar, SearchField } from "#web/ui/SearchField.tsx";
import { DataTable, type DataTableProps } from "#web/ui/table/DataTable.tsx";

import type { ListViewState } from "./useListView.ts";

export interface ListTableProps<Row> extends Pick<
  DataTableProps<Row>,
  "rows" | "presorted" | "beyond" | "columns" | "rowId" | "maxHeight" | "selection"
> {
  /** What one of the things is called, and several: "IP filter", "IP filters". */
  readonly noun: readonly [one: string, many: string];
  /** `sorting` is undefined where the rows stand in an order that no column has. */
  readonly view: Omit<ListViewState<string, object>, "filters" | "setFilters" | "sorting"> & Pick<DataTableProps<Row>, "sorting">;
  /** What the search looks at: "Name, rule or id". */
  readonly searched: string;
  /** The rows that the search and all other filters let through; at module scope or memoised. Left out where `rows` are those already. */
  readonly find?: (rows: readonly Row[], search: string) => readonly Row[];
  /** How many things there are, narrowed or not; as many as there are rows unless told. */
  readonly total?: number;
  /** How all of them are told, and those that are left, where not all that are left stand in `rows`. */
  readonly told?: { readonly all: string; readonly left: string };
  /** What stands beside the table. */
  readonly aside?: ReactNode;
  /** Further fields that narrow the list, and what stands beside them. */
  readonly filters?: ReactNode;
  /** What there is to say between the fields and the table. */
  readonly notes?: ReactNode;
  /** All that stands there, beside the notes, when there is nothing to list. */
  readonly empty: ReactNode;
  /** Stands in place of the rows as long as it is not known which match. */
  readonly undecided?: ReactNode;
  /** What is not known of things that are not listed, where nothing is listed. */
  readonly doubt?: string | undefined;
}

/** A list with what narrows it: search, filters, how much is left, the table, and a way back to all of it. */
export function ListTable<Row>(props: ListTableProps<Row>) {
  const {
    noun,
    view,
    rows,
    presorted,
    beyond,
    searched,
    find = allOf,
    filters,
    notes,
    aside,
    empty,
    undecided,
    doubt,
    told,
  } = props;
  const { columns, rowId, maxHeight, selection, total = rows.length } = props;
  const [one, many] = noun;
  const searchInput = useRef<HTMLInputElement>(null);
  const search = useDeferredValue(view.search);
  const deferredFind = useDeferredValue(find);
  const found = useMemo(() => deferredFind(rows, search), [deferredFind, rows, search]);
  const all = told?.all ?? countOf(total, ...noun);
  const narrowed = told === undefined ? found.length !== total : told.left !== told.all;
  const summary = told?.left ?? (narrowed ? `${count(found.length)} of ${all}` : all);
  useAnnouncement(narrowed ? summary : undefined);
  const { showAll } = view;
  const nothing = useMemo(
    () =>
      undecided ?? (
        <EmptyState
          title={doubt === undefined ? `No ${one} matches` : `No ${one} is known to match`}
          action={
            <Button
              variant="outlined"
              onClick={() => {
                showAll();
                // The button goes with what it undoes, and the focus must not go with it.
                searchInput.current?.focus();
              }}
            >
              Show all {all}
            </Button>
          }
        >
          {doubt}
        </EmptyState>
      ),
    [undecided, doubt, one, all, showAll],
  );
  const table = (
    <DataTable
      label={many.charAt(0).toUpperCase() + many.slice(1)}
      rows={found}
      columns={columns}
      rowId={rowId}
      sorting={view.sorting}
      onSortingChange={view.setSorting}
      position={view.row}
      onPositionChange={view.setRow}
      {...(presorted !== undefined && { presorted })}
      {...(beyond !== undefined && { beyond })}
      {...(maxHeight !== undefined && { maxHeight })}
      selection={selection}
      empty={nothing}
    />
  );
  return (
    <>
      {total > 0 && (
        <SearchBar label={`Narrow the ${many}`}>
          <SearchField label={searched} value={view.search} onChange={view.setSearch} inputRef={searchInput} />
          {filters}
          {/* On a line of its own where there is little room: what is counted is longer before it is known. */}
          <Typography sx={{ color: "text.secondary", flexBasis: { xs: "100%", sm: "auto" } }}>{summary}</Typography>
        </SearchBar>
      )}
      {notes}
      {total === 0 ? (
        empty
      ) : (
        // The same whether or not something stands beside the table: it must not be made anew, or the focus in it would be lost.
        <Box sx={{ display: "flex", alignItems: "flex-start", gap: 4 }}>
          {aside}
          <Box sx={{ flex: 1, minWidth: 0 }}>{table}</Box>
        </Box>
      )}
    </>
  );
}

function allOf<Row>(rows: readonly Row[]): readonly Row[] {
  return rows;
}

/** Tells a screen reader what narrowing the list left, once typing has come to rest. */
function useAnnouncement(text: string | undefined): void {
  const before = useRef(text);
  useEffect(() => {
    if (text === before.current) return undefined;
    before.current = text;
    if (text === undefined) return undefined;
    const timer = setTimeout(() => announce(`Showing ${text}.`), 600);
    return () => clearTimeout(timer);
  }, [text]);
}
