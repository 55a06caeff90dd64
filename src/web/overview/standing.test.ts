import { describe, expect, it } from "vitest";

import { item } from "#web/inventory/testing.ts";

import { countFindings, countKinds, newest } from "./standing.ts";

describe("what the overview counts", () => {
  it("counts each finding once for each token, and no dismissed one", () => {
    const rules = [
      { rule: "a", bit: 1, title: "A", severity: "high" },
      { rule: "b", bit: 2, title: "B", severity: "low" },
      { rule: "last", bit: 1 << 30, title: "Last", severity: "low" },
    ] as const;
    const masks = { found: Uint32Array.of(3, 1, 0, 1 << 30), unknown: Uint32Array.of(0, 4, 4, 0) };
    expect(countFindings({ masks, rules })).toEqual({
      rules: [
        { rule: "a", title: "A", severity: "high", tokens: 2 },
        { rule: "b", title: "B", severity: "low", tokens: 1 },
        { rule: "last", title: "Last", severity: "low", tokens: 1 },
      ],
      tokens: 3,
      unjudged: 2,
    });
  });

  it("tells expired tokens from active ones, kind by kind", () => {
    const tokens = [
      item({ expireAt: 5 }),
      item({ expireAt: 6 }),
      item({ expireAt: null }),
      item({ kind: "fleet", expireAt: undefined }),
    ];
    expect(countKinds(tokens, 5)).toMatchObject({
      view: { active: 2, expired: 1 },
      fleet: { active: 1, expired: 0 },
      personal: { active: 0, expired: 0 },
    });
  });

  it("names the newest tokens first, and none whose age is not told", () => {
    const made = (name: string, createdAt: number | undefined) => item({ name, createdAt });
    const tokens = [made("b", 2), made("e", 5), made("?", undefined), made("a", 1), made("d", 4), made("c", 3)];
    expect(newest(tokens, 3).map(({ name }) => name)).toEqual(["e", "d", "c"]);
    expect(newest([], 3)).toEqual([]);
  });
});
