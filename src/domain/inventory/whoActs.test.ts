import { describe, expect, it } from "vitest";

import { aToken, testNow } from "#domain/testing.ts";
import { unknownCreator, type Creator } from "#domain/token/creator.ts";

import { whoseTurn, withOwners } from "./acting.ts";
import { indexOwners, type TokenKey, type WrittenOwner } from "./notes.ts";
import { anInventoryToken } from "./testing.ts";
import { whoActs } from "./whoActs.ts";

const ada: Creator = { kind: "user", id: "u1", name: "ada" };
const written = (token: TokenKey, owner = "Team Blue"): WrittenOwner => ({
  token,
  owner,
  by: "grace",
  at: testNow,
  version: "1",
});
const teamBlue = { kind: "written", id: null, name: "Team Blue", by: "grace" };

describe("who is to act for a token", () => {
  const view = { ...aToken({ kind: "view", id: "t1", createdAt: testNow }), creator: ada };
  const key = { kind: "view", id: "t1", createdAt: testNow } as const;

  it("is the owner that is written down, else its creator", () => {
    expect(whoActs(view, indexOwners([written(key)]))).toEqual(teamBlue);
    expect(whoActs(view, indexOwners([]))).toEqual(ada);
    expect(whoActs({ ...view, creator: undefined }, indexOwners([]))).toEqual(unknownCreator);
  });

  it("is nobody who was written down for another token of the same id, or of another kind", () => {
    for (const other of [{ ...key, createdAt: testNow - 1 }, { ...key, kind: "system" } as const]) {
      expect(whoActs(view, indexOwners([written(other)]))).toEqual(ada);
    }
  });

  it("is the user of a personal token, whatever is written down", () => {
    const own = { ...view, kind: "personal", name: "ada" } as const;
    const index = indexOwners([written({ ...key, kind: "personal" })]);
    expect(whoActs(own, index)).toEqual({ kind: "user", id: "t1", name: "ada" });
  });
});

describe("tokens with the owners that are written down", () => {
  const tokens = [
    anInventoryToken({ key: "view:t1", kind: "view", id: "t1", createdAt: testNow, owner: ada }),
    anInventoryToken({ key: 'ingest:["a/b","web"]', kind: "ingest", id: undefined, name: "web" }),
    anInventoryToken({ key: "fleet:f1", kind: "fleet", id: undefined }),
    anInventoryToken({ key: "system:s1", kind: "system", id: "s1", createdAt: testNow }),
  ];

  it("have each its own, of every kind", () => {
    const owners = [
      written({ kind: "view", id: "t1", createdAt: testNow }),
      written({ kind: "ingest", repository: "a/b", name: "web" }, "Web team"),
      written({ kind: "fleet", handle: "f1" }, "Collectors"),
      written({ kind: "system", id: "s1", createdAt: testNow - 5 }, "of its predecessor"),
    ];
    const after = withOwners(tokens, owners);
    expect(after.map((token) => token.written?.owner)).toEqual(["Team Blue", "Web team", "Collectors", undefined]);
    expect(after.map(whoseTurn).map(({ name }) => name)).toEqual(["Team Blue", "Web team", "Collectors", "ada"]);
    // What did not change is the same value, by which lists know what to draw anew.
    expect(after[3]).toBe(tokens[3]);
  });

  it("are the same array where nothing is written down", () => {
    expect(withOwners(tokens, [])).toBe(tokens);
  });
});
