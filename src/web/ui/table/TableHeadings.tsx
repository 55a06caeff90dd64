import type { ReactNode } from "react";

import { canSort, type ColumnDef, type SortingState } from "./column.ts";

/** Height of a row and of the headings, px. */
export const rowHeight = 40;

/** What keeps the column of names in sight while the others scroll. */
export const stickyColumn = { position: "sticky", left: 0, zIndex: 1 } as const;

/** Width of the column that selects, px. */
export const selectWidth = 40;

export interface TableHeadingsProps<Row> {
  readonly columns: readonly ColumnDef<Row>[];
  readonly sorting: SortingState;
  readonly onSort: (next: SortingState) => void;
  /** What selects all rows; undefined where none can be. */
  readonly selectAll?: ReactNode;
}

/** The headings of a table, each with a button that sorts by its column. */
export function TableHeadings<Row>({ columns, sorting, onSort, selectAll }: TableHeadingsProps<Row>) {
  const before = selectAll === undefined ? 0 : 1;
  const [sortedBy] = sorting;
  return (
    <thead>
      <tr aria-rowindex={1}>
        {selectAll !== undefined && (
          <th scope="col" aria-colindex={1} data-select="">
            {selectAll}
          </th>
        )}
        {columns.map((column, index) => {
          const { id, header, meta } = column;
          const sorted = sortedBy?.id === id && canSort(column) ? sortedBy : undefined;
          return (
            <th
              key={id}
              scope="col"
              aria-colindex={index + before + 1}
              aria-sort={sorted && (sorted.desc ? "descending" : "ascending")}
              {...(meta?.align === "end" && { "data-align": "end" })}
            >
              {canSort(column) ? (
                <button type="button" onClick={() => onSort([{ id, desc: sorted !== undefined && !sorted.desc }])}>
                  {header}
                  <svg aria-hidden viewBox="0 0 24 24">
                    <path d="M20 12l-1.41-1.41L13 16.17V4h-2v12.17l-5.58-5.59L4 12l8 8 8-8z" />
                  </svg>
                </button>
              ) : (
                header
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/**
 * How the headings look: plain elements, styled from the table as its rows are.
 *
 * @param selecting width of the column before the names that selects, px; 0 where there is none
 */
export const headingStyles = (selecting: number) =>
  ({
    "& thead": { position: "sticky", top: 0, zIndex: 2 },
    "& thead th": {
      height: rowHeight,
      boxSizing: "border-box",
      padding: "0 12px",
      borderBottom: 1,
      borderColor: "frame.line",
      backgroundColor: "background.paper",
      color: "text.secondary",
      typography: "body1",
      fontWeight: 600,
      textAlign: "start",
      whiteSpace: "nowrap",
    },
    "& thead th:first-of-type, & thead [data-select]": { ...stickyColumn },
    "& thead [data-select]": { padding: 0, textAlign: "center" },
    ...(selecting > 0 && { "& thead [data-select] + th": { ...stickyColumn, left: selecting } }),
    "& thead [data-align]": { textAlign: "end" },
    "& thead button": {
      display: "inline-flex",
      alignItems: "center",
      gap: "4px",
      padding: 0,
      border: 0,
      background: "none",
      color: "inherit",
      font: "inherit",
      cursor: "pointer",
    },
    "& thead button:is(:hover, :focus-visible), & thead [aria-sort] button": { color: "text.primary" },
    "& thead svg": { width: 16, height: 16, fill: "currentColor", opacity: 0 },
    "& thead button:is(:hover, :focus-visible) svg": { opacity: 0.5 },
    "& thead [aria-sort] svg": { opacity: 1 },
    "& thead [aria-sort=ascending] svg": { transform: "rotate(180deg)" },
    // Before a heading that ends where its figures do, the arrow takes no room.
    "& thead [data-align] button": { position: "relative" },
    "& thead [data-align] svg": { position: "absolute", insetInlineEnd: "100%", marginInline: "2px" },
  }) as const;
