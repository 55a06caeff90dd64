import { startTransition, useLayoutEffect, useState, type ReactNode } from "react";
import { Router, UNSAFE_createBrowserHistory as createBrowserHistory, type Location, type NavigationType } from "react-router";

import { expectArrival } from "#web/ui/arrival.ts";
import { leaveQuestion, waitingNavigation } from "#web/ui/leaving.ts";

const history = createBrowserHistory({ v5Compat: true });
/** The path of the page in sight. The history is ahead of it while another page loads. */
let shown = history.location.pathname;

/** Does `go` at once, or after the page's question was answered. Changes of the same page's link, such as filters, pass. */
function ask(to: string, go: () => void): void {
  const question = leaveQuestion.get();
  const stays = new URL(to, window.location.href).pathname === window.location.pathname;
  if (question === undefined || stays) go();
  else waitingNavigation.set({ question, go });
}

// React Router's own blocker belongs to its data router, which costs twice the script; this is what a history allows without it.
const navigator = {
  createHref: (to: Parameters<typeof history.createHref>[0]) => history.createHref(to),
  encodeLocation: (to: Parameters<typeof history.encodeLocation>[0]) => history.encodeLocation(to),
  go: (delta: number) => history.go(delta),
  push: (...args: Parameters<typeof history.push>) => ask(history.createHref(args[0]), () => history.push(...args)),
  replace: (...args: Parameters<typeof history.replace>) => {
    const to = history.createHref(args[0]);
    // While another page loads, the one in sight may still write into its own URL (a draft, a search). That must not call it back.
    const leaving = history.location.pathname !== shown;
    if (leaving && new URL(to, window.location.href).pathname === shown) return;
    ask(to, () => history.replace(...args));
  },
};

/** The app's router. Like React Router's `BrowserRouter`, but a page with unsaved edits can hold it (`UnsavedChangesGuard`). */
export function GuardedRouter({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<{ action: NavigationType; location: Location }>({
    action: history.action,
    location: history.location,
  });
  useLayoutEffect(() => {
    let current = history.location.pathname;
    // Undoing a step back makes the browser tell of a step forward, which is none.
    let undoing = false;
    let allowed = false;
    return history.listen(({ action, location, delta }) => {
      if (undoing) {
        undoing = false;
        return;
      }
      const question = leaveQuestion.get();
      // Pushing and replacing were asked about before; here only the browser's own buttons are left to ask.
      // oxlint-disable-next-line typescript/no-unsafe-enum-comparison -- the enum is a type only
      const byBrowser = action === "POP" && delta !== null && delta !== 0;
      if (byBrowser && question !== undefined && !allowed && location.pathname !== current) {
        undoing = true;
        history.go(-delta);
        waitingNavigation.set({
          question,
          go: () => {
            allowed = true;
            history.go(delta);
          },
        });
        return;
      }
      allowed = false;
      const next = { action, location };
      if (location.pathname === current) {
        // At once, so that a field may be controlled by the link.
        setState(next);
        return;
      }
      current = location.pathname;
      expectArrival(location.pathname);
      startTransition(() => setState(next));
    });
  }, []);

  useLayoutEffect(() => {
    shown = state.location.pathname;
  }, [state.location.pathname]);

  return (
    <Router location={state.location} navigationType={state.action} navigator={navigator}>
      {children}
    </Router>
  );
}
