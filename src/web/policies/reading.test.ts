import { describe, expect, it } from "vitest";

import { tokenKinds } from "#domain/token/kinds.ts";
import { aToken, testNow } from "#domain/testing.ts";
import type { TokenList } from "#web/api/tokens.ts";

import { readingOf } from "./reading.ts";

function listOf(kind: (typeof tokenKinds)[number], visibility: TokenList["visibility"]): TokenList {
  const tokens = visibility === "hidden" ? [] : [aToken({ kind, id: kind })];
  return {
    tokens,
    seen: tokens.length,
    total: null,
    visibility,
    listable: visibility,
    unknown: 0,
    steady: true,
    loadedAt: testNow,
  };
}

describe("a reading", () => {
  it.each(tokenKinds)("holds the tokens of the %s kind and says whether they are all", (kind) => {
    const lists = (visibility: TokenList["visibility"]) =>
      tokenKinds.map((each) => (each === kind ? listOf(each, visibility) : undefined));
    const seen = (visibility: TokenList["visibility"]) => {
      const { tokens, complete, read } = readingOf(lists(visibility), undefined);
      return { tokens: tokens.map(({ id }) => id), complete, read };
    };
    expect(seen("complete")).toEqual({ tokens: [kind], complete: [kind], read: [kind] });
    expect(seen("partial")).toEqual({ tokens: [kind], complete: [], read: [kind] });
    expect(seen("hidden")).toEqual({ tokens: [], complete: [], read: [] });
  });

  it("names the kinds in the order of their table, and the tokens in the order of their names", () => {
    const lists = tokenKinds.map((kind) => listOf(kind, "complete"));
    expect(readingOf(lists, undefined)).toMatchObject({ complete: tokenKinds, read: tokenKinds });
    expect(readingOf(lists, undefined).tokens).toHaveLength(tokenKinds.length);
  });
});
