import { horizons, usedWithin, type UsedToken } from "#domain/token/lastUse.ts";

/**
 * How urgent a leaked token is, the most urgent first.
 *
 * - `in-use`: it lives, and was used within the last week
 * - `maybe`: it lives, and nobody knows whether it is in use
 * - `idle`: it lives, and was not used within the last week
 * - `expired`: it is accepted nowhere
 */
export const urgencies = ["in-use", "maybe", "idle", "expired"] as const;

/** One of {@link urgencies}. */
export type Urgency = (typeof urgencies)[number];

/** How urgent a leaked token is at `now` (ms since epoch). */
export function urgencyOf(token: UsedToken, now: number): Urgency {
  if (token.expireAt !== null && token.expireAt <= now) return "expired";
  switch (usedWithin(token, horizons.week, now)) {
    case "yes":
      return "in-use";
    case "unknown":
      return "maybe";
    case "no":
      return "idle";
  }
}

/** The heading that tokens of an urgency stand under, and what to do about them. */
export const urgencyWords: Readonly<Record<Urgency, { readonly title: string; readonly advice: string }>> = {
  "in-use": {
    title: "Live and in use: rotate these first",
    advice:
      "Rotating kills the old string at once, for whoever found it and for whatever uses it now. Have the place at hand where the new one must go.",
  },
  maybe: {
    title: "Live, and perhaps in use",
    advice: "Nobody knows for certain whether something uses these. Rotating kills the old string at once, everywhere.",
  },
  idle: {
    title: "Live, and not used for the last seven days",
    advice: "Delete what nobody needs any more, and rotate the others: until then the string works for whoever found it.",
  },
  expired: {
    title: "Expired",
    advice: "These are accepted nowhere any more. There is nothing to do but to find out how they got out.",
  },
};
