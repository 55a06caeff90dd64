import HideIcon from "@mui/icons-material/VisibilityOffOutlined";
import ShowIcon from "@mui/icons-material/VisibilityOutlined";
import Box from "@mui/material/Box";
import FormControl from "@mui/material/FormControl";
import FormHelperText from "@mui/material/FormHelperText";
import FormLabel from "@mui/material/FormLabel";
import IconButton from "@mui/material/IconButton";
import OutlinedInput from "@mui/material/OutlinedInput";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";

import { failureOf } from "#web/api/failure.ts";
import { goesInPlain } from "#web/api/server.ts";
import { signIn } from "#web/api/session.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";

export interface TokenFormProps {
  readonly onSignedIn?: () => void;
  /** Puts the focus into the field at once. */
  readonly focused?: boolean;
}

/**
 * Signs in with a pasted API token. The token is in the field and in the one request; it is never stored, and the field is emptied once
 * it was accepted. No form library: this is the page that has to come at once.
 */
export function TokenForm({ onSignedIn, focused = false }: TokenFormProps) {
  const client = useQueryClient();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const plainHttp = goesInPlain(window.location.origin);

  const submit = async () => {
    const field = input.current;
    if (field === null || busy) return;
    const token = field.value.trim();
    if (token === "") {
      setProblem("Paste a token first.");
      field.focus();
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(client, { token });
      field.value = "";
      onSignedIn?.();
    } catch (error) {
      setProblem(failureOf(error).message);
      field.focus();
      field.select();
    } finally {
      setBusy(false);
    }
  };

  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event: React.SubmitEvent<HTMLFormElement>) => {
        event.preventDefault();
        void submit();
      }}
      sx={{ display: "flex", flexDirection: "column", gap: 4 }}
    >
      {plainHttp && (
        <Typography role="note" sx={{ border: 1, borderColor: "warning.main", borderRadius: 1, padding: 3 }}>
          <strong>This page came over plain http.</strong> Whoever is on the way can read a token that you send, and use it. Reach
          Tokenhouse over https, or on its own machine.
        </Typography>
      )}
      {/* What a password manager puts the token under; people have nothing to do here. */}
      <input type="text" name="username" autoComplete="username" value="API token" readOnly hidden tabIndex={-1} aria-hidden />
      <FormControl error={problem !== undefined}>
        <FormLabel htmlFor={id} sx={{ marginBottom: 1 }}>
          API token
        </FormLabel>
        <OutlinedInput
          id={id}
          size="small"
          inputRef={input}
          type={shown ? "text" : "password"}
          // In a dialog that has nothing else to do.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={focused}
          name="token"
          // A password manager is where such a token belongs, so it may keep it and fill it in.
          autoComplete="current-password"
          aria-describedby={`${id}-help`}
          slotProps={{ input: { spellCheck: false, autoCapitalize: "none" } }}
          endAdornment={
            <IconButton
              size="small"
              edge="end"
              aria-label={shown ? "Hide the token" : "Show the token"}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
            >
              {shown ? <HideIcon fontSize="small" /> : <ShowIcon fontSize="small" />}
            </IconButton>
          }
        />
        <FormHelperText id={`${id}-help`} role={problem === undefined ? undefined : "alert"}>
          {problem ??
            "A personal, view, organization or system token. This page does not store it, a password manager may. You act with its rights until you sign out."}
        </FormHelperText>
      </FormControl>
      <div>
        <BusyButton type="submit" variant="contained" busy={busy}>
          Sign in
        </BusyButton>
      </div>
    </Box>
  );
}
