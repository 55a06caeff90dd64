import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";

import { countedHint, countedWords, retentionWords, shortSize, sizeWords } from "./words.ts";

describe("repositories and views in words", () => {
  it("tell a retention by all its limits, and nothing where there is none", () => {
    const none = { time: null, ingestSize: null, storageSize: null };
    expect(retentionWords(none)).toBeUndefined();
    expect(retentionWords({ time: 30.5 * day, ingestSize: null, storageSize: 1_500_000_000 })).toBe(
      "30 days 12 hours, 1.5 GB stored",
    );
    expect(sizeWords(1)).toBe("1 byte");
    expect(sizeWords(2_000_000_000_000)).toBe("2,000 GB");
  });

  it("tell a size in few digits, and every byte where those are not all", () => {
    expect(shortSize(123_456_789_012)).toEqual({ short: "123.5 GB", exact: "123,456,789,012 bytes" });
    expect(shortSize(1_234_567)).toEqual({ short: "1.235 MB", exact: "1,234,567 bytes" });
    expect(shortSize(2_000_000_000_000)).toEqual({ short: "2,000 GB", exact: undefined });
    expect(shortSize(1500)).toEqual({ short: "1.5 kB", exact: undefined });
    expect(shortSize(999)).toEqual({ short: "999 bytes", exact: undefined });
  });

  it("never tell a count that is not known as none", () => {
    for (const state of ["reading", "hidden", "unknown"] as const) {
      expect(countedWords({ state })).not.toMatch(/\d|none/u);
    }
    expect(countedWords({ state: "at-least", value: 0 })).toBe("none seen");
    expect(countedWords({ state: "at-least", value: 1200 })).toBe("1,200 or more");
    expect(countedWords({ state: "known", value: 0 })).toBe("0");
    expect(countedHint({ state: "known", value: 0 }, "view")).toBeUndefined();
    expect(countedHint({ state: "hidden" }, "ingest")).toMatch(/permission/u);
  });
});
