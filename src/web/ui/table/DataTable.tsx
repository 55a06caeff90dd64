import Box from "@mui/material/Box";
import useMediaQuery from "@mui/material/useMediaQuery";
import { Fragment, Suspense, useEffect, useMemo, type KeyboardEvent, type ReactNode } from "react";

import { CellTabIndex } from "#web/ui/Hint.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";

import { cardHeight, cardHeights, fourFactsFrom, widestWithCards } from "./cards.ts";
import { canSort, sortedRows, titleOf, widthOf, type ColumnDef, type SortingState } from "./column.ts";
import { boxStyle, SelectAll } from "./SelectAll.tsx";
import { headingStyles, rowHeight, selectWidth, stickyColumn, TableHeadings } from "./TableHeadings.tsx";
import { CardRow, TableRow } from "./TableRow.tsx";
import { useRowSelection, useSight, type ListedRows, type TableSelection } from "./useRowSelection.ts";
import { useRowWalk } from "./useRowWalk.ts";

/** So many rows before the end of those that were read, further ones are asked for. */
const rowsAhead = 30;

const CardSorting = lazyPart(async () => (await import("./CardSorting.tsx")).CardSorting);

export interface DataTableProps<Row> {
  /** What the table lists: its name for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  /** Whether `rows` come in the order that `sorting` says. */
  readonly presorted?: boolean;
  /** Where `rows` are the first of more: how many there are, null where that is not known, and what reads further ones as long as there are. */
  readonly beyond?: { readonly count: number | null; readonly more: (() => void) | undefined };
  /**
   * At module scope or memoised. The first column names the row: it stays in sight while the others scroll, and heads the card. What must be
   * seen at once comes next.
   */
  readonly columns: readonly ColumnDef<Row>[];
  readonly rowId: (row: Row) => string;
  /** What stands in place of the rows when there are none. */
  readonly empty: ReactNode;
  readonly sorting: SortingState;
  readonly onSortingChange: (next: SortingState) => void;
  /** Index of the first row in sight; when it changes from outside, the table scrolls there. 0 unless told. */
  readonly position?: number;
  /** Tells the first row in sight after scrolling came to rest. */
  readonly onPositionChange?: (position: number) => void;
  /** The table's largest height, in CSS; cards fill a small screen instead. */
  readonly maxHeight?: string;
  /** Lets rows be selected; left out where they cannot be. */
  readonly selection?: TableSelection<Row> | undefined;
}

/**
 * A table of any length. It is a real table for screen readers, though only the rows in sight are in the document: every row carries
 * its index, and the table its number of rows. The rows are one stop of the tab key; arrow keys, Page up and down, Home and End (with
 * Ctrl for the first and last row) walk the cells. In a narrow window every row is a card, so that nothing has to be scrolled sideways.
 * Where rows can be selected, the space bar selects the row, with Shift all from the one chosen last, Ctrl+A every row, and Escape none.
 */
