import type { DisruptionTotals } from "#domain/policy/disruption.ts";
import type { EffectCounts, TokenChange } from "#domain/policy/plan.ts";
import type { Creator } from "#domain/token/creator.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

/** What a policy change can do to a token that it touches, as the link and the filter of the list name it. */
export const effects = ["delete", "shorten", "filter"] as const;

/** One of {@link effects}. A token can be shortened and put behind a filter at once. */
export type Effect = (typeof effects)[number];

/** A governed token in the impact: what the plan needs, and what is known of its last use and its creator. */
export interface SeenToken extends UsedToken {
  /** Undefined where nobody tells. */
  readonly creator?: Creator | undefined;
}

/** Whether a change has an effect. */
export function hasEffect(change: TokenChange, effect: Effect): boolean {
  switch (effect) {
    case "delete":
      return change.type === "delete";
    case "shorten":
      return change.type === "restrict" && change.expireAt !== undefined;
    case "filter":
      return change.type === "restrict" && change.ipFilter !== undefined;
  }
}

/** The counter of each effect. */
export const effectCounters = { delete: "deleted", shorten: "shortened", filter: "filtered" } as const satisfies Record<
  Effect,
  keyof EffectCounts
>;

/** The effects in words, as sign, table and file name them. */
export const effectWords = { delete: "deleted", shorten: "shortened", filter: "IP filter set" } as const satisfies Record<
  Effect,
  string
>;

/**
 * What a change does, as its button says it, harm first: `Delete 1 token, end 86 within a day, shorten 689`. A token that ends within 7 days
 * is not counted once more as shortened, nor one that is locked out, or may be, as one whose filter is set. `seesAll` tells whether every
 * token of every kind was seen; otherwise "none" is claimed only of those that were.
 */
export function applyLabel(counts: EffectCounts, { byHarm }: DisruptionTotals, seesAll: boolean): string {
  const parts: string[] = [];
  const add = (tokens: number, words: (counted: string) => string) => {
    if (tokens > 0) parts.push(words(parts.length === 0 ? countOf(tokens, "token") : count(tokens)));
  };
  const [lockedOut, perhaps] = [byHarm["locked-out"].tokens, byHarm["may-be-locked-out"].tokens];
  const [day, week] = [byHarm["within-a-day"].tokens, byHarm["within-a-week"].tokens];
  add(counts.deleted, (tokens) => `delete ${tokens}`);
  add(lockedOut, (tokens) => `lock out ${tokens}`);
  add(day, (tokens) => `end ${tokens} within a day`);
  add(week, (tokens) => `end ${tokens} within 7 days`);
  add(perhaps, (tokens) => `perhaps lock out ${tokens}`);
  add(counts.shortened - day - week, (tokens) => `shorten ${tokens}`);
  add(counts.filtered - lockedOut - perhaps, (tokens) =>
    parts.length === 0 ? `set the IP filter of ${tokens}` : `set the filter of ${tokens}`,
  );
  if (parts.length === 0) return seesAll ? "Save: no token is affected" : "Save: no token you can see is affected";
  const text = parts.length > 2 ? parts.join(", ") : listWords(parts);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a change did or does, counted, for reports: `12 deleted, 48 shortened, 7 with an IP filter set or replaced`. */
export function countEffects({ deleted, shortened, filtered }: EffectCounts): string {
  const parts = [
    ...(deleted > 0 ? [`${count(deleted)} deleted`] : []),
    ...(shortened > 0 ? [`${count(shortened)} shortened`] : []),
    ...(filtered > 0 ? [`${count(filtered)} with an IP filter set or replaced`] : []),
  ];
  return parts.length === 0 ? "no token affected" : parts.join(", ");
}
