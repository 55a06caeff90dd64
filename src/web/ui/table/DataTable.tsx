import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableSortLabel from "@mui/material/TableSortLabel";
import {
  getCoreRowModel,
  getSortedRowModel,
  useReactTable,
  type Cell,
  type ColumnDef,
  type RowData,
  type SortingState,
} from "@tanstack/react-table";
import { defaultRangeExtractor, useVirtualizer, type Range } from "@tanstack/react-virtual";
import {
  Fragment,
  useCallback,
  useEffect,
  memo,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
} from "react";

import { cellReached } from "./cellWalk.ts";
import { CellTabIndex } from "#web/ui/Hint.tsx";

declare module "@tanstack/react-table" {
  // The names of the parameters are the library's.
  interface ColumnMeta<TData extends RowData, TValue> {
    /** Where the column's texts stand; figures stand at the end. */
    readonly align?: "start" | "end";
    /** Only to use the parameters, as merging with the library's declaration demands. */
    readonly phantom?: [TData, TValue];
  }
}

/** Height of a row and of the header, px. */
const rowHeight = 40;

export interface DataTableProps<Row> {
  /** What the table lists: its name for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  /**
   * Columns of react-table, at module scope or memoised; `header` and `cell` are plain functions, in which hooks can't be used. `size` is the width in px, of which more is given where there is room;
   * `enableSorting: false` takes the sort button away. The first column names the row, and stays in sight while the others scroll.
   */
  readonly columns: ColumnDef<Row>[];
  readonly rowId: (row: Row) => string;
  /** What stands in place of the rows when there are none. */
  readonly empty: ReactNode;
  readonly sorting: SortingState;
  readonly onSortingChange: (next: SortingState) => void;
  /** Index of the first row in sight; when it changes from outside, the table scrolls there. 0 unless told. */
  readonly position?: number;
  /** Tells the first row in sight after scrolling came to rest. */
  readonly onPositionChange?: (position: number) => void;
  /** How high the table may grow, as CSS says it. */
  readonly maxHeight?: string;
}

/**
 * A table of any length. It is a real table for screen readers, though only the rows in sight are in the document: every row carries
 * its index, and the table its number of rows. The rows are one stop of the tab key; arrow keys, Page up and down, Home and End (with
 * Ctrl for the first and last row) walk the cells.
 */
