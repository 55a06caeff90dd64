import { describe, expect, it } from "vitest";

import type { TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import type { KitReason } from "#domain/policy/recoveryKit.ts";
import { testNow } from "#domain/testing.ts";
import { unknownHoldings } from "#domain/token/rights.ts";

import { isProposed, judge } from "./judge.ts";

const carried = { view: "ReadAccess", organization: "ViewUsage", system: "ReadHealthCheck" } as const;

interface Case {
  readonly namesakes?: number;
  readonly because?: KitReason;
  /** Its expiry where it is there: null for never. */
  readonly present?: Long | null;
  readonly more?: readonly string[];
  readonly only?: readonly string[];
  readonly expireAt?: Long | null;
}

/** A token of a kit that never expires, held against nothing but how many others may be it. */
function judged(
  kind: Exclude<TokenKind, "personal">,
  { namesakes = 0, because = "older-than-maximum", present, more = [], only, expireAt = null }: Case = {},
) {
  return judge(
    {
      kind,
      id: "former",
      name: "deploy",
      because,
      createdAt: 0,
      expireAt,
      ipFilter: null,
      permissions: [...(only ?? [carried[kind], ...more])],
      views: [{ id: "web", name: "web" }],
    },
    {
      policies: undefined,
      holdings: unknownHoldings,
      filters: undefined,
      views: undefined,
      present: new Map(present === undefined ? [] : [["former", present]]),
      namesakes: () => namesakes,
      now: testNow,
    },
  );
}

describe("a token of a kit", () => {
  it("is chosen at first where it can be made again", () => {
    expect(isProposed(judged("view"))).toBe(true);
    expect(isProposed(judged("organization"))).toBe(true);
    expect(isProposed(judged("view", { present: null }))).toBe(false);
  });

  it("is made again once it is expired, purged or not, and before it ends where the change lets it end earlier", () => {
    expect(judged("view", { because: "ends-soon", present: testNow }).ok).toBe(true);
    expect(judged("view", { because: "ends-soon", present: testNow + 1 }).ok).toBe(true);
    expect(judged("view", { because: "locked-out", present: testNow }).ok).toBe(true);
    // The change was not made, or what it did was undone.
    expect(judged("view", { because: "ends-soon", present: null })).toMatchObject({
      ok: false,
      reason: "It is still there: nothing has stopped it.",
    });
    expect(judged("view", { because: "ends-soon", expireAt: testNow + 5, present: testNow + 5 }).ok).toBe(false);
    const behind = "It is still there, behind another IP filter, which a new one would get as well.";
    for (const present of [null, testNow + 1]) {
      expect(judged("view", { because: "locked-out", present })).toEqual({ ok: false, reason: behind });
    }
  });

  it("is not chosen at first where somebody may have made it again", () => {
    expect(judged("view", { namesakes: 1 }).ok).toBe(true);
    expect(isProposed(judged("view", { namesakes: 1 }))).toBe(false);
  });

  it("keeps a permission that this page does not know, and is then not chosen at first", () => {
    const judgement = judged("organization", { more: ["ReadThoughts"] });
    expect(judgement).toMatchObject({
      ok: true,
      unknown: ["ReadThoughts"],
      request: { permissions: ["ViewUsage", "ReadThoughts"] },
    });
    expect(isProposed(judgement)).toBe(false);
    expect(judged("organization", { only: ["ReadThoughts"] })).toEqual({
      ok: false,
      reason: "This page knows none of its permissions: ReadThoughts.",
    });
  });

  it("keeps an expiry beyond the calendar, to the millisecond", () => {
    expect(judged("view", { expireAt: 2n ** 63n - 1n })).toMatchObject({
      ok: true,
      request: { expireAt: 2n ** 63n - 1n },
      adjusted: [],
    });
  });

  it("is not chosen at first where it acts on the whole cluster", () => {
    expect(judged("system").ok).toBe(true);
    expect(isProposed(judged("system"))).toBe(false);
  });
});
