import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";

import { lastUseWords, type UseValue } from "./lastUseWords.ts";
import { ageOf, isInState, isUsed, stateWords, type StateValue } from "./states.ts";
import { item } from "./testing.ts";

const now = 1_700_000_000_000;
const states = Object.keys(stateWords) as StateValue[];
const uses = Object.keys(lastUseWords) as UseValue[];
const inStates = (expireAt: number | bigint | null | undefined) =>
  states.filter((state) => isInState(item({ expireAt }), state, now));
const usedAs = (lastUse: LastUse | undefined, given: Parameters<typeof item>[0] = {}) =>
  uses.filter((use) => isUsed(item({ ...given, lastUse }), use, now));
const used = (days: number, source: LastUse["source"] = "recorded"): LastUse => ({ at: now - days * day, from: null, source });

describe("the state of a token", () => {
  it("is active until the very moment that it expires", () => {
    expect(inStates(now)).toEqual(["expired"]);
    expect(inStates(now + 1)).toEqual(["active", "expires-7d", "expires-30d", "expires-90d"]);
  });

  it("expires within so many days, the last moment included", () => {
    expect(inStates(now + 7 * day)).toContain("expires-7d");
    expect(inStates(now + 7 * day + 1)).toEqual(["active", "expires-30d", "expires-90d"]);
    expect(inStates(now + 30 * day + 1)).toEqual(["active", "expires-90d"]);
    expect(inStates(now + 90 * day + 1)).toEqual(["active"]);
    expect(inStates(2n ** 62n)).toEqual(["active"]);
  });

  it("is active and never expires without an expiry, and is none where that is not known", () => {
    expect(inStates(null)).toEqual(["active", "never-expires"]);
    expect(inStates(undefined)).toEqual([]);
  });
});

describe("the use of a token", () => {
  it("counts from its last use, the last moment included", () => {
    expect(usedAs(used(1))).toEqual(["used-24h", "used-7d"]);
    expect(usedAs(used(7))).toEqual(["used-7d"]);
    expect(usedAs(used(30))).toEqual(["unused-30d"]);
    expect(usedAs(used(365))).toEqual(["unused-30d", "unused-90d", "unused-365d"]);
  });

  it("counts from its making where it was never used", () => {
    expect(usedAs(neverUsed, { createdAt: now - 90 * day })).toEqual(["unused-30d", "unused-90d", "never-used"]);
    expect(usedAs(neverUsed, { createdAt: now })).toEqual(["never-used"]);
    expect(usedAs(neverUsed, { createdAt: undefined })).toEqual(["never-used"]);
  });

  it("is never disuse where only an audit log tells, or nobody", () => {
    expect(usedAs(used(400, "at-least"))).toEqual(["use-unknown"]);
    expect(usedAs(used(1, "at-least"))).toEqual(["used-24h", "used-7d"]);
    expect(usedAs(undefined)).toEqual(["use-unknown"]);
  });

  it("is neither disuse nor no use of one that has expired, which nobody can use", () => {
    expect(usedAs(used(400), { expireAt: now })).toEqual([]);
    expect(usedAs(neverUsed, { expireAt: now })).toEqual([]);
  });
});

describe("the age of a token", () => {
  it("is in one band, or not known", () => {
    const ages = [0, 6.9, 7, 29.9, 30, 89.9, 90, 364.9, 365, 729.9, 730].map((days) =>
      ageOf(item({ createdAt: now - days * day }), now),
    );
    expect(ages.join(" ")).toBe("under-7d under-7d 7d-30d 7d-30d 30d-90d 30d-90d 90d-1y 90d-1y 1y-2y 1y-2y over-2y");
    expect(ageOf(item({ createdAt: undefined }), now)).toBe("age-unknown");
  });
});
