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
 * What a change does, as its button says it: `Delete 12 tokens and shorten 48`. `seesAll` tells whether every token of every kind was
 * seen; otherwise "none" is claimed only of those that were.
 */
export function applyLabel({ deleted, shortened, filtered }: EffectCounts, seesAll: boolean): string {
  const parts: string[] = [];
  const add = (tokens: number, verb: string) => {
    if (tokens > 0) parts.push(`${verb} ${parts.length === 0 ? countOf(tokens, "token") : count(tokens)}`);
  };
  add(deleted, "delete");
  add(shortened, "shorten");
  add(filtered, parts.length === 0 ? "set the IP filter of" : "set the filter of");
  if (parts.length === 0) return seesAll ? "Save: no token is affected" : "Save: no token you can see is affected";
  const text = listWords(parts);
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
