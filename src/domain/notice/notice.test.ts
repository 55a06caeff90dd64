import { describe, expect, it } from "vitest";

import { day, minute } from "#domain/duration.ts";
import { aToken, testNow } from "#domain/testing.ts";
import { neverUsed } from "#domain/token/lastUse.ts";

import { endingAt, endingWithin, timeLeft } from "./ending.ts";
import { dueNotice, isTooLate, noticeKey, type ExpiryNotice } from "./thresholds.ts";

const now = testNow;

describe("the tokens that end within a span", () => {
  it("are those that expire after now and no later than its end", () => {
    const tokens = [now - 1, now, now + 1, now + 30 * day, now + 30 * day + 1, null].map((expireAt, index) =>
      aToken({ id: String(index), expireAt }),
    );
    expect(endingWithin(tokens, 30 * day, now).map(({ id }) => id)).toEqual(["2", "3"]);
  });

  it("come in the order of their ends, and by name where these are the same", () => {
    const tokens = [
      aToken({ id: "1", name: "b", expireAt: now + day }),
      aToken({ id: "2", name: "a", expireAt: now + day }),
      aToken({ id: "3", name: "c", expireAt: now + minute }),
      aToken({ id: "4", name: "a", expireAt: 2n ** 60n }),
    ];
    expect(endingWithin(tokens, 2 * day, now).map(({ id }) => id)).toEqual(["3", "2", "1"]);
  });

  it("name whom to ask: the user of a personal one, the creator of another, and nobody where nobody is known", () => {
    const creator = { kind: "user", id: "u1", name: "ada" } as const;
    const tokens = [
      { ...aToken({ kind: "personal", id: "u2", name: "ben", expireAt: now + 1 }) },
      { ...aToken({ id: "v1", name: "ci", expireAt: now + 2 }), creator, lastUse: neverUsed },
      { ...aToken({ id: "v2", name: "x", expireAt: now + 3 }) },
    ];
    expect(endingWithin(tokens, day, now).map(({ owner, lastUsedAt }) => [owner.name, lastUsedAt])).toEqual([
      ["ben", undefined],
      ["ada", null],
      [null, undefined],
    ]);
  });
});

const tokenWith = (left: number) => endingAt(aToken({ id: "t" }), now + left, now);
const noticeAt = (left: number): ExpiryNotice => {
  const notice = dueNotice(tokenWith(left), now);
  if (notice === undefined) throw new Error("None is due.");
  return notice;
};

describe("a notice", () => {
  it.each([
    [30 * day + 1, undefined],
    [30 * day, 30 * day],
    [7 * day + 1, 30 * day],
    [7 * day, 7 * day],
    [day + 1, 7 * day],
    [day, day],
    [1, day],
  ])("of a token with %d ms left is that of the last threshold passed", (left, threshold) => {
    expect(dueNotice(tokenWith(left), now)?.threshold).toBe(threshold);
  });

  it("is another once the token has another expiry", () => {
    expect(noticeKey(noticeAt(day))).toBe(`view/t/${now + day}/1`);
    expect(noticeKey(noticeAt(day - 1))).not.toBe(noticeKey(noticeAt(day)));
  });

  it("comes too late more than seven days after its moment", () => {
    expect(isTooLate(noticeAt(23 * day), undefined, now)).toBe(false);
    expect(isTooLate(noticeAt(23 * day - 1), undefined, now)).toBe(true);
  });

  it("comes in time for an expiry that was set since it was last looked for", () => {
    expect(isTooLate(noticeAt(10 * day), now - minute, now)).toBe(false);
    expect(isTooLate(noticeAt(10 * day), now - 7 * day - 1, now)).toBe(true);
    // It was looked for before the moment came.
    expect(isTooLate(noticeAt(29 * day), now - 8 * day, now)).toBe(false);
  });

  it("knows how long is left, and nothing less than nothing", () => {
    expect([5, -5].map((left) => timeLeft(tokenWith(left), now))).toEqual([5, 0]);
  });
});
