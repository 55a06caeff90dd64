import { afterEach, describe, expect, it, vi } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { daysValue, expiryFacet } from "#web/inventory/expiryDays.ts";
import { item } from "#web/inventory/testing.ts";

import { countExpiries, daysAhead, weeksFrom } from "./expiries.ts";

const zoned = (zone: string) => void vi.stubEnv("TZ", zone);
afterEach(() => {
  vi.unstubAllEnvs();
  // Modules that made words in a zone go with it.
  vi.resetModules();
});

describe("what expires ahead", () => {
  it.each(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])(
    "is counted by whole days of the reader's calendar in %s, where the clocks change as well",
    (zone) => {
      zoned(zone);
      // Both changes of the year fall into one of these quarters, in either hemisphere.
      for (const start of ["2026-02-20T12:00:00Z", "2026-08-20T23:30:00Z", "2026-09-15T00:30:00Z"]) {
        const weeks = weeksFrom(Date.parse(start));
        expect(weeks).toHaveLength(13);
        weeks.forEach(({ from, to }, index) => {
          const date = new Date(from);
          expect([date.getHours(), date.getMinutes()]).toEqual([0, 0]);
          expect(to).toBe(weeks[index + 1]?.from ?? to);
          expect(Math.abs(to - from - 7 * day)).toBeLessThanOrEqual(hour);
        });
        const hours = weeks.map(({ from, to }) => (to - from) / hour);
        if (zone === "Europe/Berlin" && start.startsWith("2026-02")) expect(hours).toContain(167);
        if (zone === "Europe/Berlin" && start.startsWith("2026-08")) expect(hours).toContain(169);
      }
    },
  );

  it("counts each token once, in the week of its local day, and none that is over, later or without an end", () => {
    zoned("Europe/Berlin");
    const now = Date.parse("2026-10-20T10:00:00Z");
    const [first, second] = weeksFrom(now);
    if (first === undefined || second === undefined) throw new Error("There are weeks.");
    const at = (expireAt: number | null, kind: "view" | "system" = "view") => item({ kind, expireAt });
    const tokens = [
      at(now),
      at(now - 1),
      at(null),
      at(now + 1),
      at(first.to - 1, "system"),
      at(first.to),
      at(second.to - 1),
      at(now + daysAhead * day),
      at(now + daysAhead * day + 1),
    ];
    const { kinds, weeks, total, most } = countExpiries(tokens, now);
    expect(kinds).toEqual(["view", "system"]);
    expect(weeks.map(({ counts }) => counts).slice(0, 3)).toEqual([
      [1, 1],
      [2, 0],
      [0, 0],
    ]);
    expect(weeks.at(-1)?.counts).toEqual([1, 0]);
    expect([total, most]).toEqual([5, 2]);
    const also = countExpiries(tokens, now, ["organization", "view"]);
    expect(also.kinds).toEqual(["view", "organization", "system"]);
    expect(also.weeks[0]?.counts).toEqual([1, 0, 1]);
    expect([also.total, also.most]).toEqual([5, 2]);
  });

  it("is as many tokens as the list has that a bar opens", () => {
    zoned("America/New_York");
    const now = Date.parse("2026-10-28T03:30:00Z");
    const tokens = Array.from({ length: 400 }, (_, index) => item({ expireAt: now + index * 7 * hour + 1 }));
    const { weeks } = countExpiries(tokens, now);
    for (const week of weeks) {
      const { codes, sets } = expiryFacet(tokens, [daysValue(week)]);
      // The list also asks for the state, which ends after so many days.
      const listed = tokens.filter(
        ({ expireAt }, index) => sets[codes[index] ?? 0]?.length === 1 && Number(expireAt) <= now + daysAhead * day,
      );
      expect(week.total).toBe(listed.length);
    }
  });

  it("says nothing of an organization without tokens", () => {
    expect(countExpiries([], 0)).toMatchObject({ kinds: [], total: 0, most: 0 });
  });
});
