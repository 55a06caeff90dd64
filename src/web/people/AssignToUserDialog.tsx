import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import type { Holdings } from "#domain/token/rights.ts";

import { AssignRoleDialog } from "./access/AssignRoleDialog.tsx";
import { notHeldByUserRole } from "./access/mayGive.ts";
import { userQuery, type UserDetail } from "./queries.ts";
import { ownAssignments, roleSetRequest } from "./roleSets.ts";

export interface AssignToUserDialogProps {
  readonly user: UserDetail;
  /** The reader's. */
  readonly holdings: Holdings;
  readonly onClose: () => void;
}

/** Assigns a role to a user, on repositories and views. */
export function AssignToUserDialog({ user, holdings, onClose }: AssignToUserDialogProps) {
  const client = useQueryClient();
  const { id, username } = user;
  return (
    <AssignRoleDialog
      title={`Assign a role to ${nameInText(username)}`}
      text="A role of a user’s own is assigned on a repository or view. Its organization and system permissions hold as well, everywhere."
      holdings={holdings}
      kinds={["view"]}
      givesAll
      present={ownAssignments(user)}
      suits={() => true}
      lacking={(role, { placeId }) => notHeldByUserRole(holdings, role, placeId ?? "")}
      changeOf={(added) => ({
        type: "user-roles",
        userId: id,
        added: added.flatMap(({ roleId, placeId }) => (placeId === null ? [] : [{ roleId, placeId }])),
        removed: [],
      })}
      requestOf={({ roleId, placeId }) => roleSetRequest(client, user, placeId ?? "", roleId, true)}
      read={async () => {
        const now = (await client.query({ ...userQuery(id), staleTime: 0 })).user;
        return now === null ? undefined : ownAssignments(now);
      }}
      noun="user"
      onClose={onClose}
    />
  );
}
