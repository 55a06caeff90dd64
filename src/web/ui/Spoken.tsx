import Box from "@mui/material/Box";
import type { ReactNode } from "react";

/** Words for a screen reader alone, where others see what they say. */
export function Spoken({ children }: { readonly children: ReactNode }) {
  return (
    <Box component="span" sx={unseen}>
      {children}
    </Box>
  );
}

/** No larger than a dot, or a page would scroll sideways to words that nobody sees. */
const unseen = {
  position: "absolute",
  width: "1px",
  height: "1px",
  overflow: "hidden",
  whiteSpace: "nowrap",
  clipPath: "inset(50%)",
} as const;