export function DataTable<Row>({
  label,
  rows,
  columns,
  rowId,
  empty,
  sorting,
  onSortingChange,
  position = 0,
  onPositionChange,
  maxHeight = "max(360px, calc(100dvh - 300px))",
}: DataTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState({ row: 0, column: 0 });
  const [within, setWithin] = useState(false);
  // react-table wants an array it may call its own.
  const data = useMemo(() => [...rows], [rows]);
  // By its content, since the address gives a new array each time, and a new array would be sorted by anew.
  const [{ id: sortedBy, desc: descending } = { id: undefined, desc: false }] = sorting;
  // oxlint-disable-next-line react/incompatible-library -- about the React Compiler, which this build does not use
  const table = useReactTable({
    data,
    columns,
    getRowId: rowId,
    state: useMemo(
      () => ({ sorting: sortedBy === undefined ? [] : [{ id: sortedBy, desc: descending }] }),
      [sortedBy, descending],
    ),
    onSortingChange: (next) => onSortingChange(typeof next === "function" ? next(sorting) : next),
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    enableSortingRemoval: false,
    enableMultiSort: false,
    sortDescFirst: false,
  });
  const shown = table.getRowModel().rows;
  const width = table.getTotalSize();

  const activeRow = Math.min(active.row, shown.length - 1);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    // The header lies before the rows, and over them once they scroll.
    scrollMargin: rowHeight,
    scrollPaddingStart: rowHeight,
    initialOffset: position * rowHeight,
    // The row that has the focus stays in the document however far it is scrolled away, or the focus would be lost.
    rangeExtractor: useCallback(
      (range: Range) => {
        const indexes = defaultRangeExtractor(range);
        if (!within || activeRow < 0 || indexes.includes(activeRow)) return indexes;
        return [...indexes, activeRow].toSorted((a, b) => a - b);
      },
      [within, activeRow],
    ),
  });
  const items = virtualizer.getVirtualItems();

  const reported = useRef(position);
  useEffect(() => {
    if (position === reported.current) return;
    reported.current = position;
    scroller.current?.scrollTo({ top: position * rowHeight });
  }, [position]);
  const { isScrolling } = virtualizer;
  useEffect(() => {
    if (isScrolling || scroller.current === null) return;
    const first = Math.round(scroller.current.scrollTop / rowHeight);
    if (first === reported.current) return;
    reported.current = first;
    onPositionChange?.(first);
  }, [isScrolling, onPositionChange]);

  // The tab key enters at the cell that was last active, or at the first row in sight when that one is not.
  const firstInSight = Math.floor((virtualizer.scrollOffset ?? 0) / rowHeight);
  const entry = items.some((item) => item.index === activeRow) ? activeRow : Math.min(firstInSight, shown.length - 1);

  const move = (event: KeyboardEvent<HTMLElement>) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const last = { row: shown.length - 1, column: columns.length - 1 };
    const from = { row: entry, column: active.column };
    const to = cellReached(event, from, last, page);
    if (to === undefined) return;
    event.preventDefault();
    setActive(to);
    virtualizer.scrollToIndex(to.row, { align: "auto" });
    // The row may have to be drawn first, which scrolling does in the next frame.
    const focus = (tries: number) => {
      const cell = scroller.current?.querySelector<HTMLElement>(`[data-cell="${to.row}:${to.column}"]`);
      if (cell) focusable(cell).focus({ preventScroll: true });
      else if (tries > 0) requestAnimationFrame(() => focus(tries - 1));
    };
    requestAnimationFrame(() => focus(5));
  };

  let drawnTo = rowHeight;
  const end = rowHeight + shown.length * rowHeight;
  return (
    <Box
      ref={scroller}
      sx={{
        overflow: "auto",
        maxHeight,
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        backgroundColor: "background.paper",
        position: "relative",
        // Rows that come under the sticky header or the sticky first column are brought out from under it.
        scrollPaddingTop: rowHeight,
        "& tbody > tr": { height: rowHeight },
        "& tbody > tr:hover > [data-cell]": { backgroundColor: "frame.well" },
        "& [data-cell]": {
          typography: "body1",
          height: rowHeight,
          padding: "0 12px",
          borderBottom: 1,
          borderColor: "frame.line",
          backgroundColor: "background.paper",
          textAlign: "start",
          overflow: "hidden",
          textOverflow: "ellipsis",
          whiteSpace: "nowrap",
        },
        "& [data-align=end]": { textAlign: "end" },
        // A column of names that lead somewhere needs no line under each.
        "& [data-cell] a:not(:hover, :focus-visible)": { textDecoration: "none" },
        "& th[data-cell]": { fontWeight: 500, ...stickyColumn },
        "& [data-cell]:focus-visible": { outline: "2px solid", outlineColor: "frame.focus", outlineOffset: "-2px" },
      }}
    >
      <Table
        role="grid"
        aria-label={label}
        aria-rowcount={shown.length + 1}
        aria-colcount={columns.length}
        sx={{ tableLayout: "fixed", minWidth: width, borderCollapse: "separate" }}
      >
        <colgroup>
          {table.getVisibleLeafColumns().map((column) => (
            <col key={column.id} style={{ width: column.getSize() }} />
          ))}
        </colgroup>
        <TableHead sx={{ position: "sticky", top: 0, zIndex: 2 }}>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header, index) => {
                const sorted = header.column.getIsSorted();
                const content = draw(header.column.columnDef.header, header.getContext());
                return (
                  <TableCell
                    key={header.id}
                    component="th"
                    scope="col"
                    aria-colindex={index + 1}
                    aria-sort={sorted === false ? undefined : sorted === "asc" ? "ascending" : "descending"}
                    align={header.column.columnDef.meta?.align === "end" ? "right" : "left"}
                    sx={{
                      height: rowHeight,
                      backgroundColor: "background.paper",
                      color: "text.secondary",
                      whiteSpace: "nowrap",
                      ...(index === 0 && stickyColumn),
                    }}
                  >
                    {header.column.getCanSort() ? (
                      <TableSortLabel
                        active={sorted !== false}
                        {...(sorted !== false && { direction: sorted })}
                        onClick={header.column.getToggleSortingHandler()}
                      >
                        {content}
                      </TableSortLabel>
                    ) : (
                      content
                    )}
                  </TableCell>
                );
              })}
            </tr>
          ))}
        </TableHead>
        <CellTabIndex value={-1}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the cells of a grid are walked by keyboard */}
          <tbody
            onKeyDown={move}
            onFocus={(event) => {
              setWithin(true);
              const cell = event.target.closest<HTMLElement>("[data-cell]")?.dataset["cell"]?.split(":").map(Number);
              if (cell?.[0] !== undefined && cell[1] !== undefined) setActive({ row: cell[0], column: cell[1] });
            }}
            onBlur={(event) => {
              if (!event.currentTarget.contains(event.relatedTarget)) setWithin(false);
            }}
          >
            {shown.length === 0 && (
              <tr aria-rowindex={2}>
                <td colSpan={columns.length}>{empty}</td>
              </tr>
            )}
            {items.map((item) => {
              const row = shown[item.index];
              const gap = item.start - drawnTo;
              drawnTo = item.end;
              return (
                row !== undefined && (
                  <Fragment key={row.id}>
                    {gap > 0 && <Gap height={gap} />}
                    <TableRow
                      cells={row.getVisibleCells()}
                      index={item.index}
                      activeColumn={item.index === entry ? active.column : undefined}
                    />
                  </Fragment>
                )
              );
            })}
            {end > drawnTo && <Gap height={end - drawnTo} />}
          </tbody>
        </CellTabIndex>
      </Table>
    </Box>
  );
}

