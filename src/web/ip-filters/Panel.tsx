import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

/** A part of the page with a heading of its own. */
export function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-label={title}
      sx={{ padding: 4, display: "flex", flexDirection: "column", gap: 3, minWidth: 0 }}
    >
      <Typography variant="h2">{title}</Typography>
      {children}
    </Paper>
  );
}
