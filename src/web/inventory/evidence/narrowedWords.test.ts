import { describe, expect, it } from "vitest";

import { FacetMaker } from "#web/inventory/facet.ts";

import { narrowedWords } from "./narrowedWords.ts";

const owners = new FacetMaker();
owners.place("user:1", () => "ada");
owners.place("user:2", () => "bob\u202E");
const facets = [owners.made("owner", "known", new Uint32Array())];

describe("the words for what narrows a list", () => {
  it("are none where nothing does", () => {
    expect(narrowedWords({ kind: undefined, search: " ", facets, choices: {}, doubted: 0 })).toEqual([]);
  });

  it("name kind, search and each choice, with alternatives together", () => {
    expect(
      narrowedWords({
        kind: "view",
        search: " deploy ",
        facets,
        choices: { owner: ["user:1", "user:2", "user:9"], age: [] },
        doubted: 0,
      }),
    ).toEqual(["Kind: View", "Search: deploy", "Owner: ada or bob⟨U+202E⟩ or user:9"]);
  });

  it("say of how many tokens it is not known whether they match, and name a value that is not offered", () => {
    const use = new FacetMaker().made("use", "known", new Uint32Array());
    const choices = { use: ["unused-90d"] };
    expect(narrowedWords({ kind: undefined, search: "", facets: [use], choices, doubted: 3 })).toEqual([
      "Last used: Not for 90 days",
      "without 3 tokens of which it is not known whether they match",
    ]);
  });
});
