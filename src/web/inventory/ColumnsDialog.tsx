import Box from "@mui/material/Box";
import Button from "@mui/material/Button";

import { DialogFrame } from "#web/ui/DialogFrame.tsx";

import type { ColumnId } from "./columnIds.ts";
import type { InventoryColumn } from "./columns.tsx";
import type { ShownColumns } from "./shownColumns.ts";

export interface ColumnsDialogProps {
  readonly columns: readonly InventoryColumn[];
  readonly shown: ShownColumns;
  readonly onClose: () => void;
}

/** The choice of columns. Each is shown or left out at once. */
export function ColumnsDialog({ columns, shown, onClose }: ColumnsDialogProps) {
  const toggle = (id: ColumnId) =>
    shown.choose(columns.map((column) => column.id).filter((other) => (other === id) !== shown.ids.includes(other)));
  return (
    <DialogFrame
      title="Columns"
      text="The address of the list says which columns it shows, and this browser keeps your choice."
      actions={
        <>
          <Button disabled={shown.areDefault} onClick={() => shown.choose(undefined)}>
            Default columns
          </Button>
          <Button variant="contained" onClick={onClose}>
            Done
          </Button>
        </>
      }
      onClose={onClose}
    >
      <Box component="ul" aria-label="Columns" sx={{ listStyle: "none", margin: 0, padding: 0, columns: { sm: 2 } }}>
        {columns.map(({ id, title }) => (
          <Box component="li" key={id} sx={{ breakInside: "avoid" }}>
            <Box component="label" sx={{ display: "flex", alignItems: "center", gap: 2, minHeight: 32, cursor: "pointer" }}>
              <input type="checkbox" checked={shown.ids.includes(id)} disabled={id === "name"} onChange={() => toggle(id)} />
              {title}
            </Box>
          </Box>
        ))}
      </Box>
    </DialogFrame>
  );
}
