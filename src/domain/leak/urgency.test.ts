import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { LastUse } from "#domain/token/lastUse.ts";
import { aToken, testNow } from "#domain/testing.ts";

import { urgencyOf } from "./urgency.ts";

const used = (lastUse: LastUse | undefined, expireAt: number | null = null) =>
  urgencyOf({ ...aToken({ createdAt: testNow - 100 * day, expireAt }), ...(lastUse && { lastUse }) }, testNow);

describe("how urgent a leaked token is", () => {
  it("goes by its use, and what is not known is never taken for unused", () => {
    const at = (days: number, source: LastUse["source"]) => used({ at: testNow - days * day, from: null, source });
    expect(at(1, "recorded")).toBe("in-use");
    expect(at(7, "at-least")).toBe("in-use");
    expect(at(8, "recorded")).toBe("idle");
    expect(at(8, "at-least")).toBe("maybe");
    expect(used(undefined)).toBe("maybe");
    expect(used({ at: null, from: null, source: "recorded" })).toBe("idle");
  });

  it("is none once the token has expired, however lately it was used", () => {
    const lastUse = { at: testNow, from: null, source: "recorded" } as const;
    expect(used(lastUse, testNow)).toBe("expired");
    expect(used(lastUse, testNow + 1)).toBe("in-use");
  });
});
