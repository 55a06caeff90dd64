import { day } from "#domain/duration.ts";
import type { Long } from "#domain/long.ts";
import type { PlannableToken } from "#domain/policy/plan.ts";

/** What is known of a token's last use. Where nobody knows anything of it, there is no such value. */
export interface LastUse {
  /** Ms since epoch, at most a minute early where it is recorded; null when the token was never used, which only a record tells. */
  readonly at: Long | null;
  /** The address that it was used from; null where that is not known. The token may be used from others as well. */
  readonly from: string | null;
  /**
   * - `recorded`: the server notes every use, so this is the last
   * - `at-least`: an audit log names it. It holds audited actions, not every request, so the token may have been used since
   */
  readonly source: "recorded" | "at-least";
}

/** The last use of a token that was never used. */
export const neverUsed: LastUse = { at: null, from: null, source: "recorded" };

/**
 * The thresholds, in ms, by which use is told back from now, and what a change stops ahead of now. The instant itself is within. A token is
 * in use when it was used within the week.
 */
export const horizons = { day, week: 7 * day } as const;

/**
 * Whether a token is in use: within the last 24 hours, within the last 7 days, not, or nobody knows. `unknown` is never to be taken for
 * `not`.
 */
export const useStates = ["last-day", "last-week", "unknown", "not"] as const;

/** One of {@link useStates}. */
export type UseState = (typeof useStates)[number];

/** A governed token with what is known of its last use. */
export interface UsedToken extends PlannableToken {
  /** Undefined where nobody knows. */
  readonly lastUse?: LastUse | undefined;
}

type Used = Pick<UsedToken, "createdAt" | "lastUse">;

/**
 * Whether a token was used within a span (ms) before `now` (ms since epoch). Only a record proves that it was not: an audit log proves use,
 * never disuse. A token that was never used and is younger than a week is being rolled out, so nobody knows.
 */
export function usedWithin({ createdAt, lastUse }: Used, span: number, now: number): "yes" | "no" | "unknown" {
  if (lastUse === undefined) return "unknown";
  const { at, source } = lastUse;
  if (at === null) return createdAt > now - horizons.week ? "unknown" : "no";
  if (at >= now - span) return "yes";
  return source === "recorded" ? "no" : "unknown";
}

/** Whether a token is in use at `now` (ms since epoch), by the rules of {@link usedWithin}. */
export function useOf(token: Used, now: number): UseState {
  switch (usedWithin(token, horizons.week, now)) {
    case "yes":
      return usedWithin(token, horizons.day, now) === "yes" ? "last-day" : "last-week";
    case "no":
      return "not";
    case "unknown":
      return "unknown";
  }
}
