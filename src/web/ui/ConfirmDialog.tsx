import Button from "@mui/material/Button";
import { useState, type ReactNode } from "react";

import { BusyButton } from "./BusyButton.tsx";
import { DialogFrame, type DialogFrameProps } from "./DialogFrame.tsx";
import { Field } from "./Field.tsx";

export interface ConfirmDialogProps {
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
  readonly typed?: { readonly expected: string; readonly label: string } | undefined;
  /** While the change is under way the dialog neither closes nor confirms again. */
  readonly pending?: boolean;
  /** Whether it cannot be confirmed for now. */
  readonly blocked?: boolean;
  /** What became of the last try; shown within the dialog. */
  readonly outcome?: ReactNode;
  /** What stands apart from the buttons, beside them. */
  readonly aside?: ReactNode;
  readonly width?: DialogFrameProps["width"];
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/**
 * Asks before something is done. The focus starts on the field to type in, or else on the button that does nothing, and returns to
 * where it was. What a dialog does by itself is an `ActionDialog`.
 */
export function ConfirmDialog({
  title,
  children,
  confirm,
  cancel = "Cancel",
  destructive = false,
  typed,
  pending = false,
  blocked = false,
  outcome,
  aside,
  width = "sm",
  onConfirm,
  onCancel,
}: ConfirmDialogProps) {
  const [text, setText] = useState("");
  const matches = typed === undefined || plain(text) === plain(typed.expected);
  return (
    <DialogFrame
      title={title}
      text={children}
      busy={pending}
      aside={aside}
      width={width}
      onClose={onCancel}
      onSubmit={(event) => {
        event.preventDefault();
        if (matches && !pending && !blocked) onConfirm();
      }}
      actions={
        <>
          <Button
            onClick={onCancel}
            disabled={pending}
            // Pressing Enter without reading must not destroy anything.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={typed === undefined}
          >
            {cancel}
          </Button>
          <BusyButton
            type="submit"
            variant="contained"
            color={destructive ? "error" : "primary"}
            disabled={!matches || blocked}
            busy={pending}
          >
            {confirm}
          </BusyButton>
        </>
      }
    >
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
      {outcome}
    </DialogFrame>
  );
}

/** What counts of a typed text: separators of a number and spaces around don't. */
function plain(text: string): string {
  return text.trim().replaceAll(/(?<=\d)[,\s'.](?=\d{3})/gu, "");
}
