import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";

import { failureOf } from "#web/api/failure.ts";
import { resumeSession } from "#web/api/session.ts";
import { TokenForm } from "#web/sign-in/TokenForm.tsx";

/** Asks to sign in again, the session being over, above the page as it stands: nothing that was typed is lost. */
export function SessionEndedDialog() {
  const client = useQueryClient();
  const id = useId();
  const [said, setSaid] = useState<string>();

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") void resumeSession(client).catch(() => false);
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [client]);

  const look = () => {
    resumeSession(client).then(
      (resumed) => setSaid(resumed ? undefined : "This browser is not signed in yet. Sign in in another tab, then try again."),
      (error: unknown) => setSaid(failureOf(error).message),
    );
  };

  return (
    <Dialog open aria-labelledby={id} maxWidth="xs" fullWidth>
      <DialogTitle id={id}>You are signed out</DialogTitle>
      <DialogContent>
        <Typography sx={{ marginBottom: 4 }}>
          Your session is over, or its token was deleted, rotated or shut out. The page behind this is as you left it. Sign in to
          go on.
        </Typography>
        <TokenForm focused />
        {said !== undefined && (
          <Typography role="alert" sx={{ marginTop: 3 }}>
            {said}
          </Typography>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={look}>I signed in in another tab</Button>
      </DialogActions>
    </Dialog>
  );
}
