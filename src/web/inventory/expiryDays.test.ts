import { afterEach, describe, expect, it, vi } from "vitest";

import { hour } from "#domain/duration.ts";

import { daysValue, readDays } from "./expiryDays.ts";
import { item } from "./testing.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  // The next file must not get a module that keeps one of these zones.
  vi.resetModules();
});

/** The module as the zone at hand has it: words are made in the zone in which the first were, whoever asked for those. */
async function inZone(zone: string) {
  vi.stubEnv("TZ", zone);
  vi.resetModules();
  return await import("./expiryDays.ts");
}

describe("days of expiry in the address", () => {
  it.each(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Chatham"])(
    "are the reader's own in %s, and read as they were written",
    (zone) => {
      vi.stubEnv("TZ", zone);
      for (const value of [
        "2026-03-29..2026-03-29",
        "2026-10-25..2026-10-31",
        "2026-12-28..2027-01-03",
        "2028-02-29..2028-03-06",
      ]) {
        const span = readDays(value);
        expect(span).toBeDefined();
        if (span !== undefined) expect(daysValue(span)).toBe(value);
      }
    },
  );

  it("have the hours that the clocks give them", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const hours = (value: string) => {
      const { from, to } = readDays(value) ?? { from: 0, to: 0 };
      return (to - from) / hour;
    };
    expect([hours("2026-03-29..2026-03-29"), hours("2026-10-25..2026-10-25"), hours("2026-06-01..2026-06-01")]).toEqual([
      23, 25, 24,
    ]);
  });

  it.each(["", "soon", "2026-02-30..2026-03-01", "2026-03-02..2026-03-01", "2026-3-1..2026-3-2", "2026-03-01"])(
    "are none in %o",
    (text) => {
      expect(readDays(text)).toBeUndefined();
    },
  );

  it("are said in words, one day as one", async () => {
    const { daysWords } = await inZone("UTC");
    const words = (value: string) => daysWords(readDays(value) ?? { from: 0, to: 1 });
    expect(words("2026-11-26..2026-12-02")).toBe("26 Nov 2026 to 2 Dec 2026");
    expect(words("2026-11-26..2026-11-26")).toBe("26 Nov 2026");
  });

  it("narrow to the tokens that expire on them", async () => {
    const { expiryFacet } = await inZone("UTC");
    const at = (text: string | null) => item({ expireAt: text === null ? null : Date.parse(text) });
    const tokens = [
      at("2026-11-25T23:59:59Z"),
      at("2026-11-26T00:00:00Z"),
      at("2026-12-02T23:59:59Z"),
      at("2026-12-03T00:00:00Z"),
      at(null),
    ];
    const { codes, sets, values } = expiryFacet(tokens, ["2026-11-26..2026-12-02", "nonsense"]);
    expect(tokens.map((_, index) => sets[codes[index] ?? 0]?.length)).toEqual([0, 1, 1, 0, 0]);
    expect(values).toEqual([{ value: "2026-11-26..2026-12-02", label: "26 Nov 2026 to 2 Dec 2026" }]);
  });
});
