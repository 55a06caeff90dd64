import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useEffect, useState, type ReactNode } from "react";

import { Mark } from "#web/ui/Mark.tsx";

export interface ThresholdProps {
  /** The page's heading and the document's title. */
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: { readonly label: string; readonly run: () => void; readonly busy?: boolean };
  /** Says that something is in progress; after half a second, so that quick steps do not flicker. */
  readonly busy?: boolean;
}

/** The page before the dashboard: one quiet column with the mark, a heading, and what there is to say or do. */
export function Threshold({ title, children, action, busy = false }: ThresholdProps) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    document.title = title === "Tokenhouse" ? title : `${title} · Tokenhouse`;
  }, [title]);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(() => setSlow(true), 500);
    return () => clearTimeout(timer);
  }, [busy]);
  return (
    <Box
      component="main"
      aria-busy={busy}
      sx={{
        minHeight: "100dvh",
        display: "grid",
        // Not in the middle: what comes below, such as a form, must not move what is being read. `index.html` has the same.
        alignContent: "start",
        justifyContent: "center",
        gridTemplateColumns: "minmax(0, 440px)",
        padding: 6,
        paddingTop: "max(24px, 18dvh)",
      }}
    >
      {(!busy || slow) && (
        <>
          <Box sx={{ display: "flex", alignItems: "center", gap: 2, marginBottom: 6 }}>
            <Mark size={28} />
            <Typography component="span" variant="subtitle1">
              Tokenhouse
            </Typography>
          </Box>
          <Typography variant="h1">{busy && title === "Tokenhouse" ? "Opening the dashboard" : title}</Typography>
          {busy && title === "Tokenhouse" && <Typography sx={{ color: "text.secondary", marginTop: 2 }}>One moment.</Typography>}
          {children !== undefined && (
            <Typography component="div" sx={{ color: "text.secondary", marginTop: 2 }}>
              {children}
            </Typography>
          )}
          {action !== undefined && (
            <Box sx={{ marginTop: 5 }}>
              <Button variant="contained" onClick={action.run} disabled={action.busy ?? false}>
                {action.label}
              </Button>
            </Box>
          )}
        </>
      )}
    </Box>
  );
}
