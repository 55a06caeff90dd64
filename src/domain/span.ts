import { readDuration, type DurationReading, type DurationUnit } from "./duration.ts";

const units = { d: "days", h: "hours", m: "minutes", s: "seconds" } as const satisfies Record<string, DurationUnit>;

/** Reads a span as people write it on one line: `90d`, `36h`, `30m`, `45s`. Exact, or a message that says what to write instead. */
export function readSpan(text: string): DurationReading {
  const [, amount = "", unit = ""] = /^(.*?)([a-z]?)$/su.exec(text.trim()) ?? [];
  if (!isUnit(unit)) return { ok: false, message: "Write a number and its unit, such as 90d, 36h or 30m." };
  return readDuration(amount, units[unit]);
}

function isUnit(text: string): text is keyof typeof units {
  return Object.hasOwn(units, text);
}
