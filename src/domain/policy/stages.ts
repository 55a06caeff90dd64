import { day } from "#domain/duration.ts";
import { isKeepable } from "#domain/keepable.ts";
import { addLongs, compareLongs, type Long } from "#domain/long.ts";
import { usedWithin, type UsedToken } from "#domain/token/lastUse.ts";
import { longestMaximumLifetime } from "./policy.ts";

/** How long the owners of one wave of tokens have to rotate them, in ms, unless the wanted maximum leaves less. */
export const rotationTime = 14 * day;

/** Waves are at most this many, and no more than one for each {@link waveSize} tokens. */
const mostWaves = 3;
const waveSize = 10;

/** One step of a staged plan. */
export interface StagedStep<T extends UsedToken = UsedToken> {
  /** When to take it, ms since epoch. */
  readonly at: number;
  /** The maximum lifetime to put in force, ms. */
  readonly maximum: number;
  /** The tokens in use that have to be rotated before, oldest first; otherwise this step deletes them. */
  readonly rotateBefore: readonly T[];
  /** What the step does, those rotated before left out: tokens deleted, none of which is in use. */
  readonly deleted: number;
  /** Tokens that it lets expire earlier. */
  readonly shortened: number;
}

/** How to come to a maximum lifetime without stopping what is in use. */
export interface StagedPlan<T extends UsedToken = UsedToken> {
  /** Tokens in use that the wanted maximum would delete if it were put in force now. Where nobody knows the use, a token counts as in use. */
  readonly inUse: number;
  /** How many of them count only because nobody knows. */
  readonly unknown: number;
  /** In the order of time; the last puts the wanted maximum in force. One step when nothing in use is at stake. */
  readonly steps: readonly StagedStep<T>[];
}

/** What {@link stagedPlan} may be told. */
export interface StagedOptions {
  /** A token counts as in use when it was used within this time, ms, or may have been. */
  readonly usedWithin: number;
  /** The maximum in force, ms; null for none. No step sets a longer one. */
  readonly inForce: Long | null;
}

/**
 * Proposes the steps to a maximum lifetime that leave the owners of tokens in use time to rotate them first. `tokens` are of one kind; `now`
 * is ms since epoch.
 *
 * A maximum does two things at once: it deletes what is older, and lets everything else expire that long after its creation. So each step
 * but the last is long enough to delete no token in use, and to let none expire before the day by which it should be rotated. The oldest
 * tokens come first, in waves. All steps together take less than half the wanted maximum: a token rotated on the first day is still young
 * enough on the last.
 */
export function stagedPlan<T extends UsedToken>(
  tokens: readonly T[],
  wanted: number,
  now: number,
  { usedWithin: span, inForce }: StagedOptions,
): StagedPlan<T> {
  const used = tokens
    .filter((token) => (token.expireAt === null || token.expireAt > now) && usedWithin(token, span, now) !== "no")
    .toSorted((a, b) => compareLongs(a.createdAt, b.createdAt) || (a.id < b.id ? -1 : 1));
  const doomed = used.filter(({ createdAt }) => addLongs(createdAt, wanted) <= now);
  const steps =
    doomed.length === 0 ? [{ at: now, maximum: wanted, rotateBefore: [] }] : bestSteps(used, doomed.length, wanted, now, inForce);
  return {
    inUse: doomed.length,
    unknown: doomed.filter((token) => usedWithin(token, span, now) === "unknown").length,
    steps: withCounts(tokens, steps),
  };
}

type BareStep<T> = Pick<StagedStep, "at" | "maximum"> & { readonly rotateBefore: readonly T[] };

/** As many waves as make each step stricter than the one before. `used` come oldest first. */
function bestSteps<T extends UsedToken>(
  used: readonly T[],
  doomed: number,
  wanted: number,
  now: number,
  inForce: Long | null,
): BareStep<T>[] {
  const span = Math.floor((wanted - 1) / 2);
  const most = Math.min(mostWaves, Math.ceil(doomed / waveSize), Math.max(1, Math.floor(span / rotationTime)));
  for (let waves = most; waves > 1; waves--) {
    const steps = stepsOf(used, waves, wanted, now, rotationTime, inForce);
    if (steps.every((step, index) => index === 0 || step.maximum < (steps[index - 1]?.maximum ?? 0))) return steps;
  }
  return stepsOf(used, 1, wanted, now, Math.min(rotationTime, span), inForce);
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
): BareStep<T>[] {
  const end = now + count * time;
  // Those too that are young enough today, and no longer on the day of the last step.
  const waves = wavesOf(
    used.filter(({ createdAt }) => addLongs(createdAt, wanted) <= end),
    count,
  );
  const longest = Math.min(longestMaximumLifetime, isKeepable(inForce) ? Number(inForce) : Infinity);
  const steps = waves.map((wave, index): BareStep<T> => {
    // Alive until the day of the next step, by which this wave is rotated; in whole days, since that is how people say it.
    const needed = now + (index + 1) * time - Number(wave[0]?.createdAt ?? now);
    const maximum = Math.min(longest, (Math.floor(needed / day) + 1) * day);
    return { at: now + index * time, maximum, rotateBefore: waves[index - 1] ?? [] };
  });
  return [...steps, { at: now + waves.length * time, maximum: wanted, rotateBefore: waves.at(-1) ?? [] }];
}

/** The end of a token that is no longer there. */
const gone = -Infinity;

/**
 * Takes the steps one after the other and counts what each does. The rules are those of a policy change, to which the tests hold this;
 * only the moment at which each token ends is followed, so that a hundred thousand tokens are counted while somebody types.
 */
function withCounts<T extends UsedToken>(tokens: readonly T[], steps: readonly BareStep<T>[]): StagedStep<T>[] {
  const ends = Float64Array.from(tokens, ({ expireAt }) => Number(expireAt ?? Infinity));
  return steps.map((step) => {
    const rotated = new Set(step.rotateBefore);
    let deleted = 0;
    let shortened = 0;
    for (const [index, token] of tokens.entries()) {
      const end = ends[index] ?? gone;
      if (end <= step.at) continue;
      const latest = Number(token.createdAt) + step.maximum;
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
