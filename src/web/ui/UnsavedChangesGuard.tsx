import { Suspense, useEffect, useState } from "react";

import { useStore } from "#web/state/store.ts";
import { lazyDialog } from "./lazyPart.tsx";
import { askBeforeLeaving, waitingNavigation, type LeaveQuestion } from "./leaving.ts";

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
  // Its words may change while the answer is waited for.
  const [asked] = useState(() => new WeakSet<LeaveQuestion>());
  useEffect(() => {
    if (!when) return undefined;
    const question = { title, text, leave };
    asked.add(question);
    const takeBack = askBeforeLeaving(question);
    // Now, since the server may be gone when somebody wants to leave.
    loadDialog().catch(() => undefined);
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", onUnload);
    return () => {
      takeBack();
      window.removeEventListener("beforeunload", onUnload);
    };
  }, [when, title, text, leave, asked]);

  const waiting = useStore(waitingNavigation);
  // Where two guards are there, each asks its own question.
  if (waiting === undefined || !asked.has(waiting.question)) return null;
  return (
    <Suspense fallback={null}>
      <LeaveDialog />
    </Suspense>
  );
}
