import { describe, expect, it } from "vitest";

import { unknownCreator } from "#domain/token/creator.ts";

import { inventoryLink, joinValues, ownerValue, splitValues } from "./link.ts";

describe("the link into the list of all tokens", () => {
  it("is the bare list where nothing is asked for", () => {
    expect(inventoryLink()).toBe("/tokens");
    expect(inventoryLink({ search: "", kind: [], state: [] })).toBe("/tokens");
  });

  it("leads to a kind's own page where that is the only one asked for, and names several", () => {
    expect(inventoryLink({ kind: ["view"], state: ["never-expires"] })).toBe("/tokens/view?state=never-expires");
    expect(inventoryLink({ kind: ["view", "ingest"] })).toBe("/tokens?kind=view%2Cingest");
  });

  it("holds a search, several values of several facets, and the order", () => {
    const link = inventoryLink({
      search: "ci & co",
      right: ["ReadAccess", "ChangeUserAccess"],
      use: ["unused-90d"],
      sort: "-createdAt",
    });
    const { searchParams } = new URL(link, "http://localhost");
    expect(Object.fromEntries(searchParams)).toEqual({
      q: "ci & co",
      right: "ReadAccess,ChangeUserAccess",
      use: "unused-90d",
      sort: "-createdAt",
    });
  });

  it.each([[["a,b", "c"]], [[String.raw`a\,b`]], [["\\"]], [["two\nlines,", ",x"]], [["plain"]]])(
    "reads back the values that it holds: %j",
    (values) => expect(splitValues(joinValues(values))).toEqual(values),
  );

  it("holds each value once, and none that is empty", () => {
    expect(splitValues("view,,view,ingest,")).toEqual(["view", "ingest"]);
    expect(splitValues("")).toEqual([]);
  });
});

describe("an owner in a link", () => {
  it("is an id where there is one, since names change, and told from what has the same text", () => {
    expect(ownerValue({ kind: "user", id: "u1", name: "ada" })).toBe("user:u1");
    expect(ownerValue({ kind: "token", id: "u1", name: "ci" })).toBe("token:u1");
    expect(ownerValue({ kind: "unknown", id: null, name: "ada" })).toBe("name:ada");
    expect(ownerValue({ kind: "administrator", id: null, name: null })).toBe("administrator");
    expect(ownerValue(unknownCreator)).toBe("unknown");
  });
});
