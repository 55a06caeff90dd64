import { day, hour } from "#domain/duration.ts";
import type { Long } from "#domain/long.ts";
import { horizons, useOf, type UsedToken } from "#domain/token/lastUse.ts";
import type { PlannableToken, TokenChange } from "./plan.ts";
import { longestMaximumLifetime } from "./policy.ts";

/** The ages of the tokens that a maximum lifetime of their kind could delete. */
export interface LifetimeCurve {
  /** Ages in ms, ascending, of the tokens that have not expired. */
  readonly ages: Float64Array;
}

/**
 * How many tokens each maximum lifetime would delete at `now` (ms since epoch): a step function that {@link deletedBy} evaluates exactly.
 * Tokens already expired are left out, because no policy touches them. `tokens` are those of one kind. Ages beyond the exact numbers are
 * rounded; no maximum that can be drawn comes near them.
 */
export function deletionsByMaximum(tokens: Iterable<PlannableToken>, now: number): LifetimeCurve {
  const ages: number[] = [];
  for (const { createdAt, expireAt } of tokens) if (expireAt === null || expireAt > now) ages.push(now - Number(createdAt));
  return { ages: Float64Array.from(ages).sort() };
}

/** How many tokens a maximum lifetime (ms) would delete. A token goes when its age has reached the maximum. */
export function deletedBy({ ages }: LifetimeCurve, maximum: Long): number {
  let low = 0;
  let high = ages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ages[middle] ?? 0) >= maximum) high = middle;
    else low = middle + 1;
  }
  return ages.length - low;
}

/**
 * The shortest maximum lifetime in whole days, as ms, that deletes none of the tokens; at least a day. An hour is left for reading and
 * deciding, so that the oldest token does not come of age meanwhile. Null where no maximum that a policy accepts is long enough.
 */
export function shortestHarmlessMaximum({ ages }: LifetimeCurve): number | null {
  return wholeDaysAbove(ages.at(-1) ?? 0);
}

/**
 * The shortest maximum lifetime in whole days, as ms, that stops nothing within 7 days that is in use, or of which nobody knows; at least a
 * day, and with an hour left as {@link shortestHarmlessMaximum} leaves it. It may delete what is not in use. Null where no maximum that a
 * policy accepts is long enough. `tokens` are those of one kind.
 */
export function shortestGentleMaximum(tokens: Iterable<UsedToken>, now: number): number | null {
  let needed = 0;
  for (const token of tokens) {
    const { createdAt, expireAt } = token;
    if ((expireAt !== null && expireAt <= now) || useOf(token, now) === "not") continue;
    // What ends within the span by itself does not stop by the maximum, unless that ends it in an earlier one.
    const rest = [horizons.week, horizons.day].find((span) => expireAt === null || expireAt > now + span) ?? 0;
    needed = Math.max(needed, now - Number(createdAt) + rest);
  }
  return wholeDaysAbove(needed);
}

function wholeDaysAbove(needed: number): number | null {
  const maximum = (Math.floor(Math.max(0, needed + hour) / day) + 1) * day;
  return maximum <= longestMaximumLifetime ? maximum : null;
}

/** The spans into which expiries are counted, from `now` on: each up to and including `upTo` ms. */
export const expirySpans = [
  { id: "week", upTo: 7 * day },
  { id: "month", upTo: 30 * day },
  { id: "quarter", upTo: 90 * day },
  { id: "year", upTo: 365 * day },
  { id: "two-years", upTo: 730 * day },
] as const;

/** Where an expiry is counted: already past, one of {@link expirySpans}, later than all of them, or never. */
export const expiryBuckets = ["expired", ...expirySpans.map(({ id }) => id), "later", "never"] as const;

/** One of {@link expiryBuckets}. */
export type ExpiryBucket = (typeof expiryBuckets)[number];

/** Counts of tokens by when they expire. */
export type ExpiryCounts = Readonly<Record<ExpiryBucket, number>>;

/** Where an expiry (ms since epoch; null for never) is counted at `now`. */
export function expiryBucket(expireAt: Long | null, now: number): ExpiryBucket {
  if (expireAt === null) return "never";
  if (expireAt <= now) return "expired";
  return expirySpans.find(({ upTo }) => expireAt <= now + upTo)?.id ?? "later";
}

/** Counts tokens by when they expire, in one pass. */
export function countExpiries(tokens: Iterable<PlannableToken>, now: number): ExpiryCounts {
  const counts = { expired: 0, week: 0, month: 0, quarter: 0, year: 0, "two-years": 0, later: 0, never: 0 };
  for (const { expireAt } of tokens) counts[expiryBucket(expireAt, now)]++;
  return counts;
}

/** The counts once the changes of a plan are carried out; `before` are those of the tokens that it was made for, at the same `now`. */
export function countsAfter(before: ExpiryCounts, changes: Iterable<TokenChange>, now: number): ExpiryCounts {
  const counts = { ...before };
  for (const change of changes) {
    if (change.type === "delete") counts[expiryBucket(change.token.expireAt, now)]--;
    else if (change.expireAt !== undefined) {
      counts[expiryBucket(change.token.expireAt, now)]--;
      counts[expiryBucket(change.expireAt.to, now)]++;
    }
  }
  return counts;
}
