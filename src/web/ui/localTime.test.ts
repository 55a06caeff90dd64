import { afterEach, describe, expect, it, vi } from "vitest";

import { minute } from "#domain/duration.ts";

import { earliestLocal, latestLocal, readLocal, writeLocal } from "./localTime.ts";

const zoned = (zone: string) => void vi.stubEnv("TZ", zone);

describe("a local time", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ["Europe/Berlin", "2027-07-01T12:00", [Date.UTC(2027, 6, 1, 10)]],
    ["Asia/Kathmandu", "2027-07-01T12:00", [Date.UTC(2027, 6, 1, 6, 15)]],
    ["Pacific/Kiritimati", "2027-07-01T12:00", [Date.UTC(2027, 5, 30, 22)]],
    ["Europe/Berlin", "2027-10-31T02:30", [Date.UTC(2027, 9, 31, 0, 30), Date.UTC(2027, 9, 31, 1, 30)]],
    ["America/New_York", "2027-11-07T01:00", [Date.UTC(2027, 10, 7, 5), Date.UTC(2027, 10, 7, 6)]],
    // Half an hour is repeated here.
    ["Australia/Lord_Howe", "2027-04-04T01:45", [Date.UTC(2027, 3, 3, 14, 45), Date.UTC(2027, 3, 3, 15, 15)]],
    ["UTC", "2027-10-31T02:30:59", [Date.UTC(2027, 9, 31, 2, 30)]],
  ])("in %s, %s stands for every instant at which clocks show it", (zone, text, instants) => {
    zoned(zone);
    expect(readLocal(text)).toEqual({ type: "read", instants });
    for (const at of instants) expect(writeLocal(at)).toBe(text.slice(0, 16));
  });

  it.each([
    ["Europe/Berlin", "2027-03-28T02:30", "02:00", "03:00"],
    ["America/New_York", "2027-03-14T02:00", "02:00", "03:00"],
    ["Australia/Lord_Howe", "2027-10-03T02:15", "02:00", "02:30"],
    // Midnight itself is left out.
    ["Africa/Cairo", "2027-04-30T00:30", "00:00", "01:00"],
  ])("in %s, %s is none that clocks show", (zone, text, from, to) => {
    zoned(zone);
    expect(readLocal(text)).toEqual({ type: "skipped", from, to });
  });

  it.each(["", "soon", "2027-13-05T00:00", "2027-02-30T00:00", "2027-01-01T25:00", "2027-01-01T10:60", "2027-01-01"])(
    "cannot be read from %j",
    (text) => expect(readLocal(text)).toEqual({ type: "unreadable" }),
  );

  it("is not confused with one beyond the calendar", () => {
    expect(readLocal("275760-09-14T00:00")).toEqual({ type: "too-far" });
    expect(readLocal("12345-01-01T00:00").type).toBe("read");
    expect(readLocal("0027-01-01T00:00")).toMatchObject({ type: "read" });
  });

  it("has bounds that admit every valid time and no other, also while an hour repeats", () => {
    zoned("Europe/Berlin");
    const back = Date.UTC(2027, 9, 31, 1);
    expect(earliestLocal(back - 30 * minute)).toBe("2027-10-31T02:00");
    expect(earliestLocal(back + 30 * minute)).toBe("2027-10-31T02:30");
    expect(latestLocal(back - 30 * minute)).toBe("2027-10-31T02:30");
    expect(latestLocal(back + 30 * minute)).toBe("2027-10-31T02:59");
    expect(latestLocal(back + 60 * minute)).toBe("2027-10-31T03:00");
    expect(earliestLocal(Date.UTC(2027, 2, 28, 1))).toBe("2027-03-28T03:00");
    expect(earliestLocal(back + 30 * minute + 1)).toBe("2027-10-31T02:31");
  });
});
