import { describe, expect, it } from "vitest";

import { openedWords } from "./words.ts";

const columns = [
  { id: "name", title: "Name" },
  { id: "owner", title: "Owner" },
] as const;

const opening = {
  matching: 1140,
  search: "",
  total: 1140,
  counting: false,
  sorting: { column: "name", descending: false },
  later: [],
} as const;

describe("A list that shows its first rows", () => {
  it("tells how many there are, and the order that is still to come", () => {
    expect(openedWords(opening, ["token", "tokens"], "name", columns)).toEqual({ all: "1,140 tokens", left: "1,140 tokens" });
    expect(openedWords(opening, ["token", "tokens"], "owner", columns).left).toBe("1,140 tokens, by owner once all are read");
  });

  it("tells no number while they are being counted", () => {
    const uncounted = { ...opening, matching: null, total: undefined, counting: true };
    expect(openedWords(uncounted, ["token", "tokens"], "name", columns)).toEqual({ all: "tokens", left: "tokens, counting…" });
    expect(openedWords({ ...uncounted, later: ["ingest"] }, ["token", "tokens"], "owner", columns).left).toBe(
      "tokens, by owner once all are read, counting…",
    );
    // Where they could not be counted, nothing says that they still are.
    expect(openedWords({ ...uncounted, counting: false }, ["token", "tokens"], "name", columns).left).toBe("tokens");
  });

  it("names the kinds that its numbers do not count yet", () => {
    const all = { ...opening, later: ["ingest", "fleet"] } as const;
    const missing = ", not counting ingest and fleet tokens, which are still being read";
    expect(openedWords(all, ["token", "tokens"], "name", columns).left).toBe(`1,140 tokens${missing}`);
    expect(openedWords({ ...all, search: "deploy", matching: 12 }, ["token", "tokens"], "name", columns).left).toBe(
      `12 of 1,140 tokens by name or id so far${missing}`,
    );
    expect(openedWords({ ...all, search: "deploy", matching: null }, ["token", "tokens"], "name", columns).left).toBe(
      `more than 1,000 of 1,140 tokens by name or id so far${missing}`,
    );
  });
});
