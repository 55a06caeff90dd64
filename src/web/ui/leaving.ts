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

/** All that are to be asked, the latest last: a dialog may have something to lose above a page that has, too. */
const questions: LeaveQuestion[] = [];

/** Has a question asked before the page is left, in place of an earlier one. Returns what takes it back, so that the earlier one stands again. */
export function askBeforeLeaving(question: LeaveQuestion): () => void {
  questions.push(question);
  leaveQuestion.set(question);
  return () => {
    questions.splice(questions.lastIndexOf(question), 1);
    leaveQuestion.set(questions.at(-1));
  };
}

/** A navigation that waits for the answer to a question; `go` carries it out. */
export const waitingNavigation = createStore<{ readonly question: LeaveQuestion; readonly go: () => void } | undefined>(
  undefined,
);
