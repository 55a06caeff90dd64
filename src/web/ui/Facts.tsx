import Box from "@mui/material/Box";
import type { ReactNode } from "react";

/** What is known of a thing, line by line; takes {@link Fact}s. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return (
    <Box
      component="dl"
      sx={{ display: "grid", gridTemplateColumns: "max-content minmax(0, 1fr)", columnGap: 4, rowGap: 2, margin: 0 }}
    >
      {children}
    </Box>
  );
}

/** One line of {@link Facts}. */
export function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <Box component="dt" sx={{ color: "text.secondary" }}>
        {term}
      </Box>
      <Box component="dd" sx={{ margin: 0, overflowWrap: "anywhere" }}>
        {children}
      </Box>
    </>
  );
}
