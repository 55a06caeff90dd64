import { describe, expect, it } from "vitest";

import { aToken, testNow } from "#domain/testing.ts";

import { horizons, neverUsed, useOf, type LastUse } from "./lastUse.ts";

const { day, week } = horizons;
const recorded = (ago: number): LastUse => ({ at: testNow - ago, from: null, source: "recorded" });
const audited = (ago: number): LastUse => ({ at: testNow - ago, from: null, source: "at-least" });
const use = (lastUse: LastUse | undefined, age = 400 * day) =>
  useOf({ ...aToken({ createdAt: testNow - age }), lastUse }, testNow);

describe("a token", () => {
  it.each([
    ["used this moment", recorded(0), "last-day"],
    ["used 24 hours ago, to the millisecond", recorded(day), "last-day"],
    ["used a millisecond before that", recorded(day + 1), "last-week"],
    ["used 7 days ago, to the millisecond", recorded(week), "last-week"],
    ["used a millisecond before that", recorded(week + 1), "not"],
    ["used at a time that is still to come, as a clock that is ahead tells it", recorded(-day), "last-day"],
  ] as const)("%s is in use accordingly", (_, lastUse, expected) => {
    expect(use(lastUse)).toBe(expected);
  });

  it.each([
    ["within 24 hours", audited(day), "last-day"],
    ["within 7 days", audited(week), "last-week"],
    ["longer ago, which proves nothing", audited(week + 1), "unknown"],
  ] as const)("that an audit log names is in use as it says: %s", (_, lastUse, expected) => {
    expect(use(lastUse)).toBe(expected);
  });

  it("of which nobody knows anything is of unknown use, whatever its age", () => {
    expect([use(undefined, 0), use(undefined)]).toEqual(["unknown", "unknown"]);
  });

  it("that was never used is not in use from the age of 7 days on; before, it is being rolled out", () => {
    expect([use(neverUsed, week - 1), use(neverUsed, week), use(neverUsed)]).toEqual(["unknown", "not", "not"]);
  });

  it("keeps an instant beyond the exact numbers apart as well", () => {
    expect(use({ at: -(2n ** 60n), from: null, source: "recorded" })).toBe("not");
    expect(use({ at: 2n ** 60n, from: null, source: "recorded" })).toBe("last-day");
  });
});
