import Button from "@mui/material/Button";
import { Link as RouterLink } from "react-router";

import { paths } from "#web/paths.ts";

import { withChoice, type RollOutChoice } from "./choice.ts";

/** Leads to all steps of a roll-out, from where there is nothing yet. */
export function RollOutButton({ choice = {} }: { readonly choice?: RollOutChoice }) {
  return (
    <Button component={RouterLink} to={withChoice(paths.rollOut, choice)} variant="outlined" size="small" sx={{ marginLeft: 2 }}>
      Roll out collectors, step by step
    </Button>
  );
}
