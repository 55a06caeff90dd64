import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useId, useState, type ReactNode } from "react";

import { ErrorState, type ShownFailure } from "./ErrorState.tsx";
import { Field } from "./Field.tsx";
import { Words } from "./Name.tsx";

export interface ConfirmDialogProps {
  readonly open: boolean;
  /** What is to be confirmed, as a question or a statement. */
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  /** What the button does, in words: "Delete 12 tokens and shorten 48". */
  readonly confirm: string;
  readonly cancel?: string;
  /** Whether the change destroys something; the button says so by its colour. */
  readonly destructive?: boolean;
  /** What has to be typed before the button works, and what to say above the field. */
  readonly typed?: { readonly expected: string; readonly label: string };
  /** While the change is under way the dialog neither closes nor confirms again. */
  readonly pending?: boolean;
  /** Why the last try failed; shown within the dialog. */
  readonly failure?: ShownFailure | undefined;
  /** What stands apart from the buttons, beside them. */
  readonly aside?: ReactNode;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/**
 * Asks before something is done. The focus starts on the field to type in, or else on the button that does nothing, and returns to
 * where it was.
 */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, pending = false, onCancel } = props;
  const id = useId();
  return (
    <Dialog
      open={open}
      onClose={() => {
        if (!pending) onCancel();
      }}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      maxWidth="sm"
      fullWidth
    >
      <ConfirmForm {...props} id={id} />
    </Dialog>
  );
}

/** The dialog's inside: mounted anew each time it opens, so that nothing typed before is left. */
function ConfirmForm({
  id,
  title,
  children,
  confirm,
  cancel = "Cancel",
  destructive = false,
  typed,
  pending = false,
  failure,
  aside,
  onConfirm,
  onCancel,
}: ConfirmDialogProps & { readonly id: string }) {
  const [text, setText] = useState("");
  const matches = typed === undefined || plain(text) === plain(typed.expected);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (matches && !pending) onConfirm();
      }}
    >
      <DialogTitle id={`${id}-title`}>
        <Words>{title}</Words>
      </DialogTitle>
      <DialogContent sx={{ display: "flex", flexDirection: "column", gap: 4 }}>
        <div id={`${id}-text`}>{children}</div>
        {typed !== undefined && (
          <Field
            // The one thing to do here.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            label={typed.label}
            value={text}
            onChange={(event) => setText(event.target.value)}
            input={{ inputMode: /^\d+$/u.test(plain(typed.expected)) ? "numeric" : "text" }}
          />
        )}
        {failure !== undefined && <ErrorState title="That did not work" failure={failure} />}
      </DialogContent>
      <DialogActions sx={{ flexWrap: "wrap", rowGap: 2 }}>
        {aside !== undefined && <Box sx={{ marginInlineEnd: "auto" }}>{aside}</Box>}
        <Button
          onClick={onCancel}
          disabled={pending}
          // Pressing Enter without reading must not destroy anything.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={typed === undefined}
        >
          {cancel}
        </Button>
        <Button type="submit" variant="contained" color={destructive ? "error" : "primary"} disabled={!matches} loading={pending}>
          {confirm}
        </Button>
      </DialogActions>
    </form>
  );
}

/** What counts of a typed text: separators of a number and spaces around don't. */
function plain(text: string): string {
  return text.trim().replaceAll(/(?<=\d)[,\s'.](?=\d{3})/gu, "");
}
