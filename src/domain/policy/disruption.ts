import type { FilterJudge, Verdict } from "#domain/filter/judge.ts";
import type { Long } from "#domain/long.ts";
import { horizons, useOf, useStates, type UsedToken, type UseState } from "#domain/token/lastUse.ts";

import type { TokenChange } from "./plan.ts";

/**
 * When a token stops that would go on without the change:
 *
 * - `at-once`: the change deletes it
 * - `within-a-day`: kept, but it ends within 24 hours; without the change it would still live then
 * - `within-a-week`: the same for the time after, up to 7 days
 * - undefined: none of these. An earlier end within the same span is merely sooner
 */
export type Stop = "at-once" | "within-a-day" | "within-a-week" | undefined;

/**
 * Whether a kept token gets a filter that refuses the address of its last use, which the filter before did not. `no` says that this one
 * address is accepted as before, no more; `unknown` that the address or a filter's text is not known.
 */
export type LockOut = "yes" | "no" | "unknown";

/**
 * The one class in which a token is counted, by when and how surely it stops; the worst first. Being locked out takes effect at once, so it
 * comes before an end that is still to come.
 */
export const harms = ["at-once", "locked-out", "within-a-day", "within-a-week", "may-be-locked-out"] as const;

export type Harm = (typeof harms)[number];

/** What becomes of a token in the hands of who uses it. */
export interface Disruption {
  readonly stops: Stop;
  readonly lockedOut: LockOut;
  readonly inUse: UseState;
  /** The class in which it is counted; undefined where it goes on as before for the next 7 days, as far as it can be known. */
  readonly harm: Harm | undefined;
  /** Whether it may not happen without express consent: it is deleted, or it stops or may stop and is not known to be out of use. */
  readonly needsConsent: boolean;
  /** For sorting, from 0: what stops or may stop and is in use or may be, by class of harm; then what is not in use; then all else. */
  readonly rank: number;
}

/** How many tokens of a class there are. */
export interface HarmCount {
  readonly tokens: number;
  /** Those used within 7 days. */
  readonly inUse: number;
  /** Those of which nobody knows whether they are in use. */
  readonly useUnknown: number;
}

/** What a change disrupts, counted; each token in one class. */
export interface DisruptionTotals {
  readonly byHarm: Readonly<Record<Harm, HarmCount>>;
  /** All that stop within 7 days, are locked out or may be: the number that is typed as consent. */
  readonly stopsOrMayStop: HarmCount;
  /** How many tokens ask for consent; where there are any, the number is typed. */
  readonly needConsent: number;
}

export interface PlanDisruption {
  /** One for each change of the plan, in its order. Equal ones are the same object. */
  readonly ofChanges: readonly Disruption[];
  readonly totals: DisruptionTotals;
}

const stopStates = ["at-once", "within-a-day", "within-a-week", undefined] as const satisfies readonly Stop[];
const lockOutStates = ["yes", "no", "unknown"] as const satisfies readonly LockOut[];

/** Every disruption there is, so that a hundred thousand tokens share a few objects: see {@link indexOf}. */
const every: readonly Disruption[] = stopStates.flatMap((stops) =>
  lockOutStates.flatMap((lockedOut) => useStates.map((inUse) => disruption(stops, lockedOut, inUse))),
);

function disruption(stops: Stop, lockedOut: LockOut, inUse: UseState): Disruption {
  const harm = harmOf(stops, lockedOut);
  const used = inUse !== "not";
  return {
    stops,
    lockedOut,
    inUse,
    harm,
    needsConsent: harm !== undefined && (used || harm === "at-once"),
    rank: harm === undefined ? 2 * harms.length : harms.indexOf(harm) + (used ? 0 : harms.length),
  };
}

function harmOf(stops: Stop, lockedOut: LockOut): Harm | undefined {
  if (stops === "at-once") return "at-once";
  if (lockedOut === "yes") return "locked-out";
  return stops ?? (lockedOut === "unknown" ? "may-be-locked-out" : undefined);
}

