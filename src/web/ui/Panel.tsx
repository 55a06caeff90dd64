import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useId, type ReactNode, type Ref } from "react";

export interface PanelProps {
  readonly title: string;
  /** The heading, where it takes the focus that something in the panel had until it went away. */
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly children: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Panel({ title, headingRef, children }: PanelProps) {
  const id = useId();
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{ padding: 4, display: "flex", flexDirection: "column", gap: 4, minWidth: 0 }}
    >
      <Typography variant="h2" id={id} ref={headingRef} {...(headingRef !== undefined && { tabIndex: -1 })}>
        {title}
      </Typography>
      {children}
    </Paper>
  );
}
