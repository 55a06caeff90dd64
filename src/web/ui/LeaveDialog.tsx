import { useStore } from "#web/state/store.ts";
import { ConfirmDialog } from "./ConfirmDialog.tsx";
import { leaveQuestion, waitingNavigation } from "./leaving.ts";

/** Asks whether to leave the page with something unsaved, as long as somebody wants to. */
export function LeaveDialog() {
  const waiting = useStore(waitingNavigation);
  if (waiting === undefined) return null;
  return (
    <ConfirmDialog
      title={waiting.question.title}
      confirm={waiting.question.leave}
      cancel="Stay on this page"
      destructive
      onCancel={() => waitingNavigation.set(undefined)}
      onConfirm={() => {
        waitingNavigation.set(undefined);
        leaveQuestion.set(undefined);
        waiting.go();
      }}
    >
      {waiting.question.text}
    </ConfirmDialog>
  );
}
