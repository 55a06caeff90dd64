import { CallError } from "#web/api/failure.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import type { Finding } from "./LostAnswer.tsx";
import { stopped, type Lost } from "./useSending.ts";

/** The message of a small change whose outcome is unknown. */
export const lostWords = { title: "It is not known whether that was done", action: "Look what is there now" } as const;

/** A list as read, reduced to what tells whether something was created. */
export interface ReadNames {
  readonly rows: readonly { readonly name: string; /** Its page's address, which no other shares. */ readonly to: string }[];
  /** False where the list kept changing while it was read, so that rows may be missing. */
  readonly steady: boolean;
}

/**
 * Reads what is there before something is created. Gives what looks, should the answer be lost, whether one of this name is there now
 * that was not there before: names alone do not tell, since two may share one.
 */
export async function watchCreation(noun: string, name: string, read: () => Promise<ReadNames>): Promise<() => Promise<Finding>> {
  const before = new Set((await read()).rows.map(({ to }) => to));
  return async () => {
    const { rows, steady } = await read();
    const found = rows.find((row) => row.name === name && !before.has(row.to));
    if (found !== undefined) {
      return {
        done: true,
        title: `The ${noun} was created`,
        message: "Only the answer was lost: one of this name is there now that was not there before. Do not create it again.",
        to: found.to,
      };
    }
    if (!steady) throw new CallError({ kind: "unexpected", message: "The list kept changing while it was read. Look again." });
    return {
      done: false,
      title: `The ${noun} was not created`,
      message: `The list was read again and holds no such ${noun}. You can create it now.`,
    };
  };
}

/** What became of a change of something, which is `present` now unless it is gone, and by which it `holds` what was asked for or not. */
export function changeFinding(noun: string, present: unknown, holds: boolean): Finding {
  if (present === undefined) {
    return { done: true, title: `The ${noun} is gone`, message: "It was deleted meanwhile, so there is nothing left to change." };
  }
  return holds
    ? { done: true, title: "The change was made", message: "Only the answer was lost. You can close this." }
    : {
        done: false,
        title: "The change was not made",
        message: "It was read again and is not as you asked. You can send it now.",
      };
}

/**
 * Looks first, each time, whether what was agreed to is still so. Where it is not, nothing is sent, and the page says why.
 *
 * @param still rejects where nobody can tell; then nothing is sent either
 */
export function onlyWhile<Result>(still: (() => Promise<boolean>) | undefined, lost: Lost<void, Result>): Lost<void, Result> {
  if (still === undefined) return lost;
  return { ...lost, watch: async () => ((await still()) ? lost.watch() : stopped) };
}

/** What the dialog that deletes something does when the answer was lost: looks whether it is still there. */
export function lostDeletion(isThere: () => Promise<boolean>): Lost<void, void> {
  return {
    title: "It is not known whether it was deleted",
    action: "Look whether it is gone",
    watch: () => async () => {
      if (!(await isThere())) return { found: undefined };
      announce("It is still there. You can delete it now.");
      return "not-done";
    },
  };
}
