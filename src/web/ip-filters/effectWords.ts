import { countOf } from "#web/ui/counts.ts";

import type { EffectOnUse, OwnRisk } from "./impact.ts";

/** What an edit does to a token, as the table says it. */
export const effectCells = {
  "shut-out": "accepted → refused",
  "let-in": "refused → accepted",
  refused: "refused",
  accepted: "accepted",
  unknown: "not known",
  expired: "expired",
} as const satisfies Record<EffectOnUse, string>;

/** How many tokens an effect falls on, in a sentence. */
export const effectSentences = {
  "shut-out": (tokens) => `${countOf(tokens, "token")} would be refused at the address last used.`,
  "let-in": (tokens) => `${countOf(tokens, "token")} would be accepted again at the address last used.`,
  refused: (tokens) => `${countOf(tokens, "token")} ${tokens === 1 ? "stays" : "stay"} refused at the address last used.`,
  accepted: (tokens) => `${countOf(tokens, "token")} ${tokens === 1 ? "stays" : "stay"} accepted at the address last used.`,
  unknown: (tokens) => `Of ${countOf(tokens, "token")} it is not known what changes: never used, or not recorded from where.`,
  expired: (tokens) => `${countOf(tokens, "token")} ${tokens === 1 ? "has" : "have"} expired.`,
} as const satisfies Record<EffectOnUse, (tokens: number) => string>;

/** The danger for whoever edits, in words. */
export function riskWords(risk: OwnRisk, address: string): string {
  switch (risk) {
    case "in-use":
      return `You are signed in with a token that uses this filter, and these rules deny ${address}, where you come from. Saving shuts you out at once, and you could not undo it with this token.`;
    case "in-use-perhaps":
      return `These rules deny ${address}, where you come from. Whether the token you are signed in with uses this filter cannot be seen here; if it does, saving shuts you out at once.`;
    case "gateway":
      return "You are signed in with a token that uses this filter. LogScale judges by the address of this gateway, which is not known here: if these rules deny it, saving shuts you out at once.";
    case "gateway-perhaps":
      return "Whether the token you are signed in with uses this filter cannot be seen here. LogScale judges by the address of this gateway: if the rules deny it and the token uses the filter, saving shuts you out at once.";
    case "own":
      return `Your own personal token uses this filter, and these rules deny ${address}, where you come from. Your sign-in does not depend on it.`;
    default:
      return risk satisfies never;
  }
}

/** Whether a danger is one that has to be typed away. */
export function isSerious(risk: OwnRisk | undefined): boolean {
  return risk === "in-use" || risk === "in-use-perhaps";
}
