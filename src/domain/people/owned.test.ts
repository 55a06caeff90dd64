import { describe, expect, it } from "vitest";

import type { InventoryToken } from "#domain/inventory/item.ts";
import type { Creator } from "#domain/token/creator.ts";

import { tokensByUser } from "./owned.ts";

const owned = (name: string, owner: Creator): InventoryToken => ({
  key: name,
  kind: "view",
  id: name,
  name,
  createdAt: 0,
  expireAt: null,
  ipFilter: null,
  lastUse: undefined,
  owner,
});

describe("the tokens of a user", () => {
  const tokens = [
    owned("made", { kind: "user", id: "u1", name: "rosa" }),
    // Of a former user of the same name.
    owned("former", { kind: "user", id: "u0", name: "rosa" }),
    owned("named", { kind: "unknown", id: null, name: "rosa" }),
    owned("by a token", { kind: "token", id: "t1", name: "rosa" }),
    owned("by the administrator", { kind: "administrator", id: null, name: "rosa" }),
    owned("of nobody", { kind: "unknown", id: null, name: null }),
  ];
  const namesOf = (id: string) => tokensByUser(tokens)({ id, username: "rosa" }).map(({ name }) => name);

  it("are those with the user's id, and those on whose record nothing but the name is", () => {
    expect(namesOf("u1")).toEqual(["made", "named"]);
  });

  it("are none of a token of the same name, of the local administrator, or of nobody", () => {
    expect(namesOf("t1")).toEqual(["named"]);
  });
});
