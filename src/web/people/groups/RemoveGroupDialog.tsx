import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { ChangeDialog } from "#web/people/access/ChangeDialog.tsx";

import { groupQuery, type GroupDetail } from "./queries.ts";
import { groupRemovalOf } from "./requests.ts";

export interface RemoveGroupDialogProps {
  readonly group: GroupDetail;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

/** Asks before a group is removed, saying what its members really lose. */
export function RemoveGroupDialog({ group: { id, displayName }, onRemoved, onClose }: RemoveGroupDialogProps) {
  const client = useQueryClient();
  const who = nameInText(displayName);
  return (
    <ChangeDialog
      title={`Remove the group ${who}?`}
      confirm="Remove group"
      verb="remove"
      change={{ type: "group-removed", groupId: id }}
      failure="The group was not removed"
      request={groupRemovalOf(id)}
      isThere={async () => (await client.query({ ...groupQuery(id), staleTime: 0 })) !== null}
      said={`The group ${who} was removed.`}
      onDone={onRemoved}
      onClose={onClose}
    >
      <Typography sx={{ marginBottom: 3 }}>Its members and roles stay as they are; the group between them goes.</Typography>
    </ChangeDialog>
  );
}
