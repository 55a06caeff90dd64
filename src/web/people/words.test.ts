import { describe, expect, it } from "vitest";

import { item } from "#web/inventory/testing.ts";

import { lastSeenOf, standingOf, tokenCountWords, tokenReach, unseenWords } from "./words.ts";

const personal = (at: number | null | undefined) =>
  item({ kind: "personal", id: "u1", lastUse: at === undefined ? undefined : { at, from: null, source: "recorded" } });

describe("when a user was seen last", () => {
  it("is the later of the last session and the last use of the personal token", () => {
    expect(lastSeenOf(20, [personal(10)], "u1")).toEqual({ at: 20, by: "session" });
    expect(lastSeenOf(20, [personal(30)], "u1")).toEqual({ at: 30, by: "token" });
    expect(lastSeenOf(undefined, [personal(30)], "u1")).toEqual({ at: 30, by: "token" });
  });

  it("is not known by tokens that the user made for others to use", () => {
    const made = item({ kind: "view", lastUse: { at: 50, from: null, source: "recorded" } });
    expect(lastSeenOf(undefined, [made], "u1")).toBeUndefined();
    expect(lastSeenOf(undefined, [personal(null)], "u1")).toBeUndefined();
    expect(lastSeenOf(20, [personal(undefined)], "u1")).toEqual({ at: 20, by: "session" });
  });
});

it("nobody is called unseen before everything was read that could tell", () => {
  expect(unseenWords).toEqual({ reading: "…", partial: "not known", whole: "not on record" });
});

describe("the count of a user's tokens", () => {
  const whole = { state: "complete", more: false, steady: true } as const;

  it("is not given as whole where a kind is hidden, failed, cut or changed meanwhile", () => {
    expect(tokenReach([whole, whole])).toBe("whole");
    for (const lacking of [
      { ...whole, state: "hidden" },
      { ...whole, state: "failed" },
      { ...whole, more: true },
      { ...whole, steady: false },
    ] as const) {
      expect(tokenReach([whole, lacking])).toBe("partial");
    }
    expect(tokenReach([whole, { ...whole, state: "waiting" }])).toBe("reading");
  });

  it("never says none where not all were seen", () => {
    expect(tokenCountWords(0, "whole")).toBe("0");
    expect(tokenCountWords(0, "partial")).toBe("none seen");
    expect(tokenCountWords(1200, "partial")).toBe("1,200 or more");
    expect(tokenCountWords(3, "reading")).toBe("…");
  });
});

it("root counts before ownership, and nobody else has a standing", () => {
  expect(standingOf({ isRoot: true, isOrgRoot: true })).toBe("root");
  expect(standingOf({ isRoot: false, isOrgRoot: true })).toBe("owner");
  expect(standingOf({ isRoot: false, isOrgRoot: false })).toBeUndefined();
});
