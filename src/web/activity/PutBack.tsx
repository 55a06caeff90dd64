import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";

import type { AuditRecord } from "#logscale/audit.ts";

import { draftLinks } from "./putBack.ts";

/** The ways from an application of the policies to the form with its draft, or with what was in force before. Nothing is applied by them. */
export function PutBack({ record }: { readonly record: AuditRecord }) {
  const links = draftLinks(record);
  if (links === undefined) return null;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 4, rowGap: 1, marginTop: 1 }}>
      {/* The form reads a draft from the address when its page is loaded, and may be on this very page. */}
      <Link component={RouterLink} reloadDocument to={links.again}>
        Put this draft back into the form
      </Link>
      <Link component={RouterLink} reloadDocument to={links.undo}>
        Put into the form what was in force before
      </Link>
    </Box>
  );
}
