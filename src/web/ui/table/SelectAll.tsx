import Box from "@mui/material/Box";
import { useEffect, useMemo, useRef } from "react";

import { count } from "#web/ui/counts.ts";

import type { ListedRows, TableSelection } from "./useRowSelection.ts";

/** How a box looks that selects. */
export const boxStyle = {
  width: 18,
  height: 18,
  margin: 0,
  cursor: "pointer",
  verticalAlign: "middle",
  accentColor: (theme: { readonly vars: { readonly palette: { readonly primary: { readonly main: string } } } }) =>
    theme.vars.palette.primary.main,
} as const;

export interface SelectAllProps<Data> {
  readonly selection: TableSelection<Data>;
  readonly rows: ListedRows;
  /** Set where `rows` are the first of more, so that they are not all: how many there are. */
  readonly beyond: { readonly count: number | null } | undefined;
  readonly onChange: (put: boolean) => void;
}

/** The box above the boxes: selects every row that is listed, in sight or not, and takes them out again. */
export function SelectAll<Data>({ selection: { ids }, rows, beyond, onChange }: SelectAllProps<Data>) {
  const box = useRef<HTMLInputElement>(null);
  const chosen = useMemo(() => {
    if (ids.size === 0) return 0;
    let found = 0;
    for (let index = 0; index < rows.length; index++) if (ids.has(rows.idAt(index) ?? "")) found++;
    return found;
  }, [ids, rows]);
  const all = beyond === undefined && rows.length > 0 && chosen === rows.length;
  const some = chosen > 0 && !all;
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = some;
  }, [some]);
  return (
    <Box
      component="input"
      type="checkbox"
      ref={box}
      aria-label={beyond === undefined ? `Select all ${count(rows.length)} listed` : "Select all, once all are read"}
      checked={all}
      disabled={rows.length === 0 || beyond !== undefined}
      onChange={() => onChange(!all)}
      sx={boxStyle}
    />
  );
}
