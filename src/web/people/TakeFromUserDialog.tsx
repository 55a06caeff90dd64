import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { isSame } from "#domain/people/access.ts";

import { ChangeDialog } from "./access/ChangeDialog.tsx";
import { userQuery, type UserDetail } from "./queries.ts";
import { ownAssignments, roleSetRequest, type OwnAssignment } from "./roleSets.ts";

export interface TakeFromUserDialogProps {
  readonly user: UserDetail;
  readonly assignment: OwnAssignment;
  readonly onClose: () => void;
}

/** Asks before a role of a user's own is taken away, saying what the user really loses. */
export function TakeFromUserDialog({ user, assignment, onClose }: TakeFromUserDialogProps) {
  const client = useQueryClient();
  const { roleId, placeId, placeName, role } = assignment;
  const [who, what, where] = [nameInText(user.username), nameInText(role.displayName), nameInText(placeName)];
  return (
    <ChangeDialog
      title={`Take the role ${what} on ${where} from ${who}?`}
      confirm="Take the role away"
      verb="take"
      change={{ type: "user-roles", userId: user.id, added: [], removed: [{ roleId, placeId }] }}
      failure="The role was not taken away"
      request={roleSetRequest(client, user, placeId, roleId, false)}
      isThere={async () => {
        const now = (await client.query({ ...userQuery(user.id), staleTime: 0 })).user;
        return now !== null && ownAssignments(now).some((one) => isSame(one, assignment));
      }}
      said={`${who} no longer has the role ${what} on ${where}.`}
      onClose={onClose}
    />
  );
}
