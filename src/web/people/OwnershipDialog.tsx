import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { call } from "#web/api/client.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { userQuery, type UserDetail } from "./queries.ts";
import { ownershipOf, usersChanged } from "./requests.ts";

export interface OwnershipDialogProps {
  readonly user: UserDetail;
  readonly onClose: () => void;
}

/** Makes a user an owner of the organization, or takes that away. */
export function OwnershipDialog({ user, onClose }: OwnershipDialogProps) {
  const client = useQueryClient();
  const gives = !user.isOrgRoot;
  const who = nameInText(user.username);
  const { document, variables } = ownershipOf(user, gives);
  const action = useAction({
    failure: "The ownership was not changed",
    calls: () => [{ title: gives ? "Make a user an owner" : "Take ownership from a user", document, variables }],
    lost: {
      ...lostWords,
      watch: () => async () => {
        const now = (await client.query({ ...userQuery(user.id), staleTime: 0 })).user ?? undefined;
        return now?.isOrgRoot === gives ? { found: undefined } : changeFinding("user", now, false);
      },
    },
    send: async () => void (await call(document, variables)),
    done: async () => {
      announce(gives ? `${who} is an owner of the organization now.` : `${who} is no longer an owner of the organization.`);
      await usersChanged(client);
      onClose();
    },
    failed: () => void usersChanged(client),
  });
  return (
    <ActionDialog
      action={action}
      title={gives ? `Make ${who} an owner of the organization?` : `Take ownership from ${who}?`}
      confirm={gives ? "Make owner" : "Take ownership away"}
      destructive={!gives}
      onCancel={onClose}
    >
      <Typography>
        {gives
          ? "An owner may do everything in the organization: on every repository and view, with every user, token, filter and policy. It holds at once, by the personal token and every session too."
          : "The user keeps what roles give, and root where it is given. The personal token and every session lose the rest at once. Tokens that the user created go on."}
      </Typography>
    </ActionDialog>
  );
}
