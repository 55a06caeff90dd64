import Box from "@mui/material/Box";
import type { ReactNode } from "react";

import { monospace } from "#web/theme.ts";

export interface ScrollBoxProps {
  /** What is in it: its name for screen readers, where nothing around it has one. */
  readonly label?: string;
  /** How high it grows, px or as CSS says it. */
  readonly maxHeight: number | string;
  /** Whether it holds text to be shown as it is written. */
  readonly verbatim?: boolean;
  readonly children: ReactNode;
}

/** A frame around what may be long, which scrolls by itself; the keyboard can do so as well. */
export function ScrollBox({ label, maxHeight, verbatim = false, children }: ScrollBoxProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without a stop of the tab key, the keyboard could not scroll it
    <Box
      component={verbatim ? "pre" : "div"}
      tabIndex={0}
      {...(label !== undefined && { role: "group", "aria-label": label })}
      sx={{
        margin: 0,
        maxHeight,
        overflow: "auto",
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        ...(verbatim
          ? {
              padding: 2,
              backgroundColor: "frame.well",
              fontFamily: monospace,
              fontSize: "0.75rem",
              whiteSpace: "pre-wrap",
              overflowWrap: "anywhere",
            }
          : { paddingBlock: 2, backgroundColor: "background.paper" }),
      }}
    >
      {children}
    </Box>
  );
}
