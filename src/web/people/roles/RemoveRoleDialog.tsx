import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { ChangeDialog } from "#web/people/access/ChangeDialog.tsx";

import { roleQuery, type RoleDetail } from "./queries.ts";
import { roleRemovalOf } from "./requests.ts";

export interface RemoveRoleDialogProps {
  readonly role: RoleDetail;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

/** Asks before a role is removed, saying what everybody who has it really loses. */
export function RemoveRoleDialog({ role: { id, displayName }, onRemoved, onClose }: RemoveRoleDialogProps) {
  const client = useQueryClient();
  const what = nameInText(displayName);
  return (
    <ChangeDialog
      title={`Remove the role ${what}?`}
      confirm="Remove role"
      verb="remove"
      change={{ type: "role-removed", roleId: id }}
      failure="The role was not removed"
      request={roleRemovalOf(id)}
      isThere={async () => (await client.query({ ...roleQuery(id), staleTime: 0 })) !== null}
      said={`The role ${what} was removed.`}
      onDone={onRemoved}
      onClose={onClose}
    >
      <Typography sx={{ marginBottom: 3 }}>
        It goes wherever it is assigned, to users and to groups, and does not come back with another role of this name.
      </Typography>
    </ChangeDialog>
  );
}
