import { day } from "#domain/duration.ts";
import { nameHolds } from "#domain/name.ts";

import { usedWithin } from "#domain/token/lastUse.ts";
import type { UseReach } from "#web/last-use/auditUse.ts";
import type { ListedToken } from "#web/api/tokens.ts";

/** The states that a list can be narrowed to, in the page's order and words. */
export const stateFilters = {
  active: "Active",
  "expires-7d": "Expires within 7 days",
  "expires-30d": "Expires within 30 days",
  "never-expires": "Never expires",
  expired: "Expired, not purged yet",
  "used-24h": "Used within 24 hours",
  "used-7d": "Used within 7 days",
  "unused-90d": "Not used for 90 days",
  "never-used": "Never used",
} as const;

/** One of {@link stateFilters}. */
export type StateFilter = keyof typeof stateFilters;

/** The states of use that can be told, by how far last use is known: what an audit log does not name may be in use all the same. */
const statesOfUse = {
  recorded: ["used-24h", "used-7d", "unused-90d", "never-used"],
  audited: ["used-24h", "used-7d"],
  unknown: [],
} as const satisfies Record<UseReach, readonly StateFilter[]>;

/** The states of {@link stateFilters} that can be told where last use is known so far, in the same order. */
export function statesFor(reach: UseReach): readonly StateFilter[] {
  const told: readonly StateFilter[] = statesOfUse[reach];
  const all = Object.keys(stateFilters).filter(isStateFilter);
  return all.filter((state) => told.includes(state) || !statesOfUse.recorded.some((ofUse) => ofUse === state));
}

/** Whether a text names a state; for text from a link. */
export function isStateFilter(text: string): text is StateFilter {
  return Object.hasOwn(stateFilters, text);
}

/**
 * Whether a token is in a state at `now` (ms since epoch). Where last use is not known, no token is in a state of use. A token that was
 * never used counts as unused since its creation.
 */
export function isInState(token: ListedToken, state: StateFilter, now: number): boolean {
  const { expireAt, lastUse, createdAt } = token;
  const expired = expireAt !== null && expireAt <= now;
  const expiresWithin = (time: number) => expireAt !== null && !expired && expireAt <= now + time;
  switch (state) {
    case "active":
      return !expired;
    case "expires-7d":
      return expiresWithin(7 * day);
    case "expires-30d":
      return expiresWithin(30 * day);
    case "never-expires":
      return expireAt === null;
    case "expired":
      return expired;
    case "used-24h":
      return usedWithin(token, day, now) === "yes";
    case "used-7d":
      return usedWithin(token, 7 * day, now) === "yes";
    case "unused-90d":
      return !expired && lastUse?.source === "recorded" && (lastUse.at ?? createdAt) <= now - 90 * day;
    case "never-used":
      return !expired && lastUse?.at === null;
    default:
      return state satisfies never;
  }
}

/** The tokens whose name or id contains a text, in any case, and that are in a state where one is given. */
export function filterTokens(
  tokens: readonly ListedToken[],
  search: string,
  state: StateFilter | undefined,
  now: number,
): readonly ListedToken[] {
  const text = search.trim().toLowerCase();
  if (text === "" && state === undefined) return tokens;
  return tokens.filter(
    (token) =>
      (text === "" || nameHolds(token.name, text) || token.id.toLowerCase().includes(text)) &&
      (state === undefined || isInState(token, state, now)),
  );
}

/** How many tokens are in a state. */
export function countInState(tokens: readonly ListedToken[], state: StateFilter, now: number): number {
  return tokens.reduce((sum, token) => sum + (isInState(token, state, now) ? 1 : 0), 0);
}
