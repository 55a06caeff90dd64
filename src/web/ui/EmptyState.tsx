import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import { Words } from "./Name.tsx";

export interface EmptyStateProps {
  /** What there is none of. */
  readonly title: string;
  /** What the thing is for, or why there is none. */
  readonly children?: ReactNode;
  /** The next step. */
  readonly action?: ReactNode;
}

/** What stands where a list would, when there is nothing to list. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <Box sx={{ paddingBlock: 10, paddingInline: 4, textAlign: "center" }}>
      <Typography variant="subtitle1" component="p">
        <Words>{title}</Words>
      </Typography>
      {children !== undefined && (
        <Typography component="div" sx={{ color: "text.secondary", maxWidth: "60ch", marginInline: "auto", marginTop: 1 }}>
          {children}
        </Typography>
      )}
      {action !== undefined && <Box sx={{ marginTop: 4 }}>{action}</Box>}
    </Box>
  );
}
