import TextField from "@mui/material/TextField";
import type { ReactNode } from "react";

import { nameInText } from "#domain/name.ts";

/** Something to choose: what an address calls it, and its name. */
export interface Option {
  readonly value: string;
  readonly name: string;
  /** What else there is to say of it: "not published". */
  readonly remark?: string | undefined;
}

export interface OptionChoiceProps {
  readonly label: string;
  /** Empty for none. */
  readonly value: string;
  /** Undefined while they are being read. */
  readonly options: readonly Option[] | undefined;
  readonly helper?: ReactNode;
  /** What is wrong with the choice, in words. */
  readonly problem?: string | undefined;
  readonly onChoose: (value: string) => void;
}

/** A choice of one thing of a list, or of none. */
export function Choice({ label, value, options, helper, problem, onChoose }: OptionChoiceProps) {
  // The list may lack the chosen one while it is being read, or when that failed.
  const known = value === "" || options?.some((option) => option.value === value) === true;
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value}
      error={problem !== undefined}
      helperText={problem ?? helper}
      onChange={(event) => onChoose(event.target.value)}
      slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
    >
      <option value="">None</option>
      {!known && <option value={value}>{options === undefined ? "…" : nameInText(value)}</option>}
      {options?.map((option) => (
        <option key={option.value} value={option.value}>
          {nameInText(option.name)}
          {option.remark !== undefined && ` (${option.remark})`}
        </option>
      ))}
    </TextField>
  );
}
