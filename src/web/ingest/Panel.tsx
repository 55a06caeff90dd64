import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useId, type ReactNode } from "react";

/** A titled part of a page. */
export function Panel({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{ display: "flex", flexDirection: "column", gap: 4, padding: 5, minWidth: 0 }}
    >
      <Typography variant="h2" id={id} sx={{ display: "flex", justifyContent: "space-between", alignItems: "center", gap: 3 }}>
        {title}
        {actions}
      </Typography>
      {children}
    </Paper>
  );
}
