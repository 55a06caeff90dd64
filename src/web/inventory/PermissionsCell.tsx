import { RiskMarks, type RiskMarksProps } from "#web/permissions/RiskMarks.tsx";

import { Several } from "./cells.tsx";
import { permissionLabel } from "./permissionLabel.ts";

/** A token's permissions in the room of one line, with the signs of their risks. */
export function PermissionsCell({ kind, permissions }: RiskMarksProps) {
  return (
    <>
      <RiskMarks kind={kind} permissions={permissions} />
      <Several items={permissions.map(permissionLabel)} />
    </>
  );
}
