import Box from "@mui/material/Box";
import type { Table } from "@tanstack/react-table";

import { SelectField } from "#web/ui/Field.tsx";

import { titleOf } from "./TableRow.tsx";

/** What sorts cards, which have no headings to press. */
export function CardSorting<Row>({ table }: { readonly table: Table<Row> }) {
  const [sorted] = table.getState().sorting;
  const columns = table.getAllLeafColumns().filter((column) => column.getCanSort());
  if (sorted === undefined || table.getRowCount() < 2) return null;
  return (
    <Box sx={{ display: "flex", gap: 3, marginBottom: 3, maxWidth: 420 }}>
      <SelectField
        label="Sort by"
        value={sorted.id}
        onChange={({ target }) => table.setSorting([{ id: target.value, desc: sorted.desc }])}
      >
        {columns.map((column) => (
          <option key={column.id} value={column.id}>
            {titleOf(column)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Order"
        value={sorted.desc ? "descending" : "ascending"}
        onChange={({ target }) => table.setSorting([{ id: sorted.id, desc: target.value === "descending" }])}
      >
        <option value="ascending">Ascending</option>
        <option value="descending">Descending</option>
      </SelectField>
    </Box>
  );
}