/** The place in {@link every}. By comparing, not by searching: it is asked for of each token with every keystroke. */
function indexOf(stops: Stop, lockedOut: LockOut, inUse: UseState): number {
  const stop = stops === undefined ? 3 : stops === "at-once" ? 0 : stops === "within-a-day" ? 1 : 2;
  const lockOut = lockedOut === "no" ? 1 : lockedOut === "yes" ? 0 : 2;
  const use = inUse === "last-day" ? 0 : inUse === "last-week" ? 1 : inUse === "unknown" ? 2 : 3;
  return (stop * lockOutStates.length + lockOut) * useStates.length + use;
}

/** Counts disruptions while they are judged one by one. */
export interface DisruptionTally {
  /** What a change disrupts. Makes nothing anew for a token. */
  readonly add: (change: TokenChange<UsedToken>) => Disruption;
  readonly totals: () => DisruptionTotals;
}

/**
 * Judges what changes that are made at `now` (ms since epoch) disrupt. `judge` knows the filters, and `judgeAfter` their rules afterwards where
 * these change too.
 */
export function disruptionTally(now: number, judge: FilterJudge, judgeAfter: FilterJudge = judge): DisruptionTally {
  const counts = every.map(() => 0);
  return {
    add: (change) => {
      const index = indexOf(stopOf(change, now), lockOutOf(change, judge, judgeAfter), useOf(change.token, now));
      counts[index] = (counts[index] ?? 0) + 1;
      return at(index);
    },
    totals: () => totalsOf(counts),
  };
}

/** What a plan made at `now` (ms since epoch) disrupts. `judge` knows the filters. */
export function disruptionOf(changes: readonly TokenChange<UsedToken>[], now: number, judge: FilterJudge): PlanDisruption {
  const { add, totals } = disruptionTally(now, judge);
  return { ofChanges: changes.map(add), totals: totals() };
}

function at(index: number): Disruption {
  const found = every[index];
  if (found === undefined) throw new RangeError(`There is no disruption ${index}.`);
  return found;
}

function stopOf(change: TokenChange, now: number): Stop {
  if (change.type === "delete") return "at-once";
  if (change.expireAt === undefined) return undefined;
  const { from, to } = change.expireAt;
  const day = now + horizons.day;
  if (to <= day) return endsBy(from, day) ? undefined : "within-a-day";
  const week = now + horizons.week;
  return to <= week && !endsBy(from, week) ? "within-a-week" : undefined;
}

function endsBy(end: Long | null, instant: number): boolean {
  return end !== null && end <= instant;
}

function lockOutOf(change: TokenChange<UsedToken>, judgeBefore: FilterJudge, judgeAfter: FilterJudge): LockOut {
  if (change.type === "delete" || change.ipFilter === undefined) return "no";
  const address = change.token.lastUse?.from ?? null;
  const after = judgeAfter(change.ipFilter.to, address);
  if (after === "accepts") return "no";
  return lockOut(judgeBefore(change.ipFilter.from, address), after);
}

function lockOut(before: Verdict, after: Exclude<Verdict, "accepts">): LockOut {
  if (before === "refuses") return "no";
  return before === "accepts" && after === "refuses" ? "yes" : "unknown";
}

function totalsOf(counts: readonly number[]): DisruptionTotals {
  const sum = (wanted: (one: Disruption) => boolean) =>
    counts.reduce((total, count, index) => (count > 0 && wanted(at(index)) ? total + count : total), 0);
  const countOf = (wanted: (one: Disruption) => boolean): HarmCount => ({
    tokens: sum(wanted),
    inUse: sum((one) => wanted(one) && (one.inUse === "last-day" || one.inUse === "last-week")),
    useUnknown: sum((one) => wanted(one) && one.inUse === "unknown"),
  });
  const of = (harm: Harm) => countOf((one) => one.harm === harm);
  return {
    byHarm: {
      "at-once": of("at-once"),
      "locked-out": of("locked-out"),
      "within-a-day": of("within-a-day"),
      "within-a-week": of("within-a-week"),
      "may-be-locked-out": of("may-be-locked-out"),
    },
    stopsOrMayStop: countOf(({ harm }) => harm !== undefined),
    needConsent: sum(({ needsConsent }) => needsConsent),
  };
}
