import Box from "@mui/material/Box";
import type { ReactNode } from "react";

/** Words for a screen reader alone, where others see what they say. */
export function Spoken({ children }: { readonly children: ReactNode }) {
  return (
    <Box component="span" sx={{ position: "absolute", clipPath: "inset(50%)" }}>
      {children}
    </Box>
  );
}
