import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { paths } from "#web/paths.ts";

import { withChoice, type RollOutChoice } from "./choice.ts";

export interface NextStepProps {
  /** Why there is a next step. */
  readonly children: ReactNode;
  /** What the button says, and where it leads. */
  readonly label: string;
  readonly to: string;
  /** What was chosen so far. */
  readonly choice: RollOutChoice;
}

/** Leads from a page to the next step of a roll-out, with what was chosen, and to all of its steps. */
export function NextStep({ children, label, to, choice }: NextStepProps) {
  return (
    <Box
      component="section"
      aria-label="Next step of the roll-out"
      sx={{ border: 1, borderColor: "divider", borderRadius: 1, padding: 4, maxWidth: 900 }}
    >
      <Typography sx={{ marginBottom: 3, maxWidth: "80ch" }}>{children}</Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 4, rowGap: 2 }}>
        <Button component={RouterLink} to={withChoice(to, choice)} variant="outlined" size="small">
          {label}
        </Button>
        <Link component={RouterLink} to={withChoice(paths.rollOut, choice)}>
          All steps of the roll-out
        </Link>
      </Box>
    </Box>
  );
}
