import { ApiCallButton } from "#web/api-call/ApiCallButton.tsx";
import { ConfirmDialog, type ConfirmDialogProps } from "#web/ui/ConfirmDialog.tsx";

import { Outcome } from "./Outcome.tsx";
import type { Action } from "./useAction.ts";
import { useClosing } from "./useClosing.tsx";

export interface ActionDialogProps extends Pick<
  ConfirmDialogProps,
  "title" | "children" | "confirm" | "destructive" | "typed" | "onCancel"
> {
  readonly action: Action;
  /** Whether it is not known yet what is asked for, so that nobody can agree to it. */
  readonly waiting?: boolean;
}

/** Asks before something is done, and does it; shows it as an API call, and says what became of it. */
export function ActionDialog({ action: { sending, prepare, act }, waiting = false, onCancel, ...asked }: ActionDialogProps) {
  const { close, question } = useClosing(sending, onCancel);
  return (
    <>
      <ConfirmDialog
        {...asked}
        pending={sending.pending}
        blocked={sending.unknown || waiting}
        outcome={<Outcome sending={sending} />}
        {...(prepare !== undefined && { aside: <ApiCallButton prepare={prepare} /> })}
        onConfirm={act}
        onCancel={close}
      />
      {question}
    </>
  );
}
