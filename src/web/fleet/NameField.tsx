import TextField from "@mui/material/TextField";
import type { UseFormRegisterReturn } from "react-hook-form";
import { noManager } from "#web/ui/noManager.ts";

export interface NameFieldProps {
  readonly field: UseFormRegisterReturn;
  /** What is wrong with the name, in words. */
  readonly problem: string | undefined;
  /** What stands below it otherwise. */
  readonly helper?: string;
}

/** The first field of a form of the fleet. */
export function NameField({ field, problem, helper }: NameFieldProps) {
  return (
    <TextField
      {...field}
      label="Name"
      size="small"
      // The first thing to do in each of these dialogs.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      error={problem !== undefined}
      helperText={problem ?? helper}
      slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
    />
  );
}
