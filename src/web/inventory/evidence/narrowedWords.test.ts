import { describe, expect, it } from "vitest";

import { FacetMaker } from "#web/inventory/facet.ts";

import { narrowedWords } from "./narrowedWords.ts";

const owners = new FacetMaker();
owners.place("user:1", () => "ada");
owners.place("user:2", () => "bob\u202E");
const facets = [owners.made("owner", "known", new Uint32Array())];

describe("the words for what narrows a list", () => {
  it("are none where nothing does", () => {
    expect(narrowedWords({ kind: undefined, search: " ", facets, choices: {} })).toEqual([]);
  });

  it("name kind, search and each choice, with alternatives together", () => {
    expect(
      narrowedWords({ kind: "view", search: " deploy ", facets, choices: { owner: ["user:1", "user:2", "user:9"], age: [] } }),
    ).toEqual(["Kind: View", "Search: deploy", "Owner: ada or bob⟨U+202E⟩ or user:9"]);
  });
});
