import { durationParts, readDuration, type DurationReading, type DurationUnit } from "./duration.ts";
import type { Long } from "./long.ts";

const units = {
  d: "days",
  h: "hours",
  m: "minutes",
  s: "seconds",
  ms: "milliseconds",
} as const satisfies Record<string, DurationUnit>;

const signs = {
  days: "d",
  hours: "h",
  minutes: "m",
  seconds: "s",
  milliseconds: "ms",
} as const satisfies Record<DurationUnit, keyof typeof units>;

/** Reads a span as people write it on one line: `90d`, `36h`, `30m`, `45s`, `90001ms`. Exact, or a message that says what to write instead. */
export function readSpan(text: string): DurationReading {
  const [, amount = "", unit = ""] = /^(.*?)(ms|[a-z]?)$/su.exec(text.trim()) ?? [];
  if (!isUnit(unit)) return { ok: false, message: "Write a number and its unit, such as 90d, 36h or 30m." };
  return readDuration(amount, units[unit]);
}

/** Writes a span as {@link readSpan} reads it, in the largest unit that divides it: `36h`, never `1.5d`. What is no span is given in ms as it is. */
export function writeSpan(ms: Long): string {
  const { amount, unit } = durationParts(ms);
  return `${amount}${signs[unit]}`;
}

function isUnit(text: string): text is keyof typeof units {
  return Object.hasOwn(units, text);
}
