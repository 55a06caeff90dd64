import HideIcon from "@mui/icons-material/VisibilityOffOutlined";
import ShowIcon from "@mui/icons-material/VisibilityOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControl from "@mui/material/FormControl";
import FormHelperText from "@mui/material/FormHelperText";
import FormLabel from "@mui/material/FormLabel";
import IconButton from "@mui/material/IconButton";
import OutlinedInput from "@mui/material/OutlinedInput";
import { useQueryClient } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";

import { failureOf } from "../api/failure.ts";
import { signIn } from "../api/session.ts";

/** What {@link TokenForm} takes. */
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
          autoComplete="off"
          aria-describedby={`${id}-help`}
          slotProps={{ input: noManager }}
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
            "A personal, view, organization or system token. This page does not store it; you act with its rights until you sign out."}
        </FormHelperText>
      </FormControl>
      <div>
        <Button type="submit" variant="contained" loading={busy}>
          Sign in
        </Button>
      </div>
    </Box>
  );
}

/** A token is not a password to be remembered; password managers that look for these leave the field alone. */
const noManager = { spellCheck: false, autoCapitalize: "none", "data-1p-ignore": "true", "data-lpignore": "true" };
