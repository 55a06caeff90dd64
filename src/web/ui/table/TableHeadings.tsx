import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableSortLabel from "@mui/material/TableSortLabel";
import type { ReactNode } from "react";

import { canSort, type TableColumn, type Sorting } from "./column.ts";

/** Height of a row and of the headings, px. */
export const rowHeight = 40;

/** What keeps the column of names in sight while the others scroll. */
export const stickyColumn = { position: "sticky", left: 0, zIndex: 1 } as const;

/** Width of the column that selects, px. */
export const selectWidth = 40;

export interface TableHeadingsProps<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly sorting: Sorting | undefined;
  readonly onSort: (next: Sorting) => void;
  /** What selects all rows; undefined where none can be. */
  readonly selectAll?: ReactNode;
}

/** The headings of a table, each with a button that sorts by its column. */
export function TableHeadings<Row>({ columns, sorting, onSort, selectAll }: TableHeadingsProps<Row>) {
  const before = selectAll === undefined ? 0 : 1;
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
          const sorted = sorting?.column !== id ? undefined : sorting.descending ? "desc" : "asc";
          return (
            <TableCell
              key={id}
              component="th"
              scope="col"
              aria-colindex={index + before + 1}
              aria-sort={sorted === undefined ? undefined : sorted === "asc" ? "ascending" : "descending"}
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
                  {...(sorted && { direction: sorted })}
                  onClick={() => onSort({ column: id, descending: sorted === "asc" })}
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