export function DataTable<Row>({
  label,
  rows,
  presorted = false,
  beyond,
  columns,
  rowId,
  empty,
  sorting,
  onSortingChange,
  position = 0,
  onPositionChange,
  maxHeight = "max(360px, calc(100dvh - 300px))",
  selection,
}: DataTableProps<Row>) {
  const asCards = useMediaQuery(`(max-width: ${widestWithCards}px)`, { noSsr: true });
  const places = useMediaQuery(`(min-width: ${fourFactsFrom}px)`, { noSsr: true }) ? 4 : 2;
  // Compared by content: the link gives a new array each time, and a new array would sort again.
  const [{ id: sortedBy, desc: descending } = { id: undefined, desc: false }] = sorting;
  const sorted = useMemo(
    () =>
      presorted
        ? rows
        : sortedRows(
            rows,
            columns.find(({ id }) => id === sortedBy),
            descending,
          ),
    [presorted, rows, columns, sortedBy, descending],
  );
  const listed = useMemo(
    (): ListedRows => ({
      length: sorted.length,
      idAt: (index) => {
        const row = sorted[index];
        return row === undefined ? undefined : rowId(row);
      },
    }),
    [sorted, rowId],
  );
  const { length } = listed;
  const spans = columns.slice(1).map(({ meta }) => meta?.places ?? 1);
  const size = asCards ? cardHeight(spans, places) : rowHeight;
  const headHeight = asCards ? 0 : rowHeight;
  const before = selection === undefined ? 0 : 1;
  const {
    scroller,
    items,
    gap,
    entry,
    body: walked,
  } = useRowWalk({
    rows: length,
    columns: columns.length + before,
    rowHeight: size,
    headHeight,
    position,
    onPositionChange,
  });

  const more = beyond?.more;
  const isNearEnd = (items.at(-1)?.index ?? 0) >= length - rowsAhead;
  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, more]);
  const rowCount = beyond === undefined ? length : (beyond.count ?? -1);

  const select = useRowSelection(selection, listed, beyond !== undefined);
  useSight(selection, listed, scroller, headHeight, size);
  const body = {
    ...walked,
    onKeyUp: select.onKeyUp,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (!select.onKey(event, entry.row)) walked.onKeyDown(event);
    },
  };

  const OneRow = asCards ? CardRow : TableRow;
  const Gap = asCards ? CardGap : TableGap;
  const drawn = (
    <CellTabIndex value={-1}>
      {items.map((item) => {
        const row = sorted[item.index];
        return (
          row !== undefined && (
            <Fragment key={rowId(row)}>
              {item.gap > 0 && <Gap height={item.gap} />}
              <OneRow
                row={row}
                columns={columns}
                index={item.index}
                activeColumn={item.index === entry.row ? entry.column : undefined}
                {...(selection && {
                  selected: selection.ids.has(rowId(row)),
                  selectLabel: `Select ${selection.nameOf(row)}`,
                  onSelect: select.toggle,
                })}
              />
            </Fragment>
          )
        );
      })}
      {gap > 0 && <Gap height={gap} />}
    </CellTabIndex>
  );

  const [sortedAs] = sorting;
  return (
    <>
      {asCards && sortedAs !== undefined && length > 1 && (
        <Suspense fallback={<Box sx={{ height: 40, marginBottom: 3 }} />}>
          <CardSorting
            columns={columns.filter(canSort).map((column) => ({ id: column.id, title: titleOf(column) }))}
            sorted={sortedAs}
            onSort={(next) => onSortingChange([next])}
          />
        </Suspense>
      )}
      <Box
        ref={scroller}
        sx={{
          ...frame,
          ...(asCards ? cardStyles(size, places) : lineStyles(columns[0]?.size ?? 0, before * selectWidth)),
          maxHeight: asCards ? "max(260px, 85dvh)" : maxHeight,
        }}
      >
        {asCards ? (
          <div
            role="grid"
            aria-label={label}
            aria-rowcount={rowCount}
            aria-colcount={columns.length + before}
            aria-multiselectable={selection && true}
          >
            {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/no-noninteractive-element-interactions -- the cells of a grid are walked by keyboard */}
            <div role="rowgroup" {...body}>
              {length === 0 && (
                <div role="row">
                  <div role="gridcell">{empty}</div>
                </div>
              )}
              {drawn}
            </div>
          </div>
        ) : (
          <table
            role="grid"
            aria-label={label}
            aria-rowcount={rowCount < 0 ? rowCount : rowCount + 1}
            aria-colcount={columns.length + before}
            aria-multiselectable={selection && true}
            style={{ minWidth: columns.reduce((sum, column) => sum + widthOf(column), before * selectWidth) }}
          >
            <colgroup>
              {selection && <col style={{ width: selectWidth }} />}
              {columns.map((column) => (
                <col key={column.id} style={{ width: widthOf(column) }} />
              ))}
            </colgroup>
            <TableHeadings
              columns={columns}
              sorting={sorting}
              onSort={onSortingChange}
              {...(selection && {
                selectAll: <SelectAll selection={selection} rows={listed} beyond={beyond} onChange={select.all} />,
              })}
            />
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the cells of a grid are walked by keyboard */}
            <tbody {...body}>
              {length === 0 && (
                <tr aria-rowindex={2}>
                  <td colSpan={columns.length + before}>{empty}</td>
                </tr>
              )}
              {drawn}
            </tbody>
          </table>
        )}
      </Box>
    </>
  );
}

