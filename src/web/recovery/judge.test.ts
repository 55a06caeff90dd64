import { describe, expect, it } from "vitest";

import type { TokenKind } from "#domain/kinds.ts";
import { testNow } from "#domain/testing.ts";
import { unknownHoldings } from "#web/permissions/holdings.ts";

import { isProposed, judge } from "./judge.ts";

const carried = { view: "ReadAccess", organization: "ViewUsage", system: "ReadHealthCheck" } as const;

/** A token of a kit that never expires, held against nothing but how many others may be it. */
function judged(kind: Exclude<TokenKind, "personal">, { namesakes = 0, present = false } = {}) {
  return judge(
    {
      kind,
      id: "former",
      name: "deploy",
      because: "older-than-maximum",
      createdAt: 0,
      expireAt: null,
      ipFilter: null,
      permissions: [carried[kind]],
      views: [{ id: "web", name: "web" }],
    },
    {
      policies: undefined,
      holdings: unknownHoldings,
      filters: undefined,
      views: undefined,
      present: new Set(present ? ["former"] : []),
      namesakes: () => namesakes,
      now: testNow,
    },
  );
}

describe("a token of a kit", () => {
  it("is chosen from the start where it can be made again", () => {
    expect(isProposed(judged("view"))).toBe(true);
    expect(isProposed(judged("organization"))).toBe(true);
    expect(isProposed(judged("view", { present: true }))).toBe(false);
  });

  it("is left to the reader where others may have made it again", () => {
    expect(judged("view", { namesakes: 1 }).ok).toBe(true);
    expect(isProposed(judged("view", { namesakes: 1 }))).toBe(false);
  });

  it("is left to the reader where it acts on the whole cluster", () => {
    expect(judged("system").ok).toBe(true);
    expect(isProposed(judged("system"))).toBe(false);
  });
});
