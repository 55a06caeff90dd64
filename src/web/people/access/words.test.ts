import { describe, expect, it } from "vitest";

import type { AccessEffect, AccessUser } from "#domain/people/access.ts";
import { day } from "#domain/duration.ts";
import { testNow } from "#domain/testing.ts";

import { losingTokens, ownLossWords, rightsLines, someOf, sourceWords, tokensWords, unchangedWords } from "./words.ts";

const user = (id: string): AccessUser => ({ id, username: id, isRoot: false, isOrgRoot: false, roles: [], groupIds: [] });
const read = { type: "permission", kind: "view", name: "ReadAccess", viewId: "w" } as const;
const manage = { type: "permission", kind: "organization", name: "ManageUsers" } as const;
const plain = (text: string | undefined) => text?.replaceAll(/[\u2066-\u2069]/gu, "");

const effect = (lost: readonly (typeof read | typeof manage)[], unchanged: readonly string[] = []): AccessEffect => ({
  differences: lost.length === 0 ? [] : [{ users: [user("ada"), user("bo")], gained: [], lost }],
  unchanged: unchanged.map(user),
});

describe("what is said of who gains and loses what", () => {
  it("names places and permissions in words, each place once", () => {
    expect(rightsLines([read, manage], (id) => `name of ${id}`).map((line) => [plain(line.where), line.labels])).toEqual([
      ["In the organization", ["Manage users"]],
      ["On name of w", ["Search and read events"]],
    ]);
  });

  it("counts what there are too many of to name", () => {
    expect(someOf(["a", "b", "c", "d"])).toBe("a, b, c and d");
    expect(someOf(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
  });

  it("says so where nobody gains or loses anything, and who keeps it by something else", () => {
    expect(unchangedWords(effect([]))).toBe("Nobody gains or loses any right by this now.");
    expect(unchangedWords(effect([read]))).toBeUndefined();
    expect(plain(unchangedWords(effect([read], ["cy"])))).toMatch(/^cy can do the same as before/u);
  });
});

describe("the personal tokens of those who lose something", () => {
  const token = (id: string, ago: number | undefined) => ({
    id,
    createdAt: 0,
    expireAt: null,
    ...(ago !== undefined && { lastUse: { at: testNow - ago, from: null, source: "recorded" as const } }),
  });

  it("are counted by whether they are in use, and those of others are not", () => {
    const tokens = [token("ada", 1), token("bo", undefined), token("other", 1)];
    expect(losingTokens(effect([read]), tokens, testNow)).toEqual({ total: 2, inUse: 1, unknown: 1 });
    const gaining = { differences: [{ users: [user("ada")], gained: [read], lost: [] }], unchanged: [] };
    expect(losingTokens(gaining, tokens, testNow).total).toBe(0);
    expect(losingTokens(effect([]), tokens, testNow)).toEqual({ total: 0, inUse: 0, unknown: 0 });
  });

  it("lose the same, which is said also where nobody knows them, and never where nobody loses anything", () => {
    const losing = losingTokens(effect([read]), [token("ada", 30 * day)], testNow);
    expect(tokensWords(effect([read]), losing)).toMatch(/^1 personal token \(not in use\) loses the same at once/u);
    expect(tokensWords(effect([read]), undefined)).toContain("not all known here");
    expect(tokensWords(effect([]), undefined)).toBeUndefined();
  });
});

it("who takes from themselves what rights are given by is told that they cannot give it back", () => {
  const [difference] = effect([read, manage]).differences;
  expect(ownLossWords(difference)).toContain("(ManageUsers)");
  expect(ownLossWords(effect([read]).differences[0])).toContain("you take these rights from yourself");
  expect(ownLossWords(undefined)).toBeUndefined();
});

it("a source is a role, the group that has it, and where it holds", () => {
  const role = { id: "r", name: "Reader" };
  expect(plain(sourceWords({ role, group: null, places: [{ id: "w", name: "web" }] }))).toBe("by the role Reader on web");
  expect(plain(sourceWords({ role, group: { id: "g", name: "Staff" }, places: [] }))).toBe(
    "by the role Reader of the group Staff",
  );
});
