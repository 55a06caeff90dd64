import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

/** What there is to know of the buttons before it: why one is disabled, or what they do. */
export function ButtonsNote({ children }: { readonly children: ReactNode }) {
  return (
    <Typography
      variant="caption"
      component="p"
      // As wide as the buttons, however long it is.
      sx={{ flex: "1 0 100%", width: 0, minWidth: "100%", color: "text.secondary" }}
    >
      {children}
    </Typography>
  );
}
