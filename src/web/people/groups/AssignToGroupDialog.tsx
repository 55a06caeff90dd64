import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { permissionsOf } from "#domain/people/effective.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import { onOrganization, onSystem, type Holdings } from "#domain/token/rights.ts";
import { AssignRoleDialog } from "#web/people/access/AssignRoleDialog.tsx";
import { decidesSomewhere, notHeldOf } from "#web/people/access/mayGive.ts";

import { assignmentsOf, groupQuery, type GroupDetail } from "./queries.ts";
import { groupAssignmentOf } from "./requests.ts";

export interface AssignToGroupDialogProps {
  readonly group: GroupDetail;
  /** The reader's. */
  readonly holdings: Holdings;
  readonly onClose: () => void;
}

/** Assigns a role to a group. */
export function AssignToGroupDialog({ group, holdings, onClose }: AssignToGroupDialogProps) {
  const client = useQueryClient();
  const { id, displayName } = group;
  return (
    <AssignRoleDialog
      title={`Assign a role to the group ${nameInText(displayName)}`}
      text="Of a role with permissions of several kinds, a group gets those of the kind that is assigned."
      holdings={holdings}
      kinds={kindsFor(holdings)}
      givesAll={false}
      present={assignmentsOf(group)}
      suits={(role, kind) => permissionsOf(role, kind).length > 0}
      lacking={(role, where) => notHeldOf(holdings, role, where)}
      changeOf={(added) => ({ type: "group-roles", groupId: id, added, removed: [] })}
      requestOf={(assignment) => groupAssignmentOf(id, assignment)}
      read={async () => {
        const now = await client.query({ ...groupQuery(id), staleTime: 0 });
        return now === null ? undefined : assignmentsOf(now);
      }}
      noun="group"
      onClose={onClose}
    />
  );
}

/** What the reader may assign roles for. */
function kindsFor(holdings: Holdings): readonly [PermissionKind, ...PermissionKind[]] {
  const others = [
    ...(onOrganization(holdings, "ChangeOrganizationPermissions") === true ? (["organization"] as const) : []),
    ...(onSystem(holdings, "ChangeSystemPermissions") === true ? (["system"] as const) : []),
  ];
  const [first = "view", ...rest] = others;
  return decidesSomewhere(holdings) ? ["view", ...others] : [first, ...rest];
}
