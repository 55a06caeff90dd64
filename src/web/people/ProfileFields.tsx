import TextField from "@mui/material/TextField";
import type { UseFormRegisterReturn } from "react-hook-form";

import { noManager } from "#web/ui/noManager.ts";

interface LineProps {
  readonly label: string;
  readonly field: UseFormRegisterReturn;
  /** What is wrong with it, in words. */
  readonly problem: string | undefined;
  /** What stands below it otherwise. */
  readonly helper?: string | undefined;
  /** Whether it is the first thing to do. */
  readonly first?: boolean;
}

/** A line of text in the form of a user. */
export function ProfileLine({ label, field, problem, helper, first = false }: LineProps) {
  return (
    <TextField
      {...field}
      label={label}
      size="small"
      // The first thing to do in the dialog.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus={first}
      error={problem !== undefined}
      helperText={problem ?? helper}
      slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
    />
  );
}
