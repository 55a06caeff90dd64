import { Link } from "react-router";

import { Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";

/** A link in a table's cell to what has a name, which stands in full in a hint where it is cut. */
export function CellLink({ to, children }: { readonly to: string; readonly children: string }) {
  return (
    <Hint cut component={Link} to={to} hint={<Name>{children}</Name>}>
      <Name>{children}</Name>
    </Hint>
  );
}
