import { describe, expect, it } from "vitest";

import { day, hour, minute, second } from "./duration.ts";
import { readSpan, writeSpan } from "./span.ts";

describe("a span on one line", () => {
  it.each([
    ["90d", 90 * day],
    ["36h", 36 * hour],
    [" 30m ", 30 * minute],
    ["45s", 45 * second],
    ["90001ms", 90_001],
    ["1.5d", 1.5 * day],
    ["0d", 0],
  ])("%s is read exactly", (text, ms) => expect(readSpan(text)).toEqual({ ok: true, ms }));

  it.each(["", "90", "d", "90 days", "1w", "-1d", "1e3d", "1,5d", "90D", "9d 3h"])("%s is refused", (text) =>
    expect(readSpan(text).ok).toBe(false),
  );

  it.each([
    [90 * day, "90d"],
    [36 * hour, "36h"],
    [90 * minute, "90m"],
    [45 * second, "45s"],
    [90_001, "90001ms"],
    [0, "0m"],
    [-1, "-1ms"],
    [2n ** 62n, "4611686018427387904ms"],
  ])("of %s ms is written exactly, as short as it can be: %s", (ms, text) => {
    expect(writeSpan(ms)).toBe(text);
    if (typeof ms === "number" && ms >= 0) expect(readSpan(text)).toEqual({ ok: true, ms });
  });
});
