import { describe, expect, it } from "vitest";

import type { InventoryKind, TokenRights } from "#domain/inventory/item.ts";
import { anInventoryToken } from "#domain/inventory/testing.ts";

import { comparisonWords, type NamedToken } from "./words.ts";

const token = (title: string, kind: InventoryKind, rights?: TokenRights): NamedToken => ({
  title,
  token: anInventoryToken({ kind, key: title }),
  rights,
  user: undefined,
});
const view = (title: string, permissions: readonly string[], views: readonly string[]) =>
  token(title, "view", { permissions, views });
const words = (...tokens: readonly NamedToken[]) => comparisonWords(tokens, (id) => (id === "v9" ? undefined : `repo ${id}`));

describe("the sentences of a comparison", () => {
  it("name what the one can do that the other cannot, both ways", () => {
    expect(words(view("A", ["ReadAccess", "DeleteEvents", "ChangeParsers"], ["v1"]), view("B", ["ReadAccess"], ["v1"]))).toEqual([
      "A can do 2 things that B cannot: “Manage parsers” and “Delete events”.",
      "B can do nothing that A cannot.",
    ]);
    expect(words(view("A", ["ReadAccess"], ["v1", "v9"]), view("B", ["ReadAccess", "DeleteEvents"], ["v2"]))).toEqual([
      "A can do nothing else than B, but does it also on repo v1 and v9.",
      "B can do one thing that A cannot: “Delete events”.",
      "B reaches repo v2, which A does not.",
    ]);
  });

  it("say once that two can do the same", () => {
    expect(words(view("B", ["ReadAccess"], ["v1"]), view("A", ["ReadAccess"], ["v1"]))).toEqual([
      "A and B can do exactly the same.",
    ]);
  });

  it("say of different kinds what each is for, and that their rights cannot be compared one to one", () => {
    expect(
      words(view("A", ["ReadAccess"], ["v1"]), token("B", "organization", { permissions: ["ManageUsers"], views: [] })),
    ).toEqual([
      "A view token works on the repositories and views that it names, and nowhere else.",
      "An organization token administers the organization, and never reads events.",
      "Rights of view and organization tokens are of different sorts: they cannot be compared one to one.",
    ]);
    expect(words(token("A", "personal"), token("B", "fleet"))).toEqual([
      "A personal token may do whatever its user may do at the moment.",
      "A fleet token enrols collectors, and can do nothing else.",
      "A has the rights of its user, which come and go as the user’s do. Below is what is known of them now.",
    ]);
  });

  it("say once that rights were not read", () => {
    expect(words(token("B", "view"), view("A", [], []))).toEqual([
      "The rights of B could not be read, so they are not compared.",
    ]);
  });

  it("name of several tokens what each has alone", () => {
    expect(
      words(
        view("A", ["ReadAccess", "DeleteEvents"], ["v1"]),
        view("B", ["ReadAccess"], ["v1", "v2"]),
        view("C", ["ReadAccess"], ["v1"]),
      ),
    ).toEqual(["Only A has “Delete events”.", "Only B reaches repo v2.", "Whatever C has, another has too."]);
  });

  it("name five places at most, and count the others", () => {
    const views = ["v1", "v2", "v3", "v4", "v5", "v6", "v7"];
    expect(words(view("A", ["ReadAccess"], views), view("B", ["ReadAccess"], []))[0]).toBe(
      "A can do nothing else than B, but does it also on repo v1, repo v2, repo v3, repo v4, repo v5 and 2 more.",
    );
  });
});
