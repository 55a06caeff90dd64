import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { stepOf, takesTyping, usedSinceNewBegan } from "#domain/renewal/step.ts";
import type { LastUse } from "#domain/token/lastUse.ts";

import { stepWords, useWords } from "./words.ts";

export interface DoubtContext {
  /** Last use of the old one as the page showed it. */
  readonly shown: LastUse | undefined;
  /** When the pair was read again, ms since epoch. */
  readonly now: number;
  /** In days. */
  readonly quietFor: number;
}

/** What speaks against deleting the old one of a pair. */
export interface Doubt {
  /** Whether it is that the old one was used, since the page showed it or since the new one began. */
  readonly used: boolean;
  /** Sentences. */
  readonly words: string;
}

/** What speaks against deleting the old one of a pair that was just read again; undefined where nothing does. */
export function doubtAbout(pair: RenewalPair, { shown, now, quietFor }: DoubtContext): Doubt | undefined {
  const context = { now, quietFor };
  if (!takesTyping(pair, shown, context)) return undefined;
  const { lastUse } = pair.old;
  const step = stepOf(pair, context);
  const used = lastUse?.at == null ? undefined : `used ${useWords(pair.old, now)}`;
  if (used !== undefined && lastUse?.at !== shown?.at) {
    return { used: true, words: `It was ${used}, since this page showed it: somebody still has it, and will be refused.` };
  }
  if (used !== undefined && usedSinceNewBegan(pair) === "yes") {
    return { used: true, words: `It was ${used}, after the new one began: somebody may still have it, and would be refused.` };
  }
  if (step.step !== "delete") return { used: false, words: stepWords(pair, step, context) };
  return { used: false, words: "When the new one was first used is not on record, so the old one may have been used since." };
}

/** Whether consent under one doubt is none under a later one. A token that goes on being used is asked about once. */
export function asksAgain(agreed: Doubt | undefined, later: Doubt | undefined): boolean {
  return later !== undefined && (agreed === undefined || (later.used && !agreed.used));
}
