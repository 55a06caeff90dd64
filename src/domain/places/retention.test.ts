import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";

import { amountOf, gigabyte, readRetention, retentionOf, shortenedParts, type RetentionPart } from "./retention.ts";

const value = (part: RetentionPart, text: string) => {
  const reading = readRetention(part, text);
  return reading.ok ? reading.value : reading.message;
};
const days = (text: string) => value("time", text);
const gigabytes = (text: string) => value("ingestSize", text);

describe("a retention in a form", () => {
  it("is read exactly, and is no limit where nothing was typed", () => {
    expect(days(" 30 ")).toBe(30 * day);
    expect(days("1.5")).toBe(1.5 * day);
    expect(days("")).toBeNull();
    expect(gigabytes("0.000000001")).toBe(1);
    expect(gigabytes("500")).toBe(500 * gigabyte);
    expect(gigabytes(" ")).toBeNull();
  });

  it("is refused where it is nothing, less, beyond every number, or can be misread", () => {
    for (const read of [days, gigabytes]) {
      for (const text of ["0", "-1", "\u22121", "0.0"]) expect(read(text), text).toMatch(/more than nothing/u);
      for (const text of ["1,500", "1e3", "0x10", "Infinity", "NaN", "ten", "1.", ".5"]) {
        expect(read(text), text).toMatch(/number/u);
      }
      for (const text of ["9".repeat(30), "9".repeat(400)]) expect(read(text), text).toMatch(/too large|plain number/u);
    }
    expect(days("0.000000000001")).toMatch(/more than nothing/u);
    expect(gigabytes("0.0000000001")).toMatch(/more than nothing/u);
  });

  it("reads back what stands in the form as the retention in force", () => {
    for (const ms of [1, 1000, 90_001, day, 30.5 * day, 36_500 * day]) expect(days(amountOf("time", ms))).toBe(ms);
    for (const bytes of [1, gigabyte, 1.5 * gigabyte, 123_456_789_012]) {
      expect(gigabytes(amountOf("storageSize", bytes))).toBe(bytes);
    }
  });

  it("is told by LogScale in days and gigabytes, to the whole ms and byte", () => {
    expect(retentionOf({ timeBasedRetention: 90_001 / day, ingestSizeBasedRetention: 1.5 })).toEqual({
      time: 90_001,
      ingestSize: 1_500_000_000,
      storageSize: null,
    });
  });
});

describe("a change of retention", () => {
  const none = { time: null, ingestSize: null, storageSize: null };
  it("shortens what gets a limit, or a lower one, and nothing else", () => {
    expect(shortenedParts(none, { ...none, time: day })).toEqual(["time"]);
    expect(shortenedParts({ ...none, time: 2 * day, storageSize: 5 }, { ...none, time: day, storageSize: 5 })).toEqual(["time"]);
    expect(shortenedParts({ ...none, time: day, ingestSize: 1 }, { ...none, time: 2 * day })).toEqual([]);
    expect(shortenedParts(none, none)).toEqual([]);
  });
});
