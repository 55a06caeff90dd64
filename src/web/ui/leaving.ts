import { createStore } from "#web/state/store.ts";

/** What a page asks before it is left. */
export interface LeaveQuestion {
  readonly title: string;
  readonly text: string;
  /** What the button that leaves says. */
  readonly leave: string;
}

/** The question of the page that must not be left unasked; undefined when the page may be left. */
export const leaveQuestion = createStore<LeaveQuestion | undefined>(undefined);

/** A navigation that waits for the answer to a question; `go` carries it out. */
export const waitingNavigation = createStore<{ readonly question: LeaveQuestion; readonly go: () => void } | undefined>(
  undefined,
);
