import { formatAge } from "#domain/duration.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import type { NextStep, RenewalStep } from "#domain/renewal/step.ts";
import { countOf } from "#web/ui/counts.ts";
import { presentAfter, relativeTime } from "#web/ui/times.ts";

/** What each step is called. */
export const stepTitles = {
  link: "Confirm the pair",
  "hand-over": "Hand over the secret",
  wait: "Wait",
  ask: "Ask, then delete",
  delete: "Delete the old one",
} as const satisfies Record<RenewalStep, string>;

/** What a pair rests on: what somebody wrote, likeness, or likeness that somebody said means nothing. */
export const pairStates = ["recorded", "guess", "rejected"] as const;

/** One of {@link pairStates}. */
export type PairState = (typeof pairStates)[number];

export const stateTitles = {
  recorded: "Recorded",
  guess: "Guess",
  rejected: "Not a pair",
} as const satisfies Record<PairState, string>;

export function stateOf({ source, rejection }: RenewalPair): PairState {
  return rejection === undefined ? source : "rejected";
}

/** Why a step comes next and what it takes, in sentences. `now` in ms since epoch, `quietFor` in days. */
export function stepWords(
  { old, next, alike = 2 }: RenewalPair,
  { reason, until }: NextStep,
  { now, quietFor }: { readonly now: number; readonly quietFor: number },
): string {
  switch (reason) {
    case "guess":
      return [
        "Both have the same name and rights, and the new one was made later. Nothing else says that it replaces the old one.",
        ...(alike > 2 ? [`${countOf(alike, "token")} are alike: each is taken to replace the one made just before it.`] : []),
      ].join(" ");
    case "unused":
      return "Nobody has used the new one yet. Give its secret to whoever uses the old one.";
    case "unused-and-expired":
      return "The old one has expired, so whoever used it is refused. Nobody has used the new one yet: hand over its secret now.";
    case "used-since":
      return `The old one was used ${useWords(old, now)}, after the new one began: somebody still has it. ${waitWords(until, now, quietFor)}`;
    case "not-quiet":
      return `${
        old.lastUse?.at == null ? "The old one was not used yet." : `The old one was last used ${useWords(old, now)}.`
      } ${waitWords(until, now, quietFor)}`;
    case "quiet":
      return `The new one is in use, and nobody has used the old one for at least ${countOf(quietFor, "day")}.`;
    case "expired":
      return "The old one has expired and is accepted nowhere; it will be gone within minutes.";
    case "not-recorded":
      return `Not every use is recorded here, so nobody knows whether the old one is quiet. Of the old one ${knownWords(old, now)}; of the new one ${knownWords(next, now)}. Ask whoever uses the old one before you delete it.`;
    case "new-expired":
      return "The new one has expired, so it replaces nothing any more. Renew the old one again.";
    default:
      return reason satisfies never;
  }
}

function waitWords(until: number | undefined, now: number, quietFor: number): string {
  const when = until === undefined || until <= now ? "" : `, ${relativeTime(until, now)} if nobody uses it meanwhile`;
  return `It may be deleted once it has been quiet for ${countOf(quietFor, "day")}${when}.`;
}

/** When and from where a token was used last; only of one of which a use is known. */
export function useWords({ lastUse }: Pick<InventoryToken, "lastUse">, now: number): string {
  if (lastUse?.at == null) return "at a time that is not known";
  return `${relativeTime(lastUse.at, presentAfter(lastUse.at, now))}${lastUse.from === null ? "" : ` from ${lastUse.from}`}`;
}

function knownWords(token: InventoryToken, now: number): string {
  const { lastUse } = token;
  if (lastUse === undefined) return "no use is known";
  if (lastUse.at === null) return "it is known that nobody used it";
  return lastUse.source === "recorded"
    ? `the last use was ${useWords(token, now)}`
    : `the audit log has a use ${useWords(token, now)}, and there may be later ones`;
}

/** Where to look for those who still use the old one. */
export function whereWords({ lastUse }: Pick<InventoryToken, "lastUse">, now: number): string {
  if (lastUse?.at == null) return "From where the old one is used is not known.";
  const look = lastUse.from === null ? "" : ": look there for what has its secret";
  return `The old one was last used ${useWords({ lastUse }, now)}${look}.`;
}

/** In how long a wait ends, in a cell: `Wait 5 days`. */
export function briefStep({ step, until }: NextStep, now: number): string {
  return step === "wait" && until !== undefined && until > now ? `Wait ${formatAge(until - now)}` : stepTitles[step];
}

/** That some of the tokens that are to be renewed have a recorded successor. */
export function replacedWords(replaced: number, all: number): string {
  if (all === 1) return "It is recorded that another token replaces this one already. Renewing makes one more.";
  return `${countOf(replaced, "of them is", "of them are")} recorded to be replaced already. Renewing makes one more for each.`;
}
