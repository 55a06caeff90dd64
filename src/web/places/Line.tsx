import TextField from "@mui/material/TextField";
import type { UseFormRegisterReturn } from "react-hook-form";

import { noManager } from "#web/ui/noManager.ts";

export interface LineProps {
  readonly label: string;
  readonly field: UseFormRegisterReturn;
  /** What is wrong with it, in words. */
  readonly problem: string | undefined;
  /** What stands below it otherwise. */
  readonly helper?: string | undefined;
  /** Whether it is the first thing to do. */
  readonly first?: boolean;
  readonly numeric?: boolean;
  /** Whether what is typed is known to be refused, as what stands below says. */
  readonly taken?: boolean;
  /** Whether it has several lines. */
  readonly text?: boolean;
}

/** A field of text in a form about a repository or view. */
export function Line({ label, field, problem, helper, first = false, numeric = false, taken = false, text = false }: LineProps) {
  return (
    <TextField
      {...field}
      label={label}
      size="small"
      // The first thing to do in the dialog.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus={first}
      error={problem !== undefined || taken}
      helperText={problem ?? helper}
      {...(text && { multiline: true, minRows: 2, maxRows: 8 })}
      slotProps={{ htmlInput: { ...noManager, spellCheck: text, ...(numeric && { inputMode: "decimal" as const }) } }}
    />
  );
}
