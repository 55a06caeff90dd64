import Box from "@mui/material/Box";

import { SelectField } from "#web/ui/Field.tsx";

import type { Sorting } from "./column.ts";

export interface CardSortingProps {
  /** The columns that can be sorted by. */
  readonly columns: readonly { readonly id: string; readonly title: string }[];
  readonly sorted: Sorting;
  readonly onSort: (sorted: Sorting) => void;
}

/** What sorts cards, which have no headings to press. */
export function CardSorting({ columns, sorted, onSort }: CardSortingProps) {
  return (
    <Box sx={{ display: "flex", gap: 3, marginBottom: 3, maxWidth: 420 }}>
      <SelectField label="Sort by" value={sorted.column} onChange={({ target }) => onSort({ ...sorted, column: target.value })}>
        {columns.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Order"
        value={sorted.descending ? "descending" : "ascending"}
        onChange={({ target }) => onSort({ ...sorted, descending: target.value === "descending" })}
      >
        <option value="ascending">Ascending</option>
        <option value="descending">Descending</option>
      </SelectField>
    </Box>
  );
}
