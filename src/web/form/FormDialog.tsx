import Button from "@mui/material/Button";
import type { ReactNode } from "react";

import { ApiCallButton } from "#web/api-call/ApiCallButton.tsx";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";

import { SubmitButton } from "./FormEnding.tsx";
import { Outcome } from "./Outcome.tsx";
import type { Ending } from "./ending.ts";
import { useClosing } from "./useClosing.tsx";

export interface FormDialogProps {
  readonly title: string;
  /** What the dialog says before its fields, which describes it to a screen reader. */
  readonly text?: ReactNode;
  /** What the button does, in words. */
  readonly submit: string;
  readonly form: Ending;
  readonly onCancel: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** A small form in a dialog. It stays open while what it asked for is under way. */
export function FormDialog({ title, text, submit, form: { sending, onSubmit, prepare }, onCancel, children }: FormDialogProps) {
  const { close, question } = useClosing(sending, onCancel);
  return (
    <>
      <DialogFrame
        title={title}
        text={text}
        busy={sending.pending}
        onClose={close}
        onSubmit={onSubmit}
        {...(prepare !== undefined && { aside: <ApiCallButton prepare={prepare} /> })}
        actions={
          <>
            <Button onClick={close} disabled={sending.pending}>
              Cancel
            </Button>
            <SubmitButton sending={sending}>{submit}</SubmitButton>
          </>
        }
      >
        {/* The label of the first field stands above it, where the content's edge would cut it. */}
        {text === undefined && <span />}
        {children}
        <Outcome sending={sending} />
      </DialogFrame>
      {question}
    </>
  );
}
