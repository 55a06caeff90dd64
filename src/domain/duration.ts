import { leastLong, type Long } from "./long.ts";
import { separated } from "./separated.ts";

/** The units a duration is shown in, largest first. */
export const durationUnits = ["days", "hours", "minutes", "seconds", "milliseconds"] as const;

/** A second, in ms. */
export const second = 1000;

/** A minute, in ms. */
export const minute = 60 * second;

/** An hour, in ms. */
export const hour = 60 * minute;

/** A day, which is always 24 hours, in ms. */
export const day = 24 * hour;

export type DurationUnit = (typeof durationUnits)[number];

/**
 * The units a form offers. Seconds and milliseconds are offered only for a value that needs them: an API client may have set 90,001 ms, and
 * opening that policy must not change it.
 */
export const offeredDurationUnits = ["days", "hours", "minutes"] as const satisfies readonly DurationUnit[];

const unitMs = {
  days: day,
  hours: hour,
  minutes: minute,
  seconds: second,
  milliseconds: 1,
} as const satisfies Record<DurationUnit, number>;

const singular = {
  days: "day",
  hours: "hour",
  minutes: "minute",
  seconds: "second",
  milliseconds: "millisecond",
} as const satisfies Record<DurationUnit, string>;

/** What an amount typed into a form means: a whole number of ms, or why it means nothing. */
export type DurationReading = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly message: string };

/** Longer texts are refused unread: the longest amount that can be meant has 17 digits, and a decimal part needs 9 at most. */
const longestAmount = 40;

/**
 * Reads an amount such as `90` or `1.5` in a unit. Exact: the result is the very number of milliseconds, or a message that says what
 * to type instead. Surrounding spaces are ignored; signs, exponents and separators are refused, because they can be misread.
 */
export function readDuration(amount: string, unit: DurationUnit): DurationReading {
  const text = amount.trim();
  if (text === "") return refuse("Enter a number.");
  if (text.length > longestAmount) return refuse("This number is too large.");
  if (/^[-\u2212]/u.test(text)) return refuse("A duration cannot be negative.");
  const match = /^(\d+)(?:\.(\d+))?$/u.exec(text);
  if (match === null) {
    return refuse(
      /[,\s'_]/u.test(text)
        ? "Enter the number without separators, such as 1500 or 1.5."
        : "Enter a plain number, such as 90 or 1.5.",
    );
  }
  const [, whole = "", fraction = ""] = match;
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * BigInt(unitMs[unit]);
  if (scaled % scale !== 0n) return refuse("This is not a whole number of milliseconds; use a smaller unit.");
  const ms = scaled / scale;
  if (ms > BigInt(Number.MAX_SAFE_INTEGER)) return refuse("This number is too large.");
  return { ok: true, ms: Number(ms) };
}

/**
 * A duration as amount and unit, in the largest unit that divides it: what a form starts from, so that reading it back with
 * {@link readDuration} gives the same milliseconds. Zero is 0 minutes. What is no duration, or beyond every one, is given in milliseconds as it is.
 */
export function durationParts(ms: Long): { readonly amount: Long; readonly unit: DurationUnit } {
  if (!isDuration(ms)) return { amount: ms, unit: "milliseconds" };
  const unit = ms === 0 ? "minutes" : (durationUnits.find((candidate) => ms % unitMs[candidate] === 0) ?? "milliseconds");
  return { amount: ms / unitMs[unit], unit };
}

/**
 * A duration in words, exactly: `90 days`, `1 day 12 hours`, `90 minutes`. Nothing is rounded. What is no duration, or beyond every one, is
 * given as the number of milliseconds that it is: `-1 ms`.
 */
export function formatDuration(ms: Long): string {
  if (!isDuration(ms)) return `${separated(ms)} ms`;
  if (ms === 0) return quantity(0, "minutes");
  // "90 minutes" is how people say it, "1 hour 30 minutes" is not; with days in front the clock reading is the clearer one.
  if (ms < 2 * unitMs.hours && ms % unitMs.minutes === 0 && ms !== unitMs.hours) return quantity(ms / unitMs.minutes, "minutes");
  return inUnits(ms, durationUnits.length).text;
}

/**
 * Roughly how long ago something was, in words: `214 days`, `5 hours`, `less than a minute`. Always rounded down, so an age is never
 * overstated. `atLeast` (ms) names a limit that the age has reached: then as many units are added as it takes for the words to say
 * so too (`1 day 21 hours` against a limit of 36 hours, never `1 day`). An age below zero, from clocks that disagree, counts as none;
 * one beyond the exact numbers is told in days.
 */
export function formatAge(ms: Long, atLeast: Long = 0): string {
  if (ms > Number.MAX_SAFE_INTEGER) return `${separated(typeof ms === "bigint" ? ms / BigInt(day) : ms / day)} days`;
  const age = Math.max(0, Math.floor(Number(ms)));
  const limit = Number(leastLong(atLeast, age));
  if (age < unitMs.minutes && limit <= 0) return "less than a minute";
  for (let units = 1; units < durationUnits.length; units++) {
    const shown = inUnits(age, units);
    if (shown.ms >= limit) return shown.text;
  }
  return inUnits(age, durationUnits.length).text;
}

/** The first `most` units of a duration, from the largest down: as text, and the ms that this text stands for. */
function inUnits(ms: number, most: number): { readonly text: string; readonly ms: number } {
  const words: string[] = [];
  const largest = durationUnits.findIndex((unit) => ms >= unitMs[unit]);
  let rest = ms;
  for (const unit of largest < 0 ? [] : durationUnits.slice(largest, largest + most)) {
    const amount = Math.floor(rest / unitMs[unit]);
    rest -= amount * unitMs[unit];
    if (amount > 0) words.push(quantity(amount, unit));
  }
  return words.length === 0 ? { text: quantity(0, "minutes"), ms: 0 } : { text: words.join(" "), ms: ms - rest };
}

function refuse(message: string): DurationReading {
  return { ok: false, message };
}

function quantity(amount: number, unit: DurationUnit): string {
  return `${separated(amount)} ${amount === 1 ? singular[unit] : unit}`;
}

/** Whether a value is a whole number of milliseconds that words in units can be made of. */
function isDuration(ms: Long): ms is number {
  return typeof ms === "number" && Number.isSafeInteger(ms) && ms >= 0;
}
