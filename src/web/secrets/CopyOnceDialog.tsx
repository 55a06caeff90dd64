import WarningIcon from "@mui/icons-material/WarningAmberOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { useId, useMemo, useState, type ReactNode } from "react";

import type { TokenKind } from "#domain/token/kinds.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { LoopbackNote } from "#web/ui/LoopbackNote.tsx";
import { Words } from "#web/ui/Name.tsx";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";

import type { Secret } from "./secret.ts";
import { SecretText } from "./SecretText.tsx";
import { snippets } from "./snippets.ts";
import { TabRow } from "./TabRow.tsx";

export interface CopyOnceDialogProps {
  /** What happened: "The token deploy-bot was created". */
  readonly title: string;
  /** What more there is to say. */
  readonly children?: ReactNode;
  readonly secret: Secret;
  /** The token's name. */
  readonly name: string;
  readonly kind: TokenKind;
  /** Those of the token, where they are known. */
  readonly permissions?: readonly string[] | undefined;
  /** URL of the server that accepts the token, without a slash at its end. */
  readonly server: string;
  /** Called after the secret was forgotten. The dialog must be gone afterwards. */
  readonly onDone: () => void;
}

/**
 * Shows a new secret, once. Neither Escape nor a click beside it closes the dialog: it waits until the secret was copied or the user says that
 * it is kept. Closing before that takes a second answer. The secret is forgotten before `onDone` is called.
 */
export function CopyOnceDialog({ title, children, secret, name, kind, permissions, server, onDone }: CopyOnceDialogProps) {
  const id = useId();
  const [copied, setCopied] = useState(false);
  const [kept, setKept] = useState(false);
  const [asking, setAsking] = useState(false);
  const [tab, setTab] = useState("curl");
  const tabs = useMemo(() => snippets({ server, name, kind, permissions }), [server, name, kind, permissions]);
  const shown = tabs.find((snippet) => snippet.id === tab) ?? tabs[0];
  const safe = copied || kept;
  const close = () => {
    secret.forget();
    onDone();
  };

  return (
    <>
      <Dialog
        open
        onClose={(_event, reason) => {
          // A click beside the dialog is an accident; Escape may be meant, so it asks.
          if (reason === "escapeKeyDown") setAsking(true);
        }}
        maxWidth="md"
        fullWidth
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-once`}
      >
        <DialogTitle id={`${id}-title`}>
          <Words>{title}</Words>
        </DialogTitle>
        {/* Where there is too much for the window, all of it scrolls; a box that scrolls by itself is not squeezed. */}
        <DialogContent sx={{ display: "flex", flexDirection: "column", gap: 4, "& > *": { flexShrink: 0 } }}>
          <Typography id={`${id}-once`}>
            This is the only time the token is shown. Keep it where secrets belong, such as a password manager; whoever has it can
            use it.
          </Typography>
          {children}
          <SecretText secret={secret} label="The new token" large />
          <CopyButton
            text={() => secret.reveal()}
            label="Copy the token"
            labelled
            prominent
            onCopied={() => {
              setCopied(true);
              setAsking(false);
            }}
          />
          {shown !== undefined && (
            <Box component="section" aria-label="Ready to use">
              <TabRow label="Where to use the token" tabs={tabs} value={shown.id} onChange={setTab} panel={`${id}-panel`}>
                <Box sx={{ marginTop: 2 }}>
                  <SecretText key={shown.id} secret={secret} within={shown.text} label={shown.label} />
                  <Box sx={{ marginTop: 2 }}>
                    <LoopbackNote url={server} />
                  </Box>
                  <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center", marginTop: 2 }}>
                    <Typography variant="caption" sx={{ color: "text.secondary", flex: "1 1 240px" }}>
                      {shown.hint}
                    </Typography>
                    <CopyButton
                      key={shown.id}
                      text={() => shown.text(secret.reveal())}
                      label={`Copy: ${shown.label}`}
                      labelled
                      onCopied={() => {
                        setCopied(true);
                        setAsking(false);
                      }}
                    />
                  </Box>
                </Box>
              </TabRow>
            </Box>
          )}
          {asking && !safe && (
            <Alert
              severity="warning"
              icon={<WarningIcon />}
              action={
                <Button color="inherit" size="small" onClick={close}>
                  Close without it
                </Button>
              }
            >
              The token was not copied, and it cannot be shown again. If you close now, you have to rotate it or create another.
            </Alert>
          )}
        </DialogContent>
        <DialogActions
          disableSpacing
          sx={{ justifyContent: "space-between", flexWrap: "wrap", gap: 2, paddingInline: 6, paddingBottom: 4 }}
        >
          <FormControlLabel
            control={<Checkbox checked={kept} onChange={(event) => setKept(event.target.checked)} />}
            label="I have kept the token in a safe place"
          />
          <Button variant="contained" onClick={() => (safe ? close() : setAsking(true))}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
      <UnsavedChangesGuard
        when
        title="Leave without the token?"
        text="The token is shown this once. Once this page is left, nobody can read it again."
        leave="Leave without it"
      />
    </>
  );
}
