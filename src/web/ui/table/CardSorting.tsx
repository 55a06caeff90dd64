import Box from "@mui/material/Box";

import { SelectField } from "#web/ui/Field.tsx";

export interface CardSortingProps {
  /** The columns that can be sorted by. */
  readonly columns: readonly { readonly id: string; readonly title: string }[];
  readonly sorted: { readonly id: string; readonly desc: boolean };
  readonly onSort: (sorted: { readonly id: string; readonly desc: boolean }) => void;
}

/** What sorts cards, which have no headings to press. */
export function CardSorting({ columns, sorted, onSort }: CardSortingProps) {
  return (
    <Box sx={{ display: "flex", gap: 3, marginBottom: 3, maxWidth: 420 }}>
      <SelectField label="Sort by" value={sorted.id} onChange={({ target }) => onSort({ ...sorted, id: target.value })}>
        {columns.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Order"
        value={sorted.desc ? "descending" : "ascending"}
        onChange={({ target }) => onSort({ ...sorted, desc: target.value === "descending" })}
      >
        <option value="ascending">Ascending</option>
        <option value="descending">Descending</option>
      </SelectField>
    </Box>
  );
}
