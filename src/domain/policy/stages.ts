import { day } from "#domain/duration.ts";
import { isKeepable } from "#domain/keepable.ts";
import { addLongs, compareLongs, type Long } from "#domain/long.ts";
import type { FilterJudge } from "#domain/filter/judge.ts";
import { usedWithin, type UsedToken } from "#domain/token/lastUse.ts";
import { longestMaximumLifetime } from "./policy.ts";

/** How long the owners of one wave of tokens have to rotate them, in ms, unless the wanted maximum leaves less. */
export const rotationTime = 14 * day;

/** Waves are at most this many, and no more than one for each {@link waveSize} tokens. */
const mostWaves = 3;
const waveSize = 10;

export interface StagedStep<T extends UsedToken = UsedToken> {
  /** When to take it, ms since epoch. */
  readonly at: number;
  /** The maximum lifetime to put in force, ms; null for none. */
  readonly maximum: number | null;
  /** Whether the wanted IP filter is put in force; until then the one that is in force stays. */
  readonly filter: boolean;
  /** The tokens in use that have to be rotated before, oldest first; otherwise this step ends them, at once or soon after. */
  readonly rotateBefore: readonly T[];
  /** The tokens in use that have to be used from an address that the filter accepts before; otherwise this step locks them out. */
  readonly moveBefore: readonly T[];
  /** What the step does, those rotated before left out: tokens deleted, none of which is in use. */
  readonly deleted: number;
  /** Tokens that it lets expire earlier. */
  readonly shortened: number;
}

/** How to come to a maximum lifetime and an IP filter without stopping what is in use. */
export interface StagedPlan<T extends UsedToken = UsedToken> {
  /**
   * Tokens in use that the wanted maximum would end before their owners could rotate them, if it were put in force now. Where nobody knows
   * the use, a token counts as in use.
   */
  readonly inUse: number;
  /** How many of them count only because nobody knows. */
  readonly unknown: number;
  /** Tokens in use that the wanted filter would lock out, or may. */
  readonly lockedOut: number;
  /** In the order of time; the last puts in force what is wanted. One step when nothing in use is at stake. */
  readonly steps: readonly StagedStep<T>[];
}

/** What is wanted of one kind of tokens. */
export interface StagedGoal {
  /** The maximum lifetime, ms; null for none. */
  readonly maximum: number | null;
  /** Id of the IP filter that every token is to have; null for none. */
  readonly filter: string | null;
}

/** What {@link stagedPlan} may be told. */
export interface StagedOptions {
  /** A token counts as in use when it was used within this time, ms, or may have been. */
  readonly usedWithin: number;
  /** The maximum in force, ms; null for none. No step sets a longer one. */
  readonly inForce: Long | null;
  /** Knows the IP filters. */
  readonly judge: FilterJudge;
}

/**
 * Proposes the steps to a maximum lifetime and an IP filter that give the owners of tokens in use notice first. `tokens` are of one kind;
 * `now` is ms since epoch.
 *
 * A maximum does two things at once: it deletes what is older, and lets everything else expire that long after its creation. So each step
 * but the last is long enough to delete no token in use, and to let none expire before the day by which it should be rotated. What the last
 * step would end within the time of one step has to be rotated before it. The oldest tokens come first, in waves. All steps together take less than half the wanted maximum: a token rotated on the first day is still young enough on the last.
 *
 * A filter locks out at once, so it waits for the last step where it would lock out, or may, what is in use.
 */
export function stagedPlan<T extends UsedToken>(
  tokens: readonly T[],
  { maximum, filter }: StagedGoal,
  now: number,
  { usedWithin: span, inForce, judge }: StagedOptions,
): StagedPlan<T> {
  const used = tokens
    .filter((token) => (token.expireAt === null || token.expireAt > now) && usedWithin(token, span, now) !== "no")
    .toSorted((a, b) => compareLongs(a.createdAt, b.createdAt) || (a.id < b.id ? -1 : 1));
  const lockedOut = filter === null ? [] : used.filter((token) => locksOut(token, filter, judge));
  const atStake = maximum === null ? [] : used.filter((token) => endsBy(token, maximum, now + noticeOf(maximum)));
  const steps =
    maximum === null || atStake.length === 0
      ? [{ at: now, maximum, rotateBefore: [] }]
      : bestSteps(used, atStake.length, maximum, now, inForce);
  return {
    inUse: atStake.length,
    unknown: atStake.filter((token) => usedWithin(token, span, now) === "unknown").length,
    lockedOut: lockedOut.length,
    steps: withCounts(tokens, withFilter(steps, lockedOut, maximum)),
  };
}

/** Whether a maximum put in force ends a token by an instant, earlier than it would end by itself. */
function endsBy({ createdAt, expireAt }: UsedToken, maximum: number, instant: number): boolean {
  const end = addLongs(createdAt, maximum);
  return end <= instant && (expireAt === null || end < expireAt);
}

