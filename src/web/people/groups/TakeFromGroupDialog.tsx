import { useQueryClient } from "@tanstack/react-query";

import { isSame } from "#domain/people/access.ts";
import { nameInText } from "#domain/name.ts";
import { ChangeDialog } from "#web/people/access/ChangeDialog.tsx";

import { assignmentsOf, groupQuery, type NamedAssignment } from "./queries.ts";
import { groupTakingOf } from "./requests.ts";

export interface TakeFromGroupDialogProps {
  readonly groupId: string;
  /** As it stands in a sentence. */
  readonly groupName: string;
  readonly assignment: NamedAssignment;
  readonly onClose: () => void;
}

/** Asks before a role is taken from a group, saying what the members really lose. */
export function TakeFromGroupDialog({ groupId, groupName, assignment, onClose }: TakeFromGroupDialogProps) {
  const client = useQueryClient();
  const { roleId, kind, placeId, placeName, role } = assignment;
  const what = nameInText(role.displayName);
  const where =
    placeName === null ? (kind === "system" ? "on the whole cluster" : "in the organization") : `on ${nameInText(placeName)}`;
  return (
    <ChangeDialog
      title={`Take the role ${what} ${where} from the group ${groupName}?`}
      confirm="Take the role away"
      verb="take"
      change={{ type: "group-roles", groupId, added: [], removed: [{ roleId, kind, placeId }] }}
      failure="The role was not taken away"
      request={groupTakingOf(groupId, assignment)}
      isThere={async () => {
        const now = await client.query({ ...groupQuery(groupId), staleTime: 0 });
        return now !== null && assignmentsOf(now).some((one) => isSame(one, assignment));
      }}
      said={`The group ${groupName} no longer has the role ${what} ${where}.`}
      onClose={onClose}
    />
  );
}
