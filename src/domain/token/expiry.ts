import { day, formatDuration } from "#domain/duration.ts";
import { latestInstant } from "#domain/instant.ts";
import { isKeepable } from "#domain/keepable.ts";
import type { Long } from "#domain/long.ts";

/** What a form offers as the expiry of a new token. */
export interface ExpiryChoice {
  /** Stands for the choice in a form: a lifetime in ms, `maximum`, or `never`. */
  readonly id: string;
  /** A few words: `30 days`, `Never`. */
  readonly label: string;
  /** The expiry, ms since epoch; null for never. */
  readonly expireAt: Long | null;
}

/** How far below the maximum a proposed expiry stays, ms: the server's clock may be behind the one that proposes it. */
const clockMargin = 60_000;

const usual = [1, 7, 30, 90, 365].map((days) => days * day);

/**
 * The latest expiry to propose where tokens may live at most `maximum` ms from `now` (ms since epoch): a minute below the limit, so that a
 * server whose clock is behind does not refuse it; for a maximum of minutes, a tenth of it. Never beyond the calendar.
 */
export function latestProposal(maximum: Long, now: number): number {
  if (maximum > latestInstant - now) return latestInstant;
  const limit = Number(maximum);
  return now + limit - Math.min(clockMargin, Math.floor(limit / 10));
}

/**
 * The expiries to choose from at `now` (ms since epoch) where the policy sets `maximum` (ms; null for none), shortest first. Without a
 * maximum the last is `never`; with one it is the longest that the policy allows, and none is later. A maximum that no lifetime keeps to
 * limits nothing here: see `isKeepable`.
 */
export function expiryChoices(inForce: Long | null, now: number): ExpiryChoice[] {
  const maximum = isKeepable(inForce) ? inForce : null;
  const limit = maximum === null ? Number.POSITIVE_INFINITY : latestProposal(maximum, now);
  const choices: ExpiryChoice[] = usual
    .map((lifetime) => ({ id: String(lifetime), label: formatDuration(lifetime), expireAt: now + lifetime }))
    .filter(({ expireAt }) => expireAt < limit);
  choices.push(
    maximum === null
      ? { id: "never", label: "Never", expireAt: null }
      : { id: "maximum", label: `As long as allowed, ${formatDuration(maximum)}`, expireAt: limit },
  );
  return choices;
}

/**
 * What a form starts from: 90 days or the longest that the policy allows, whichever is shorter, so that a maximum never lengthens it. A
 * token that lives longer is for its maker to choose.
 */
export function proposedExpiry(maximum: Long | null, now: number): ExpiryChoice {
  const choices = expiryChoices(maximum, now);
  const choice = choices.find(({ id }) => id === String(90 * day)) ?? choices.find(({ id }) => id === "maximum");
  if (choice === undefined) throw new Error("There is always the choice that a form starts from.");
  return choice;
}