function locksOut({ ipFilter, lastUse }: UsedToken, filter: string, judge: FilterJudge): boolean {
  if (ipFilter === filter) return false;
  const address = lastUse?.from ?? null;
  return judge(filter, address) !== "accepts" && judge(ipFilter, address) !== "refuses";
}

/** How long all steps to a maximum may take together: less than half of it. */
function spanOf(maximum: number): number {
  return Math.floor((maximum - 1) / 2);
}

/** The notice that the owner of a token gets, ms. */
function noticeOf(maximum: number): number {
  return Math.min(rotationTime, spanOf(maximum));
}

type BareStep<T> = Pick<StagedStep, "at" | "maximum"> & { readonly rotateBefore: readonly T[] };

/** The steps with the filter put in force by the last, after its notice. */
function withFilter<T>(steps: readonly BareStep<T>[], lockedOut: readonly T[], maximum: number | null) {
  const alone = steps.length === 1 && lockedOut.length > 0;
  const wait = maximum === null ? rotationTime : noticeOf(maximum);
  const [last] = steps.slice(-1);
  const all = alone && last !== undefined ? [last, { ...last, at: last.at + wait, rotateBefore: [] }] : steps;
  return all.map((step, index) => {
    const filter = index === all.length - 1;
    return { ...step, filter, moveBefore: filter ? lockedOut : [] };
  });
}

/** As many waves as make each step stricter than the one before. `used` come oldest first. */
function bestSteps<T extends UsedToken>(
  used: readonly T[],
  atStake: number,
  wanted: number,
  now: number,
  inForce: Long | null,
): BareStep<T>[] {
  const span = spanOf(wanted);
  const most = Math.min(mostWaves, Math.ceil(atStake / waveSize), Math.max(1, Math.floor(span / rotationTime)));
  for (let waves = most; waves > 1; waves--) {
    const steps = stepsOf(used, waves, wanted, now, rotationTime, inForce);
    if (steps.every((step, index) => index === 0 || step.maximum < (steps[index - 1]?.maximum ?? 0))) return steps;
  }
  return stepsOf(used, 1, wanted, now, noticeOf(wanted), inForce);
}

/** The tokens, oldest first, in waves of about the same size. */
function wavesOf<T>(tokens: readonly T[], count: number): (readonly T[])[] {
  const size = Math.ceil(tokens.length / count);
  return Array.from({ length: Math.ceil(tokens.length / size) }, (_, index) => tokens.slice(index * size, (index + 1) * size));
}

function stepsOf<T extends UsedToken>(
  used: readonly T[],
  count: number,
  wanted: number,
  now: number,
  time: number,
  inForce: Long | null,
): (BareStep<T> & { readonly maximum: number })[] {
  const end = now + count * time;
  // Those too that are young enough today, and no longer on the day of the last step or sooner after it than the notice is long.
  const waves = wavesOf(
    used.filter((token) => endsBy(token, wanted, end + time)),
    count,
  );
  const longest = Math.min(longestMaximumLifetime, isKeepable(inForce) ? Number(inForce) : Infinity);
  // How long each wave's oldest has to live so that it is alive on the day by which the wave is rotated.
  const needs = waves.map((wave, index) => now + (index + 1) * time - Number(wave[0]?.createdAt ?? now));
  const steps = waves.map((_, index) => {
    // What a step shortens stays short, so it must leave enough to those as well that are rotated later. In whole days, as people say it.
    const needed = Math.max(...needs.slice(index));
    const maximum = Math.min(longest, (Math.floor(needed / day) + 1) * day);
    return { at: now + index * time, maximum, rotateBefore: waves[index - 1] ?? [] };
  });
  return [...steps, { at: now + waves.length * time, maximum: wanted, rotateBefore: waves.at(-1) ?? [] }];
}

/** The end of a token that is no longer there. */
const gone = -Infinity;

/**
 * Takes the steps one after the other and counts what each does. The rules are those of a policy change, to which the tests hold this;
 * it follows only when each token ends, so a hundred thousand tokens can be counted while somebody types.
 */
function withCounts<T extends UsedToken>(
  tokens: readonly T[],
  steps: readonly Omit<StagedStep<T>, "deleted" | "shortened">[],
): StagedStep<T>[] {
  const ends = Float64Array.from(tokens, ({ expireAt }) => Number(expireAt ?? Infinity));
  return steps.map((step) => {
    const rotated = new Set(step.rotateBefore);
    let deleted = 0;
    let shortened = 0;
    for (const [index, token] of tokens.entries()) {
      const end = ends[index] ?? gone;
      if (end <= step.at) continue;
      const latest = step.maximum === null ? Infinity : Number(token.createdAt) + step.maximum;
      if (rotated.has(token)) ends[index] = gone;
      else if (latest <= step.at) {
        deleted++;
        ends[index] = gone;
      } else if (end > latest) {
        shortened++;
        ends[index] = latest;
      }
    }
    return { ...step, deleted, shortened };
  });
}
