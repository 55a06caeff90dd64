import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
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
      <div aria-hidden>
        {shape === "page" && (
          <>
            <Skeleton variant="text" width="30%" sx={{ fontSize: "1.375rem" }} />
            <Skeleton variant="text" width="60%" sx={{ marginBottom: 5 }} />
          </>
        )}
        {lines.map((line) =>
          shape === "form" ? (
            <Skeleton key={line} variant="rounded" height={64} sx={{ marginBottom: 3 }} />
          ) : (
            <Box
              key={line}
              sx={{ display: "flex", gap: 6, height: 40, alignItems: "center", borderBottom: 1, borderColor: "frame.line" }}
            >
              <Skeleton variant="text" width={`${30 - ((line * 7) % 12)}%`} />
              <Skeleton variant="text" width="12%" />
              <Skeleton variant="text" width="18%" />
              <Skeleton variant="text" width="10%" />
            </Box>
          ),
        )}
      </div>
    </Box>
  );
}
