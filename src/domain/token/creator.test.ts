import { expect, it } from "vitest";

import { aToken } from "#domain/testing.ts";

import { ownerOf, unknownCreator, type Creator } from "./creator.ts";

const creator: Creator = { kind: "user", id: "u1", name: "ada" };

it("the owner of a personal token is its user, whoever created it", () => {
  const token = aToken({ kind: "personal", id: "u2", name: "bob" });
  expect(ownerOf({ ...token, creator })).toEqual({ kind: "user", id: "u2", name: "bob" });
});

it("the owner of any other token is its creator, and unknown where nobody tells", () => {
  expect(ownerOf({ ...aToken(), creator })).toBe(creator);
  expect(ownerOf(aToken())).toBe(unknownCreator);
});
