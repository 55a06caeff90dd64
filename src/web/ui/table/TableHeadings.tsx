import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableSortLabel from "@mui/material/TableSortLabel";
import type { Table } from "@tanstack/react-table";
import type { ReactNode } from "react";

import { draw } from "./TableRow.tsx";

/** Height of a row and of the headings, px. */
export const rowHeight = 40;

/** What keeps the column of names in sight while the others scroll. */
export const stickyColumn = { position: "sticky", left: 0, zIndex: 1 } as const;

/** Width of the column that selects, px. */
export const selectWidth = 40;

export interface TableHeadingsProps<Row> {
  readonly table: Table<Row>;
  /** What selects all rows; undefined where none can be. */
  readonly selectAll?: ReactNode;
}

/** The headings of a table, each with a button that sorts by its column. */
export function TableHeadings<Row>({ table, selectAll }: TableHeadingsProps<Row>) {
  const before = selectAll === undefined ? 0 : 1;
  return (
    <TableHead sx={{ position: "sticky", top: 0, zIndex: 2 }}>
      {table.getHeaderGroups().map((group) => (
        <tr key={group.id} aria-rowindex={1}>
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
          {group.headers.map((header, index) => {
            const sorted = header.column.getIsSorted();
            const content = draw(header.column.columnDef.header, header.getContext());
            return (
              <TableCell
                key={header.id}
                component="th"
                scope="col"
                aria-colindex={index + before + 1}
                aria-sort={sorted === false ? undefined : sorted === "asc" ? "ascending" : "descending"}
                align={header.column.columnDef.meta?.align === "end" ? "right" : "left"}
                sx={{
                  height: rowHeight,
                  backgroundColor: "background.paper",
                  color: "text.secondary",
                  whiteSpace: "nowrap",
                  // Before a heading that ends where its figures do, the arrow takes no room.
                  ...(header.column.columnDef.meta?.align === "end" && {
                    "& .MuiTableSortLabel-icon": { position: "absolute", insetInlineEnd: "100%", marginInline: "2px" },
                  }),
                  ...(index === 0 && { ...stickyColumn, left: before * selectWidth }),
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
  );
}
