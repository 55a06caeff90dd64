import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link as RouterLink, useNavigate } from "react-router";

import { hasExpired, type InventoryToken } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import { removalOfTokens, type RemovalTokens } from "#domain/people/removal.ts";
import { call } from "#web/api/client.ts";
import { offers } from "#web/api/session.ts";
import { tokensKey } from "#web/api/tokens.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { onlyWhile } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { dotFor } from "#web/inventory/bulk/TokenRowEnd.tsx";
import { paths } from "#web/paths.ts";
import { sessionsQuery } from "#web/sessions/requests.ts";
import { useSession } from "#web/state/organization.tsx";
import { typedWord } from "#web/tokens/consent.ts";
import { count, countOf } from "#web/ui/counts.ts";
import type { UseDotState } from "#web/ui/HarmSign.tsx";
import { listLink } from "#web/ui/lists.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { tellAt } from "#web/ui/notice.ts";

import { userQuery, type UserDetail } from "./queries.ts";
import { removalOf, usersChanged } from "./requests.ts";

export interface RemoveUserDialogProps {
  readonly user: UserDetail;
  /** Those of the user that are listed to the reader. */
  readonly tokens: readonly InventoryToken[];
  /** Whether these are certainly all. */
  readonly whole: boolean;
  readonly onClose: () => void;
}

/** Asks before a user is removed, saying what stops and what goes on, and does it. */
export function RemoveUserDialog({ user, tokens, whole, onClose }: RemoveUserDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const now = useServerNow();
  const { id, username } = user;
  const who = nameInText(username);
  const removal = removalOfTokens(tokens, whole, now);
  const { document, variables } = removalOf(user);
  const isThere = async () => (await client.query({ ...userQuery(id), staleTime: 0 })).user !== null;
  const action = useAction({
    failure: "The user was not removed",
    calls: () => [{ title: "Remove a user", document, variables, note: "A script does not ask." }],
    lost: onlyWhile(
      // A user is removed by name, and another of this name may have come since.
      async () => {
        if (await isThere()) return true;
        announce("The user was removed meanwhile.");
        onClose();
        return false;
      },
      {
        title: "It is not known whether the user was removed",
        action: "Look whether the user is gone",
        watch: () => async () => {
          if (!(await isThere())) return { found: undefined };
          announce("The user is still there. You can remove the user now.");
          return "not-done";
        },
      },
    ),
    send: async () => void (await call(document, variables)),
    done: () => {
      tellAt(paths.people, `The user ${who} was removed.`);
      void navigate(listLink(paths.people), { replace: true });
      void usersChanged(client);
      void client.invalidateQueries({ queryKey: tokensKey });
    },
    failed: () => void usersChanged(client),
  });
  return (
    <ActionDialog
      action={action}
      title={`Remove the user ${who}?`}
      confirm="Remove user"
      destructive
      typed={removal.mayBeUsed ? typedWord("remove") : undefined}
      onCancel={onClose}
    >
      <Alert severity="info" sx={{ marginBottom: 3 }}>
        Is it because something may have fallen into wrong hands?{" "}
        <Link component={RouterLink} to={paths.incidentOf({ user: id })}>
          Look at the incident first
        </Link>
        : all that the user made, changed and used, and the way to end it.
      </Alert>
      <Typography>These stop at once, and cannot be brought back:</Typography>
      <Box component="ul" sx={listStyle}>
        {(removal.personal !== undefined || !whole) && <li>{personalWords(removal, now)}</li>}
        {offers(session, "sessions") && <SessionsItem id={id} />}
        <li>the roles, on every repository and view: another user of this name begins without any</li>
      </Box>
      <Typography>{createdWords(removal, whole)}</Typography>
    </ActionDialog>
  );
}

const listStyle = { marginBlock: 2, paddingInlineStart: 5 } as const;

function SessionsItem({ id }: { readonly id: string }) {
  const { data } = useQuery(sessionsQuery(id));
  const total = data?.totalResults;
  return (
    <li>
      {total !== 0 && `${total === undefined ? "every session" : countOf(total, "session")}, and `}
      every sign-in link for the user that nobody has used yet
    </li>
  );
}

const useWords = {
  used: "which is in use",
  unused: "which is not in use",
  unknown: "of which it is not known whether it is in use",
} as const satisfies Record<UseDotState, string>;

function personalWords({ personal }: RemovalTokens, now: number): string {
  if (personal === undefined) return "the personal token, if there is one: not all tokens are known here, so it may be in use";
  if (hasExpired(personal, now)) return "the personal token, which has expired and is accepted nowhere";
  const from = personal.lastUse?.from;
  return `the personal token, ${useWords[dotFor(personal, now)]}${from == null ? "" : `, last from ${from}`}: whatever uses it fails`;
}

/** What goes on without the user. */
function createdWords({ created, inUse, unknown }: RemovalTokens, whole: boolean): string {
  if (created.length === 0) {
    return whole ? "The user created no other tokens." : "Tokens that the user created are not known here; they would go on.";
  }
  const uses = [inUse > 0 ? `${count(inUse)} in use` : "", unknown > 0 ? `of ${count(unknown)} it is not known` : ""].filter(
    (words) => words !== "",
  );
  return `${countOf(created.length, "token")} that the user created ${created.length === 1 ? "goes" : "go"} on, with the same rights${uses.length === 0 ? "" : ` (${uses.join(", ")})`}. Whoever has their values can use them still, and nobody owns them.`;
}
