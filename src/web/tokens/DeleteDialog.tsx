import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";

import { tokenKeyOf } from "#domain/inventory/notes.ts";
import { nameInText } from "#domain/name.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import type { Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { onlyWhile } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { forgetNotes } from "#web/inventory/notes/forget.ts";
import { Name, Words } from "#web/ui/Name.tsx";

import { typedWord, useStopConsent } from "./consent.ts";
import { withArticle } from "./kindNoun.ts";
import { lostTokenDeletion } from "./lost.ts";
import { deleteToken, deletionOf } from "./mutations.ts";
import { UseWords } from "./UseWords.tsx";

export interface DeleteDialogProps {
  readonly token: TokenDetail;
  readonly session: Session;
  /** Which of several tokens of its name it is, in a sentence. */
  readonly about?: string;
  /** What else speaks against it, in sentences: it then takes a typed word as well. */
  readonly doubt?: string;
  /** Looks right before it is deleted whether that is still as the dialog says; where it is not, nothing is deleted and the page says why. */
  readonly still?: () => Promise<boolean>;
  readonly onCancel: () => void;
  readonly onDeleted: () => void;
}

/** Asks before a token is deleted, naming what was lately done with it, and does it. A token that is or may be in use takes a typed word. */
export function DeleteDialog({ token, session, about, doubt, still, onCancel, onDeleted }: DeleteDialogProps) {
  const { kind, id, name, lastUse, expireAt } = token;
  const now = useServerNow();
  const client = useQueryClient();
  const inUse = session.tokenId === id;
  const expired = expireAt !== null && expireAt <= now;
  const verb = kind === "personal" ? "Revoke" : "Delete";
  const { used, typed } = useStopConsent(token, session, verb.toLowerCase());
  const deletion = useAction({
    failure: `The token was not ${kind === "personal" ? "revoked" : "deleted"}`,
    calls: () => [{ title: `${verb} ${withArticle(kind)} token`, ...deletionOf(id), note: "A script does not ask." }],
    lost: onlyWhile(still, lostTokenDeletion(client, token)),
    send: () => deleteToken(id),
    done: () => {
      void forgetNotes(client, tokenKeyOf(token));
      onDeleted();
    },
  });

  return (
    <ActionDialog
      action={deletion}
      title={kind === "personal" ? `${verb} the token of ${nameInText(name)}?` : `${verb} ${nameInText(name)}?`}
      confirm={`${verb} it`}
      destructive
      typed={doubt === undefined ? typed : typedWord(verb.toLowerCase())}
      onCancel={onCancel}
    >
      {about !== undefined && (
        <Typography sx={{ marginBottom: 2 }}>
          <Words>{about}</Words>
        </Typography>
      )}
      <Typography>
        {expired
          ? "It has expired and is accepted nowhere; deleting it changes nothing but the list."
          : "The token stops working at once, everywhere, and cannot be brought back."}
      </Typography>
      <UseWords token={token} now={now} />
      {doubt !== undefined && (
        <Alert severity="warning" sx={{ marginTop: 3 }}>
          {doubt}
        </Alert>
      )}
      {used === "yes" && (
        <Alert severity="warning" sx={{ marginTop: 3 }}>
          It was used within the last seven days. Whatever uses it{lastUse?.from != null && ` at ${lastUse.from}`} will fail.
        </Alert>
      )}
      {inUse && (
        <Alert severity="error" sx={{ marginTop: 3 }}>
          You are signed in with this token. Deleting it signs you out at once.
        </Alert>
      )}
      {kind === "personal" && session.user?.id !== id && (
        <Typography sx={{ marginTop: 3 }}>
          It is <Name>{name}</Name>'s own token. <Name>{name}</Name> can make another, unless the security policy forbids it.
        </Typography>
      )}
    </ActionDialog>
  );
}