/**
 * What a column's `header` or `cell` gives. Called as a plain function and not, as react-table's own helper does, made a component: columns
 * that are made anew would then be new components, and every cell would lose its state and the focus. So these functions use no hooks.
 */
function draw<Context>(content: ReactNode | ((context: Context) => ReactNode), context: Context): ReactNode {
  return typeof content === "function" ? content(context) : content;
}

interface TableRowProps<Row> {
  readonly cells: readonly Cell<Row, unknown>[];
  readonly index: number;
  /** The column at which the tab key enters, when it enters at this row. */
  readonly activeColumn: number | undefined;
}

/** One row. Memoised, so that scrolling draws only the rows that come into sight; plain elements, styled from the table, for the same reason. */
const TableRow = memo(function TableRow<Row>({ cells, index, activeColumn }: TableRowProps<Row>) {
  return (
    <tr aria-rowindex={index + 2}>
      {cells.map((cell, column) => {
        const Element = column === 0 ? "th" : "td";
        return (
          <Element
            key={cell.id}
            {...(column === 0 && { scope: "row" })}
            {...(cell.column.columnDef.meta?.align === "end" && { "data-align": "end" })}
            aria-colindex={column + 1}
            data-cell={`${index}:${column}`}
            tabIndex={column === activeColumn ? 0 : -1}
            onFocus={focusContent}
          >
            {draw(cell.column.columnDef.cell, cell.getContext())}
          </Element>
        );
      })}
    </tr>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

/** Where a cell holds something that can have the focus, that has it. */
function focusContent(event: FocusEvent<HTMLElement>): void {
  if (event.target === event.currentTarget) focusable(event.currentTarget).focus({ preventScroll: true });
}

/** Keeps the place of rows that are not drawn. */
function Gap({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- it is empty and hidden */}
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

const stickyColumn = { position: { sm: "sticky" }, left: 0, zIndex: 1 } as const;

/** What takes the focus in a cell: the first thing in it that can, or the cell itself. */
function focusable(cell: HTMLElement): HTMLElement {
  return cell.querySelector<HTMLElement>("a[href], button, input, [tabindex]") ?? cell;
}
