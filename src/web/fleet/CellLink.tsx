import { Link } from "react-router";

import { Hint } from "#web/ui/Hint.tsx";

/** A link in a table's cell, whose text stands in full in a hint where it is cut. */
export function CellLink({ to, children }: { readonly to: string; readonly children: string }) {
  return (
    <Hint cut component={Link} to={to} hint={children}>
      {children}
    </Hint>
  );
}
