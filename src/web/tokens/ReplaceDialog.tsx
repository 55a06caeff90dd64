import Typography from "@mui/material/Typography";

import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import type { Action } from "#web/form/useAction.ts";

import type { TokenDetail } from "./tokenQuery.ts";
import { UseWords } from "./UseWords.tsx";

export interface ReplaceDialogProps {
  /** The token to replace; undefined when it is gone. */
  readonly token: TokenDetail | undefined;
  /** Whether the session acts as that token. */
  readonly inUse: boolean;
  /** Creates the token that takes its place. */
  readonly action: Action;
  readonly onCancel: () => void;
}

/** Asks before a user's personal token is replaced by a new one. */
export function ReplaceDialog({ token, inUse, action, onCancel }: ReplaceDialogProps) {
  const now = useServerNow();
  return (
    <ActionDialog action={action} title="Replace your personal token?" confirm="Replace it" destructive onCancel={onCancel}>
      <Typography>
        The token you have stops working at once, and cannot be brought back. Whatever uses it fails until it has the new one.
      </Typography>
      {token !== undefined && <UseWords token={token} now={now} />}
      {inUse && <Typography sx={{ marginTop: 2 }}>It is the token that you are signed in with.</Typography>}
    </ActionDialog>
  );
}
