import UndoIcon from "@mui/icons-material/UndoOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import { unmarked } from "#web/theme.ts";

export interface FieldRowProps {
  /** What the value is called, for the button that undoes it. */
  readonly title: string;
  /** Id of the line with the value in force, which describes the control. */
  readonly describedBy: string;
  /** What is in force, in words. */
  readonly inForce: string;
  readonly changed: boolean;
  /** What is wrong with the value, if anything. */
  readonly error?: string | undefined;
  readonly onUndo?: (() => void) | undefined;
  readonly children: ReactNode;
}

/**
 * One value of a policy: its control, and below it what is in force. The line is always there, so that nothing moves when a value
 * changes; a changed value is marked by a bar, by a word, and by the button that undoes it.
 */
export function FieldRow({ title, describedBy, inForce, changed, error, onUndo, children }: FieldRowProps) {
  return (
    <Box
      data-changed={changed || undefined}
      sx={{
        borderLeft: 3,
        borderColor: changed ? "secondary.main" : unmarked,
        paddingLeft: 3,
        marginLeft: -3.75,
        paddingBlock: 1,
      }}
    >
      {children}
      <Box sx={{ display: "flex", alignItems: "center", justifyContent: "space-between", gap: 2, minHeight: 28 }}>
        <Typography variant="caption" id={describedBy} sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
          {changed && (
            <Box component="strong" sx={{ color: "secondary.main" }}>
              Changed ·{" "}
            </Box>
          )}
          In force: {inForce}
        </Typography>
        {changed && onUndo !== undefined && (
          <Button
            size="small"
            color="secondary"
            startIcon={<UndoIcon fontSize="inherit" />}
            aria-label={`Undo: ${title}`}
            onClick={onUndo}
            sx={{ flexShrink: 0, minHeight: 26, paddingBlock: 0 }}
          >
            Undo
          </Button>
        )}
      </Box>
      {error !== undefined && (
        <Typography variant="caption" component="p" id={`${describedBy}-error`} role="alert" sx={{ color: "error.main" }}>
          {error}
        </Typography>
      )}
    </Box>
  );
}
