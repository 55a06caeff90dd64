import { describe, expect, it } from "vitest";

import { stillThere } from "./useSelection.ts";

describe("a selection of tokens", () => {
  const tokens = new Map([
    ["view:a", 1],
    ["view:b", 1],
  ]);

  it("loses what is no longer listed, and only that", () => {
    expect(stillThere(new Set(["view:a", "view:gone", "view:b"]), tokens)).toEqual(new Set(["view:a", "view:b"]));
    expect(stillThere(new Set(["view:gone"]), tokens)).toEqual(new Set());
  });

  it("is the very same where all of it is still listed", () => {
    const keys = new Set(["view:b"]);
    expect(stillThere(keys, tokens)).toBe(keys);
  });
});
