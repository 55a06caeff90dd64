import Typography from "@mui/material/Typography";

import { useServerNow } from "#web/api/useServerNow.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";

import type { TokenDetail } from "./tokenQuery.ts";
import { UseWords } from "./UseWords.tsx";

export interface ReplaceDialogProps {
  /** The token that is to be replaced; undefined when it is gone meanwhile. */
  readonly token: TokenDetail | undefined;
  /** Whether the session acts as that token. */
  readonly inUse: boolean;
  readonly pending: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before a user's personal token is replaced by a new one. */
export function ReplaceDialog({ token, inUse, pending, onConfirm, onCancel }: ReplaceDialogProps) {
  const now = useServerNow();
  return (
    <ConfirmDialog
      open
      title="Replace your personal token?"
      confirm="Replace it"
      destructive
      pending={pending}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      <Typography>
        The token you have stops working at once, and cannot be brought back. Whatever uses it fails until it has the new one.
      </Typography>
      {token !== undefined && <UseWords token={token} now={now} />}
      {inUse && <Typography sx={{ marginTop: 2 }}>It is the token that you are signed in with.</Typography>}
    </ConfirmDialog>
  );
}
