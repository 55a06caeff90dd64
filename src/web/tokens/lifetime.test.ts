import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";

import { lifetimeOf } from "./lifetime.ts";

describe("the time that a token has left", () => {
  it("comes with the whole lifetime and the part that has passed", () => {
    expect(lifetimeOf({ createdAt: 0, expireAt: 90 * day }, 60 * day)).toEqual({
      state: "alive",
      passed: 2 / 3,
      words: "30 days left of 90 days; 66 % of its time has passed",
    });
  });

  it("comes with the lifetime that was asked for, which the stored one may miss by a minute", () => {
    expect(lifetimeOf({ createdAt: 250, expireAt: 90 * day - 59_000 }, day).words).toContain("of 90 days");
  });

  it("is near its end in the last tenth", () => {
    expect(lifetimeOf({ createdAt: 0, expireAt: 10 * day }, 8.9 * day).state).toBe("alive");
    expect(lifetimeOf({ createdAt: 0, expireAt: 10 * day }, 9 * day).state).toBe("ending");
  });

  it("is over at the very moment of expiry", () => {
    expect(lifetimeOf({ createdAt: 0, expireAt: day }, day).state).toBe("expired");
    expect(lifetimeOf({ createdAt: 0, expireAt: day }, day - 1).state).toBe("ending");
  });

  it("has no end without an expiry", () => {
    expect(lifetimeOf({ createdAt: 0, expireAt: null }, day)).toMatchObject({ state: "endless", passed: undefined });
  });

  it("is given for every time, and ends on no date where the expiry is beyond the calendar", () => {
    for (const expireAt of [2n ** 63n - 1n, 2n ** 53n + 1n, 8_640_000_000_000_001]) {
      expect(lifetimeOf({ createdAt: 0, expireAt }, day)).toEqual({
        state: "endless",
        passed: undefined,
        words: "No end that a date says. Created 1 day ago, expires after the last date",
      });
    }
    expect(lifetimeOf({ createdAt: 2n ** 63n - 1n, expireAt: null }, day).words).toBe(
      "No end. Created after the last date, never expires",
    );
    expect(lifetimeOf({ createdAt: -(2n ** 63n), expireAt: 2 * day }, day)).toMatchObject({ state: "ending" });
    expect(lifetimeOf({ createdAt: 0, expireAt: -(2n ** 63n) }, day)).toMatchObject({ state: "expired", passed: 1 });
    expect(lifetimeOf({ createdAt: 2n ** 63n - 1n, expireAt: day * 2 }, day).passed).toBe(0);
  });

  it("is never negative, whatever the clocks say", () => {
    expect(lifetimeOf({ createdAt: 2 * day, expireAt: 3 * day }, day).passed).toBe(0);
  });
});
