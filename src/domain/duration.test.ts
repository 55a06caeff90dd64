import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day, durationParts, durationUnits, formatAge, formatDuration, hour, minute, readDuration } from "./duration.ts";
import { durationSchema } from "./durationSchema.ts";
import { maximumLifetimeSchema } from "./policy/policySchema.ts";

describe("reading a duration", () => {
  it.each([
    ["90", "days", 90 * day],
    [" 36 ", "hours", 36 * hour],
    ["1.5", "days", 36 * hour],
    ["0.001", "seconds", 1],
    ["0.1", "hours", 6 * minute],
    ["007", "minutes", 7 * minute],
    ["0", "days", 0],
    ["9007199254740991", "milliseconds", Number.MAX_SAFE_INTEGER],
  ] as const)("%j %s is exact", (amount, unit, ms) => {
    expect(readDuration(amount, unit)).toEqual({ ok: true, ms });
  });

  it.each([
    ["", "days", "Enter a number."],
    ["  ", "days", "Enter a number."],
    ["-1", "days", "A duration cannot be negative."],
    ["\u22121", "days", "A duration cannot be negative."],
    ["1e3", "days", "Enter a plain number, such as 90 or 1.5."],
    ["NaN", "days", "Enter a plain number, such as 90 or 1.5."],
    ["Infinity", "days", "Enter a plain number, such as 90 or 1.5."],
    ["0x10", "days", "Enter a plain number, such as 90 or 1.5."],
    ["+5", "days", "Enter a plain number, such as 90 or 1.5."],
    ["5.", "days", "Enter a plain number, such as 90 or 1.5."],
    [".5", "days", "Enter a plain number, such as 90 or 1.5."],
    ["٣", "days", "Enter a plain number, such as 90 or 1.5."],
    ["1,000", "days", "Enter the number without separators, such as 1500 or 1.5."],
    ["1 000", "days", "Enter the number without separators, such as 1500 or 1.5."],
    ["1.5", "milliseconds", "This is not a whole number of milliseconds; use a smaller unit."],
    ["0.0000001", "minutes", "This is not a whole number of milliseconds; use a smaller unit."],
    ["9007199254740992", "milliseconds", "This number is too large."],
    ["9".repeat(41), "days", "This number is too large."],
  ] as const)("%j %s is refused with a reason", (amount, unit, message) => {
    expect(readDuration(amount, unit)).toEqual({ ok: false, message });
  });

  it("reports everything at the amount, bounds included", () => {
    const schema = durationSchema(maximumLifetimeSchema);
    expect(schema.parse({ amount: "90", unit: "days" })).toBe(90 * day);
    expect(schema.safeParse({ amount: "59", unit: "seconds" }).error?.issues).toMatchObject([
      { path: ["amount"], message: "A maximum lifetime is at least 1 minute." },
    ]);
    expect(schema.safeParse({ amount: "ninety", unit: "days" }).error?.issues).toMatchObject([
      { path: ["amount"], message: "Enter a plain number, such as 90 or 1.5." },
    ]);
    expect(schema.safeParse({ amount: "1", unit: "weeks" }).error?.issues).toMatchObject([{ path: ["unit"] }]);
  });
});

describe("a duration in parts", () => {
  it.each([
    [90 * day, 90, "days"],
    [36 * hour, 36, "hours"],
    [90 * minute, 90, "minutes"],
    [90_000, 90, "seconds"],
    [90_001, 90_001, "milliseconds"],
    [0, 0, "minutes"],
  ] as const)("%d ms is %d %s", (ms, amount, unit) => {
    expect(durationParts(ms)).toEqual({ amount, unit });
  });

  it("reads back to the same milliseconds, whatever they are", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.constantFrom(1, 1000, minute, hour, day), (n, unit) => {
        const ms = Math.floor(n / unit) * unit;
        const parts = durationParts(ms);
        expect(readDuration(String(parts.amount), parts.unit)).toEqual({ ok: true, ms });
      }),
    );
  });

  it.each([-1, 0.5, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])("are milliseconds where it is no duration: %s", (ms) => {
    expect(durationParts(ms)).toEqual({ amount: ms, unit: "milliseconds" });
  });
});

describe("a duration in words", () => {
  it.each([
    [90 * day, "90 days"],
    [day, "1 day"],
    [36 * hour, "1 day 12 hours"],
    [hour, "1 hour"],
    [90 * minute, "90 minutes"],
    [2 * hour + 5 * minute, "2 hours 5 minutes"],
    [minute, "1 minute"],
    [1827 * day, "1,827 days"],
    [day + 1, "1 day 1 millisecond"],
    [61_001, "1 minute 1 second 1 millisecond"],
    [0, "0 minutes"],
    [31_557_600_000_001, "365,250 days 1 millisecond"],
    [Number.MAX_SAFE_INTEGER, "104,249,991 days 8 hours 59 minutes 991 milliseconds"],
    [2n ** 53n + 1n, "9,007,199,254,740,993 ms"],
    [2n ** 63n - 1n, "9,223,372,036,854,775,807 ms"],
    [-1, "-1 ms"],
    [-(2n ** 63n), "-9,223,372,036,854,775,808 ms"],
    [Number.NaN, "NaN ms"],
  ] as const)("%s ms is “%s”", (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  it("is exact: the words add up to the duration", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * day }), (ms) => {
        expect(total(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe("an age in words", () => {
  it.each([
    [214 * day + 23 * hour, "214 days"],
    [5 * hour + 59 * minute, "5 hours"],
    [day - 1, "23 hours"],
    [12 * minute, "12 minutes"],
    [minute - 1, "less than a minute"],
    [-5 * day, "less than a minute"],
    [2n ** 63n - 1n, "106,751,991,167 days"],
    [-(2n ** 63n), "less than a minute"],
  ] as const)("%s ms is “%s”", (ms, words) => {
    expect(formatAge(ms)).toBe(words);
  });

  it("goes into as much detail as a limit needs to look reached", () => {
    expect(formatAge(45 * hour, 36 * hour)).toBe("1 day 21 hours");
    expect(formatAge(90 * day, 90 * day)).toBe("90 days");
    expect(formatAge(90 * day + 5 * hour, 90 * day)).toBe("90 days");
    expect(formatAge(30_000, 20_000)).toBe("30 seconds");
    expect(formatAge(-day, minute)).toBe("less than a minute");
    expect(formatAge(90_001, 90_001)).toBe("1 minute 30 seconds 1 millisecond");
  });

  it("never overstates the age and never stays below a limit that was reached", () => {
    fc.assert(
      fc.property(fc.integer({ min: minute, max: 400 * day }), fc.integer({ min: 0, max: 400 * day }), (age, limit) => {
        const shown = total(formatAge(age, limit));
        expect(shown).toBeLessThanOrEqual(age);
        expect(shown).toBeGreaterThanOrEqual(Math.min(age, limit));
      }),
    );
  });
});

/** Adds words such as "1 day 12 hours" up to milliseconds. */
function total(words: string): number {
  const sizes = [day, hour, minute, 1000, 1];
  return [...words.matchAll(/([\d,]+) (millisecond|second|minute|hour|day)s?/gu)].reduce((sum, [, amount = "", unit = ""]) => {
    const size = sizes[durationUnits.findIndex((candidate) => candidate === `${unit}s`)] ?? Number.NaN;
    return sum + Number(amount.replaceAll(",", "")) * size;
  }, 0);
}
