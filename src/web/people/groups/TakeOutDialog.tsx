import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { ChangeDialog } from "#web/people/access/ChangeDialog.tsx";

import { groupQuery } from "./queries.ts";
import { leavingOf } from "./requests.ts";

export interface TakeOutDialogProps {
  readonly groupId: string;
  readonly groupName: string;
  readonly user: { readonly id: string; readonly username: string };
  readonly onClose: () => void;
}

/** Asks before a user is taken out of a group, saying what the user really loses. */
export function TakeOutDialog({ groupId, groupName, user, onClose }: TakeOutDialogProps) {
  const client = useQueryClient();
  const [who, group] = [nameInText(user.username), nameInText(groupName)];
  return (
    <ChangeDialog
      title={`Take ${who} out of the group ${group}?`}
      confirm="Take out"
      verb="take"
      change={{ type: "members", groupId, added: [], removed: [user.id] }}
      failure="The user was not taken out of the group"
      request={leavingOf(groupId, [user.id])}
      isThere={async () => {
        const now = await client.query({ ...groupQuery(groupId), staleTime: 0 });
        return now?.users.some(({ id }) => id === user.id) === true;
      }}
      said={`${who} is no longer in the group ${group}.`}
      onClose={onClose}
    />
  );
}
