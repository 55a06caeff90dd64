import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableSortLabel from "@mui/material/TableSortLabel";
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
    <TableHead sx={{ position: "sticky", top: 0, zIndex: 2 }}>
      <tr aria-rowindex={1}>
        {selectAll !== undefined && (
          <TableCell
            component="th"
            scope="col"
            aria-colindex={1}
            padding="none"
            sx={{ ...stickyColumn, height: rowHeight, backgroundColor: "background.paper", textAlign: "center" }}
          >
            {selectAll}
          </TableCell>
        )}
        {columns.map((column, index) => {
          const { id, header, meta } = column;
          const sorted = sortedBy?.id === id && canSort(column) ? sortedBy : undefined;
          return (
            <TableCell
              key={id}
              component="th"
              scope="col"
              aria-colindex={index + before + 1}
              aria-sort={sorted && (sorted.desc ? "descending" : "ascending")}
              align={meta?.align === "end" ? "right" : "left"}
              sx={{
                height: rowHeight,
                backgroundColor: "background.paper",
                color: "text.secondary",
                whiteSpace: "nowrap",
                // Before a heading that ends where its figures do, the arrow takes no room.
                ...(meta?.align === "end" && {
                  "& .MuiTableSortLabel-icon": { position: "absolute", insetInlineEnd: "100%", marginInline: "2px" },
                }),
                ...(index === 0 && { ...stickyColumn, left: before * selectWidth }),
              }}
            >
              {canSort(column) ? (
                <TableSortLabel
                  active={sorted !== undefined}
                  {...(sorted && { direction: sorted.desc ? "desc" : "asc" })}
                  onClick={() => onSort([{ id, desc: sorted !== undefined && !sorted.desc }])}
                >
                  {header}
                </TableSortLabel>
              ) : (
                header
              )}
            </TableCell>
          );
        })}
      </tr>
    </TableHead>
  );
}
