import Link from "@mui/material/Link";
import { use } from "react";
import { Link as RouterLink } from "react-router";

import { CellTabIndex } from "#web/ui/Hint.tsx";

/** A link that fills a table's cell; its text stands in full in the browser's own hint where it is cut. */
export function CellLink({ to, children }: { readonly to: string; readonly children: string }) {
  const tabIndex = use(CellTabIndex);
  return (
    <Link component={RouterLink} to={to} title={children} tabIndex={tabIndex}>
      {children}
    </Link>
  );
}
