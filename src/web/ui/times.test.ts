import { afterEach, describe, expect, it, vi } from "vitest";

import { localAndUtcTime, localDay, localTime, presentAfter, relativeTime, shortTime, utcTime } from "./times.ts";

const at = Date.UTC(2027, 1, 20, 3, 35, 7);

/** The words of a browser in a zone: what formats them keeps the zone in which it first did. */
async function wordsIn(zone: string): Promise<string> {
  vi.stubEnv("TZ", zone);
  vi.resetModules();
  return (await import("./times.ts")).localAndUtcTime(at);
}

describe("an instant", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    // The next file must not get a module that keeps one of these zones.
    vi.resetModules();
  });

  it("is shown in local time and UTC where these differ", async () => {
    expect(await wordsIn("Asia/Tokyo")).toMatch(/^20 Feb 2027, 12:35:07 .* · 2027-02-20 03:35:07 UTC$/u);
  });

  it("is shown once where local time is UTC", async () => {
    expect(await wordsIn("UTC")).toBe("20 Feb 2027, 03:35:07 UTC");
  });
});

describe("an instant that has passed", () => {
  it.each([
    [at - 30_000, "just now"],
    [at, "just now"],
    [at + 400, "just now"],
    [at - 3_600_000, "1 hour ago"],
  ])("is never still to come, though the clock that it was read from is ahead: %d", (past, words) => {
    expect(relativeTime(past, presentAfter(past, at))).toBe(words);
  });
});

describe("an instant beyond the calendar", () => {
  const now = Date.UTC(2027, 1, 20);

  it.each([
    [2n ** 63n - 1n, "after the last date", "9,223,372,036,854,775,807 ms since 1970"],
    [8_640_000_000_000_001, "after the last date", "8,640,000,000,000,001 ms since 1970"],
    [Number.MAX_SAFE_INTEGER, "after the last date", "9,007,199,254,740,991 ms since 1970"],
    [-(2n ** 63n), "before the first date", "-9,223,372,036,854,775,808 ms since 1970"],
    [-8_640_000_000_000_001, "before the first date", "-8,640,000,000,000,001 ms since 1970"],
  ] as const)("is shown as its number: %s", (instant, words, number) => {
    expect(relativeTime(instant, now)).toBe(words);
    for (const told of [localTime, shortTime, localDay, localAndUtcTime, utcTime])
      expect(told(instant)).toBe(`${words} (${number})`);
  });

  it("comes after the calendar's last and before its first instant", () => {
    expect(utcTime(8_640_000_000_000_000)).toBe("+275760-09-13 00:00:00 UTC");
    expect(utcTime(-8_640_000_000_000_000, "minute")).toBe("-271821-04-20 00:00 UTC");
    expect(relativeTime(8_640_000_000_000_000, now)).toMatch(/^in 99,979,\d+ days$/u);
    for (const told of [localTime, shortTime, localDay]) expect(told(8_640_000_000_000_000)).toContain("275760");
  });
});
