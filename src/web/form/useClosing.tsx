import { useState, type ReactNode } from "react";

import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";

import { leaveUnseen } from "./leaveUnseen.ts";
import type { Progress } from "./useSending.ts";

/** Closes a dialog; while nobody has looked what became of its request, only after `question`, which is drawn beside the dialog. */
export function useClosing({ unseen }: Progress, onClose: () => void): { close: () => void; question: ReactNode } {
  const [asking, setAsking] = useState(false);
  if (unseen === undefined || !asking) {
    return { close: unseen === undefined ? onClose : () => setAsking(true), question: null };
  }
  const { title, text, leave } = leaveUnseen(unseen);
  const stay = () => setAsking(false);
  return {
    close: stay,
    question: (
      <ConfirmDialog title={title} confirm={leave} cancel="Stay here" destructive onConfirm={onClose} onCancel={stay}>
        {text}
      </ConfirmDialog>
    ),
  };
}
