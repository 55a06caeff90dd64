import { describe, expect, it } from "vitest";

import { governedKey, type InventoryToken } from "#domain/inventory/item.ts";
import { unknownCreator } from "#domain/token/creator.ts";
import { horizons } from "#domain/token/lastUse.ts";
import { testNow } from "#domain/testing.ts";

import { removalOfTokens } from "./removal.ts";

const token = (id: string, ago: number | null | undefined, given: Partial<InventoryToken> = {}): InventoryToken => ({
  key: governedKey("view", id),
  kind: "view",
  id,
  name: id,
  createdAt: 0,
  expireAt: null,
  ipFilter: null,
  lastUse: ago === undefined ? undefined : { at: ago === null ? null : testNow - ago, from: null, source: "recorded" },
  owner: unknownCreator,
  ...given,
});

describe("what becomes of the tokens of a user who is removed", () => {
  it("is that the personal one stops, and what the user created goes on", () => {
    const personal = token("u1", null, { kind: "personal" });
    const [used, unused, unknown] = [token("a", 1), token("b", horizons.week + 1), token("c", undefined)];
    expect(removalOfTokens([used, personal, unused, unknown], true, testNow)).toEqual({
      personal,
      created: [used, unused, unknown],
      inUse: 1,
      unknown: 1,
      mayBeUsed: true,
    });
  });

  it("is certainly harmless only where all are known, and none is in use", () => {
    const mayBeUsed = (tokens: readonly InventoryToken[], whole = true) => removalOfTokens(tokens, whole, testNow).mayBeUsed;
    expect(mayBeUsed([])).toBe(false);
    expect(mayBeUsed([], false)).toBe(true);
    expect(mayBeUsed([token("a", null), token("u1", horizons.week + 1, { kind: "personal" })])).toBe(false);
    expect(mayBeUsed([token("u1", horizons.week, { kind: "personal" })])).toBe(true);
    expect(mayBeUsed([token("a", undefined)])).toBe(true);
  });

  it("counts one that has expired as not in use, whenever it was used", () => {
    const expired = token("u1", 1, { kind: "personal", expireAt: testNow });
    expect(removalOfTokens([expired], true, testNow).mayBeUsed).toBe(false);
  });
});
