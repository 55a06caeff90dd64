import { Suspense, useEffect } from "react";

import { useStore } from "#web/state/store.ts";
import { lazyDialog } from "./lazyPart.tsx";
import { leaveQuestion, waitingNavigation } from "./leaving.ts";

const loadDialog = () => import("./LeaveDialog.tsx");
const LeaveDialog = lazyDialog(async () => (await loadDialog()).LeaveDialog);

export interface UnsavedChangesGuardProps {
  /** Whether there is something to lose. */
  readonly when: boolean;
  /** What would be lost: "Your draft of the security policies is not applied." */
  readonly text: string;
  readonly title?: string;
  /** What the button that leaves says. */
  readonly leave?: string;
}

/**
 * Asks before the page is left with something unsaved: by a link or the back button (in a dialog of ours), by closing or reloading (in
 * the browser's own, whose words can't be chosen). Changes of the page's own search parameters pass.
 */
export function UnsavedChangesGuard({
  when,
  text,
  title = "Leave without saving?",
  leave = "Leave and discard",
}: UnsavedChangesGuardProps) {
  useEffect(() => {
    if (!when) return undefined;
    leaveQuestion.set({ title, text, leave });
    // Now, since the server may be gone when somebody wants to leave.
    loadDialog().catch(() => undefined);
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", onUnload);
    return () => {
      leaveQuestion.set(undefined);
      window.removeEventListener("beforeunload", onUnload);
    };
  }, [when, text, title, leave]);

  const waiting = useStore(waitingNavigation);
  if (waiting === undefined) return null;
  return (
    <Suspense fallback={null}>
      <LeaveDialog />
    </Suspense>
  );
}
