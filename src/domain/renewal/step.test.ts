import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { testNow } from "#domain/testing.ts";
import { neverUsed } from "#domain/token/lastUse.ts";

import { stepOf, takesTyping, usedSinceNewBegan } from "./step.ts";
import { aPair, used } from "./testing.ts";

const context = { now: testNow, quietFor: 7 };

describe("the next step", () => {
  it("of a guess is to say whether it is a pair, and never to delete", () => {
    expect(stepOf({ ...aPair({ lastUse: used(80 * day) }), source: "guess" }, context)).toEqual({
      step: "link",
      reason: "guess",
    });
  });

  it("is to hand over the secret as long as nobody used the new one", () => {
    const unused = { lastUse: neverUsed, firstUse: null };
    expect(stepOf(aPair({ lastUse: used(hour) }, unused), context)).toEqual({ step: "hand-over", reason: "unused" });
    expect(stepOf(aPair({ expireAt: testNow }, unused), context)).toEqual({ step: "hand-over", reason: "unused-and-expired" });
  });

  it("is to wait until the old one was quiet for as long as is set, to the instant", () => {
    const pair = aPair({ lastUse: used(7 * day - 1) });
    expect(stepOf(pair, context)).toEqual({ step: "wait", reason: "used-since", until: testNow + 1 });
    expect(stepOf(aPair({ lastUse: used(7 * day) }), context)).toEqual({ step: "delete", reason: "quiet" });
    expect(stepOf(pair, { ...context, quietFor: 6 }).step).toBe("delete");
    expect(stepOf(pair, { ...context, quietFor: 8 }).step).toBe("wait");
  });

  it("says of the waiting whether the old one was used after the new one began", () => {
    const lately = { firstUse: testNow - hour };
    expect(stepOf(aPair({ lastUse: used(2 * day) }, lately), context)).toEqual({
      step: "wait",
      reason: "not-quiet",
      until: testNow + 5 * day,
    });
  });

  it("is to wait for an old one that was never used as well, from its making", () => {
    expect(stepOf(aPair({ createdAt: testNow - day }), context)).toMatchObject({ step: "wait", until: testNow + 6 * day });
    expect(stepOf(aPair({}), context).step).toBe("delete");
  });

  it("is to delete an old one that has expired, whatever is known of its use", () => {
    for (const lastUse of [used(hour), used(hour, "at-least"), undefined]) {
      expect(stepOf(aPair({ lastUse, expireAt: testNow }), context)).toEqual({ step: "delete", reason: "expired" });
    }
  });

  it("is to ask where the new one has expired while the old one lives on", () => {
    expect(stepOf(aPair({}, { expireAt: testNow }), context)).toEqual({ step: "ask", reason: "new-expired" });
    expect(stepOf(aPair({ expireAt: testNow }, { expireAt: testNow }), context).step).toBe("delete");
  });

  it("never is to delete where an audit log is all there is, or nothing", () => {
    for (const old of [used(80 * day, "at-least"), undefined]) {
      for (const next of [used(hour, "at-least"), undefined, used(hour)]) {
        const pair = aPair({ lastUse: old }, { lastUse: next, firstUse: undefined });
        expect(stepOf(pair, context)).toEqual({ step: "ask", reason: "not-recorded" });
      }
    }
    // It proves use all the same.
    expect(stepOf(aPair({ lastUse: used(hour, "at-least") }, { lastUse: undefined }), context).step).toBe("wait");
  });
});

describe("whether the old one was used since the new one began", () => {
  it.each([
    ["yes", "was used later", { lastUse: used(2 * hour) }, {}],
    ["no", "was used before", { lastUse: used(29 * day + 2 * hour) }, {}],
    ["yes", "was used within the minute that last use may be too early by", { lastUse: used(29 * day + 30_000) }, {}],
    ["no", "was never used", {}, {}],
    [
      "yes",
      "was used after the last use of the new one, of which no first use is told",
      { lastUse: used(60_000) },
      { firstUse: null },
    ],
    [
      "unknown",
      "was used between the making and the last use of the new one",
      { lastUse: used(9 * day) },
      { firstUse: undefined },
    ],
    ["no", "was used before the making of the new one", { lastUse: used(31 * day) }, { firstUse: undefined }],
    ["unknown", "has an audit log that has no later use", { lastUse: used(80 * day, "at-least") }, {}],
    ["yes", "has an audit log that has one", { lastUse: used(hour, "at-least") }, {}],
    ["unknown", "is one of which nothing is known", { lastUse: undefined }, {}],
    ["unknown", "goes with a new one of which nothing is known", {}, { lastUse: undefined, firstUse: undefined }],
  ] as const)("is “%s” where it %s", (answer, _, old, next) => {
    expect(usedSinceNewBegan(aPair(old, next))).toBe(answer);
  });
});

describe("deleting the old one", () => {
  const before = used(40 * day);

  it("takes no typing where it is quiet, and nobody used it since the page showed it", () => {
    expect(takesTyping(aPair({ lastUse: before }), before, context)).toBe(false);
    expect(takesTyping(aPair({}), neverUsed, context)).toBe(false);
  });

  it("takes typing where it was used since the page showed it, or since the new one began", () => {
    expect(takesTyping(aPair({ lastUse: used(35 * day) }), before, context)).toBe(true);
    expect(takesTyping(aPair({ lastUse: used(35 * day) }), neverUsed, context)).toBe(true);
    expect(takesTyping(aPair({ lastUse: used(20 * day) }), used(20 * day), context)).toBe(true);
    expect(takesTyping(aPair({ lastUse: used(hour) }), used(hour), context)).toBe(true);
  });

  it("always takes typing where not every use is recorded, unless it has expired", () => {
    const unsure = { lastUse: used(80 * day, "at-least") };
    expect(takesTyping(aPair(unsure), unsure.lastUse, context)).toBe(true);
    expect(takesTyping(aPair({ lastUse: undefined }), undefined, context)).toBe(true);
    expect(takesTyping(aPair({ lastUse: undefined, expireAt: testNow }), undefined, context)).toBe(false);
  });
});
