import Typography from "@mui/material/Typography";

import type { TokenDetail } from "#logscale/tokenDetail.ts";
import type { Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import type { Action } from "#web/form/useAction.ts";

import { useStopConsent } from "./consent.ts";
import { UseWords } from "./UseWords.tsx";

export interface ReplaceDialogProps {
  /** The token to replace; undefined when it is gone. */
  readonly token: TokenDetail | undefined;
  readonly session: Session;
  /** Creates the token that takes its place. */
  readonly action: Action;
  readonly onCancel: () => void;
}

/** Asks before a user's personal token is replaced by a new one. A token that is or may be in use takes a typed word. */
export function ReplaceDialog({ token, session, action, onCancel }: ReplaceDialogProps) {
  const now = useServerNow();
  const { typed } = useStopConsent(token, session, "replace");
  return (
    <ActionDialog
      action={action}
      title="Replace your personal token?"
      confirm="Replace it"
      destructive
      typed={typed}
      onCancel={onCancel}
    >
      <Typography>
        The token you have stops working at once, and cannot be brought back. Whatever uses it fails until it has the new one.
      </Typography>
      {token !== undefined && <UseWords token={token} now={now} />}
      {token !== undefined && session.tokenId === token.id && (
        <Typography sx={{ marginTop: 2 }}>It is the token that you are signed in with.</Typography>
      )}
    </ActionDialog>
  );
}
