import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import { ProgressBar } from "./ProgressBar.tsx";
import { count } from "./counts.ts";

export interface LoadingShapeProps {
  /** What is being loaded, for screen readers: "Loading view tokens". */
  readonly label: string;
  /** The shape of what comes: a table's rows, or a form's fields. */
  readonly shape: "table" | "form" | "page";
  /** Rows or fields to draw; 8 unless told. */
  readonly rows?: number;
  /** How far it is, where that is known. */
  readonly progress?: { readonly loaded: number; readonly total: number } | undefined;
  /** A way to call it off. */
  readonly action?: ReactNode;
}

/** The shape of a page that is still loading, with a progress bar where progress is known. */
export function LoadingShape({ label, shape, rows = 8, progress, action }: LoadingShapeProps) {
  const lines = Array.from({ length: rows }, (_, index) => index);
  return (
    <Box component="section" aria-busy="true" aria-label={label}>
      {progress !== undefined && progress.total > 0 && (
        <Box sx={{ display: "flex", alignItems: "center", gap: 4, marginBottom: 3 }}>
          <ProgressBar label={label} progress={progress} />
          <Typography>
            {count(progress.loaded)} of {count(progress.total)}
          </Typography>
          {action}
        </Box>
      )}
      <Box aria-hidden sx={shapes}>
        {shape === "page" && (
          <>
            <i style={{ width: "30%", height: 22 }} />
            <i style={{ width: "60%", marginBottom: 24 }} />
          </>
        )}
        {lines.map((line) =>
          shape === "form" ? (
            <i key={line} style={{ height: 64, marginBottom: 12 }} />
          ) : (
            <div key={line}>
              <i style={{ width: `${30 - ((line * 7) % 12)}%` }} />
              <i style={{ width: "12%" }} />
              <i style={{ width: "18%" }} />
              <i style={{ width: "10%" }} />
            </div>
          ),
        )}
      </Box>
    </Box>
  );
}

// Plain elements, styled from here: a component for each would take longer to draw than what they stand for.
const shapes = {
  "& > div": { display: "flex", gap: 6, height: 40, alignItems: "center", borderBottom: 1, borderColor: "frame.line" },
  "& i": {
    display: "block",
    height: 14,
    borderRadius: 1,
    backgroundColor: "action.hover",
    "@media (prefers-reduced-motion: no-preference)": { animation: "th-loading 2s ease-in-out 0.5s infinite" },
  },
  "@keyframes th-loading": { "50%": { opacity: 0.4 } },
} as const;