/** What the cell has in common that selects a row, wherever it stands. */
const selectStyle = {
  textAlign: "center",
  cursor: "pointer",
  userSelect: "none",
  "& input": boxStyle,
} as const;

/** Keeps the place of rows that are not drawn. */
function TableGap({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- it is empty and hidden */}
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

/** Keeps the place of cards that are not drawn. */
function CardGap({ height }: { readonly height: number }) {
  return <div aria-hidden style={{ height }} />;
}

const frame = {
  overflow: "auto",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  backgroundColor: "background.paper",
  position: "relative",
  "& [data-cell]": {
    typography: "body1",
    textAlign: "start",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  // A column of names that lead somewhere needs no line under each.
  "& [data-cell] a:not(:hover, :focus-visible)": { textDecoration: "none" },
  "& [data-cell]:focus-visible": { outline: "2px solid", outlineColor: "frame.focus", outlineOffset: "-2px" },
} as const;

/**
 * @param pinned width of the column of names, px
 * @param selecting width of the column before it that selects, px; 0 where there is none
 */
const lineStyles = (pinned: number, selecting: number) =>
  ({
    // What comes under the sticky headings and names is brought out from under them. A padding of the scroller would say so too, but then the table
    // scrolls when a heading takes the focus.
    "& [data-cell], & [data-cell] :is(a, button, input, [tabindex])": { scrollMarginTop: `${rowHeight}px` },
    "& td[data-cell]": { scrollMarginInlineStart: `${pinned + selecting}px` },
    "& table": { width: "100%", tableLayout: "fixed", borderCollapse: "separate", borderSpacing: 0 },
    ...headingStyles(selecting),
    "& tbody > tr": { height: rowHeight },
    "& tbody > tr:hover > [data-cell]": { backgroundColor: "frame.well" },
    "& [data-cell]": {
      ...frame["& [data-cell]"],
      height: rowHeight,
      padding: "0 12px",
      borderBottom: 1,
      borderColor: "frame.line",
      backgroundColor: "background.paper",
    },
    "& [data-align=end]": { textAlign: "end" },
    "& th[data-cell]": { fontWeight: 500, ...stickyColumn, left: selecting },
    "& td[data-select]": { ...selectStyle, ...stickyColumn, padding: 0 },
    "& tr[aria-selected=true] > [data-cell]": { backgroundColor: "frame.well" },
  }) as const;

function cardStyles(height: number, places: number) {
  const { title, fact, padding } = cardHeights;
  return {
    "& [data-row]": {
      display: "grid",
      gridTemplateColumns: `repeat(${places}, minmax(0, 1fr))`,
      gridTemplateRows: `${title}px`,
      gridAutoRows: `${fact}px`,
      columnGap: 3,
      boxSizing: "border-box",
      height,
      padding: `${padding / 2}px 12px`,
      borderBottom: 1,
      borderColor: "frame.line",
      position: "relative",
    },
    "& [data-row][aria-selected=true]": { backgroundColor: "frame.well" },
    "& [data-select]": {
      ...selectStyle,
      position: "absolute",
      insetInlineEnd: 0,
      top: 1,
      width: 40,
      lineHeight: "34px",
      zIndex: 1,
    },
    "& [data-row][aria-selected] > [role=rowheader]": { paddingInlineEnd: "32px" },
    "& [role=rowheader]": { gridColumn: "1 / -1", fontWeight: 600, lineHeight: `${title}px` },
    "& [role=gridcell]": { lineHeight: "17px" },
    "& [data-wide]": { gridColumn: "span 2" },
    "& [data-label]": {
      display: "block",
      color: "text.secondary",
      fontSize: "0.75rem",
      lineHeight: "14px",
      overflow: "hidden",
      textOverflow: "ellipsis",
    },
  } as const;
}
