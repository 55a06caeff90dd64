import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import useMediaQuery from "@mui/material/useMediaQuery";
import { Fragment, memo, Suspense, useEffect, useMemo, type KeyboardEvent, type ReactNode } from "react";

import { CellTabIndex } from "#web/ui/Hint.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";

import { cardHeight, cardHeights, threeFactsFrom, widestWithCards } from "./cards.ts";
import { canSort, sortedRows, titleOf, type TableColumn, type Sorting } from "./column.ts";
import { boxStyle, SelectAll } from "./SelectAll.tsx";
import { rowHeight, selectWidth, stickyColumn, TableHeadings } from "./TableHeadings.tsx";
import { CardRow, TableRow } from "./TableRow.tsx";
import { useRowSelection, useSight, type ListedRows, type TableSelection } from "./useRowSelection.ts";
import { useRowWalk } from "./useRowWalk.ts";

/** So many rows before the end of those that were read, further ones are asked for. */
const rowsAhead = 20;

const CardSorting = lazyPart(async () => (await import("./CardSorting.tsx")).CardSorting);

export interface DataTableProps<Row> {
  /** What the table lists: its name for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  /** Whether `rows` come in the order that `sorting` says. The table then makes nothing of a row before it is in sight, however many there are. */
  readonly presorted?: boolean;
  /** Where `rows` are the first of more: how many there are, null where that is not known, and what reads further ones as long as there are. */
  readonly beyond?: { readonly count: number | null; readonly more: (() => void) | undefined };
  /**
   * At module scope or memoised. The first column names the row: it stays in sight while the others scroll, and heads the card. What must be
   * seen at once comes next.
   */
  readonly columns: readonly TableColumn<Row>[];
  readonly rowId: (row: Row) => string;
  /** What stands in place of the rows when there are none. */
  readonly empty: ReactNode;
  /** Undefined where the rows stand in an order that no column has. */
  readonly sorting: Sorting | undefined;
  readonly onSortingChange: (next: Sorting) => void;
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
 * Memoised: what is typed into the search is drawn before the rows that it leaves.
 */
export const DataTable = memo(function DataTable<Row>({
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
  const places = useMediaQuery(`(min-width: ${threeFactsFrom}px)`, { noSsr: true }) ? 3 : 2;
  // By content: a link gives a new object each time.
  const [sortedBy, descending] = [sorting?.column, sorting?.descending === true];
  const sorted = useMemo(
    () => (presorted ? rows : sortedRows(rows, columns, sortedBy, descending)),
    [presorted, rows, columns, sortedBy, descending],
  );
  const listed = useMemo(
    (): ListedRows => ({ length: sorted.length, idAt: (index) => ifThere(sorted[index], rowId) }),
    [sorted, rowId],
  );
  const { length } = listed;
  const spans = columns.slice(1).map(({ meta }) => meta?.places ?? 1);
  const size = asCards ? cardHeight(spans, places) : rowHeight;
  const headHeight = asCards ? 0 : rowHeight;
  const before = selection === undefined ? 0 : 1;
  const {
    scroller,
    drawn: inDocument,
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
  const isNearEnd = (inDocument.at(-1) ?? 0) >= length - rowsAhead;
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
  const gapAfter = (length - 1 - (inDocument.at(-1) ?? -1)) * size;
  const drawn = (
    <CellTabIndex value={-1}>
      {inDocument.map((index, place) => {
        const row = sorted[index];
        if (row === undefined) return null;
        const id = rowId(row);
        const gap = (index - 1 - (inDocument[place - 1] ?? -1)) * size;
        return (
          <Fragment key={id}>
            {gap > 0 && <Gap height={gap} />}
            <OneRow
              row={row}
              columns={columns}
              index={index}
              activeColumn={index === entry.row ? entry.column : undefined}
              {...(selection && {
                selected: selection.ids.has(id),
                selectLabel: `Select ${selection.nameOf(row)}`,
                onSelect: select.toggle,
              })}
            />
          </Fragment>
        );
      })}
      {gapAfter > 0 && <Gap height={gapAfter} />}
    </CellTabIndex>
  );

  return (
    <>
      {asCards && sorting !== undefined && length > 1 && (
        <Suspense fallback={<Box sx={{ height: 40, marginBottom: 3 }} />}>
          <CardSorting
            columns={columns.filter(canSort).map((column) => ({ id: column.id, title: titleOf(column) }))}
            sorted={sorting}
            onSort={onSortingChange}
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
          <Table
            role="grid"
            aria-label={label}
            aria-rowcount={rowCount < 0 ? rowCount : rowCount + 1}
            aria-colcount={columns.length + before}
            aria-multiselectable={selection && true}
            sx={{
              tableLayout: "fixed",
              minWidth: columns.reduce((sum, column) => sum + column.size, before * selectWidth),
              borderCollapse: "separate",
            }}
          >
            <colgroup>
              {selection && <col style={{ width: selectWidth }} />}
              {columns.map((column) => (
                <col key={column.id} style={{ width: column.size }} />
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
          </Table>
        )}
      </Box>
    </>
  );
}) as <Row>(props: DataTableProps<Row>) => ReactNode;

/** What the cell has in common that selects a row, wherever it stands. */
const selectStyle = {
  textAlign: "center",
  cursor: "pointer",
  userSelect: "none",
  "& input": boxStyle,
} as const;

function ifThere<Row, Made>(row: Row | undefined, make: (row: Row) => Made): Made | undefined {
  return row === undefined ? undefined : make(row);
}

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
      top: 0,
      width: 40,
      // Its middle is that of the name.
      height: padding + title,
      display: "flex",
      alignItems: "center",
      justifyContent: "center",
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
