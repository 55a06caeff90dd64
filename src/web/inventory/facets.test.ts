import { describe, expect, it } from "vitest";

import type { InventoryToken, TokenRights } from "#domain/inventory/item.ts";

import { narrow, type Facet, type FacetChoices } from "./facet.ts";
import { filterFacet, findingFacet, kindFacet, lastUseFacet, ownerFacet, rightFacet, viewFacet } from "./facets.ts";
import type { RightsReading } from "#domain/inventory/rightsReading.ts";
import { search, searchIndex } from "./search.ts";
import { item } from "./testing.ts";

const ada = { kind: "user", id: "u1", name: "ada" } as const;
const bob = { kind: "user", id: "u2", name: "Böb" } as const;
const ingest = { repository: "web", parser: "json", isCustom: false, weakness: null, events: 0 };

const deploy = item({
  id: "aaaa1111",
  name: "deploy",
  owner: ada,
  ipFilter: "office",
  lastUse: { at: 1, from: "10.0.0.1", source: "recorded" },
});
const backup = item({ id: "bbbb2222", name: "backup", owner: bob });
const admin = item({ id: "cccc3333", name: "аdmin", kind: "organization", owner: ada });
const shipper = item({ key: "ingest:x", id: undefined, kind: "ingest", name: "shipper", ingest });
const tokens = [deploy, backup, admin, shipper];

const held: Readonly<Record<string, TokenRights>> = {
  aaaa1111: { permissions: ["ReadAccess", "ChangeFiles"], views: ["v-web", "v-secret"] },
  bbbb2222: { permissions: ["ReadAccess"], views: ["v-secret"] },
  cccc3333: { permissions: ["ManageUsers", "ChangeUserAccess"], views: [] },
};
const rights: RightsReading = {
  state: "read",
  of: ({ id }) => (id === undefined ? undefined : held[id]),
  viewName: (id) => (id === "v-web" ? "web" : undefined),
  viewId: (name) => (name === "web" ? "v-web" : undefined),
};
const waiting: RightsReading = { ...rights, state: "waiting", of: () => undefined };

const facetsWith = (reading: RightsReading): Facet[] => [
  kindFacet(tokens),
  ownerFacet(tokens),
  rightFacet(tokens, reading),
  viewFacet(tokens, reading),
  filterFacet(
    tokens,
    (id) => `filter ${id}`,
    () => "refuses",
  ),
];

function passing(choices: FacetChoices, found?: Uint8Array, facets = facetsWith(rights)) {
  const { passes } = narrow(tokens.length, facets, choices, found);
  return tokens.filter((_, place) => passes[place] === 1).map(({ name }) => name);
}

function counted(choices: FacetChoices, name: Facet["name"], facets = facetsWith(rights)): Record<string, number> {
  const { counts } = narrow(tokens.length, facets, choices, undefined);
  const facet = facets.find((one) => one.name === name);
  return Object.fromEntries((facet?.values ?? []).map(({ value }, place) => [value, counts[name]?.[place] ?? -1]));
}

describe("narrowing tokens", () => {
  it("takes several values of a facet as alternatives, and several facets together", () => {
    expect(passing({})).toEqual(["deploy", "backup", "аdmin", "shipper"]);
    expect(passing({ kind: ["view", "ingest"] })).toEqual(["deploy", "backup", "shipper"]);
    expect(passing({ kind: ["view", "organization"], owner: ["user:u1"] })).toEqual(["deploy", "аdmin"]);
    expect(passing({ right: ["ChangeFiles", "ManageUsers"] })).toEqual(["deploy", "аdmin"]);
  });

  it("finds nothing by a value that no token has", () => {
    expect(passing({ owner: ["user:gone"] })).toEqual([]);
  });

  it("counts what each value would leave under the search and the other facets' choice, not its own", () => {
    expect(counted({ owner: ["user:u1"] }, "kind")).toMatchObject({ view: 1, organization: 1, ingest: 0 });
    expect(counted({ owner: ["user:u1"] }, "owner")).toMatchObject({ "user:u1": 2, "user:u2": 1 });
    expect(counted({ owner: ["user:u1"], kind: ["view"] }, "owner")).toMatchObject({ "user:u1": 1, "user:u2": 1 });
    const { counts } = narrow(tokens.length, facetsWith(rights), {}, Uint8Array.of(0, 1, 0, 0));
    expect(Array.from(counts.owner ?? [])).toEqual([0, 1, 0]);
  });

  it("counts a token with several values in each of them", () => {
    expect(counted({}, "right")).toEqual({ ReadAccess: 2, ChangeFiles: 1, ManageUsers: 1, ChangeUserAccess: 1 });
  });

  it("joins an ingest token's repository with the view tokens' by its id", () => {
    expect(counted({}, "view")).toEqual({ "v-web": 2, "v-secret": 2 });
    expect(passing({ view: ["v-web"] })).toEqual(["deploy", "shipper"]);
  });

  it("never takes what is not read yet for none: no token passes, and the facet says so", () => {
    const facets = facetsWith(waiting);
    const { passed, unanswered, counts } = narrow(tokens.length, facets, { right: ["ReadAccess"] }, undefined);
    expect(passed).toBe(0);
    expect(unanswered.map(({ name }) => name)).toEqual(["right"]);
    expect(Array.from(counts.kind ?? []).reduce((sum, one) => sum + one, 0)).toBe(4);
    expect(facets.find(({ name }) => name === "right")?.state).toBe("waiting");
  });

  it("has tokens without a filter, behind each, and behind one that refuses their own last address", () => {
    expect(counted({}, "filter")).toEqual({ none: 2, "refuses-own": 1, office: 1 });
    expect(passing({ filter: ["refuses-own"] })).toEqual(["deploy"]);
  });

  it("waits for the findings, and then has those that were found, none, and what could not be judged", () => {
    expect(findingFacet(tokens, undefined).state).toBe("waiting");
    const rules = [
      { rule: "old", bit: 1, title: "Old" },
      { rule: "unused", bit: 4, title: "Not used" },
    ];
    const judged = { tokens, rules, masks: { found: Uint32Array.of(5, 0, 1, 0), unknown: Uint32Array.of(0, 0, 0, 4) } };
    expect(findingFacet([...tokens], judged).state).toBe("waiting");
    const facets = [findingFacet(tokens, judged)];
    expect(passing({ finding: ["old"] }, undefined, facets)).toEqual(["deploy", "аdmin"]);
    expect(passing({ finding: ["none"] }, undefined, facets)).toEqual(["backup"]);
    expect(passing({ finding: ["unjudged"] }, undefined, facets)).toEqual(["shipper"]);
    // Whether the shipper is unused is not known, nor that it has no finding; that it is not old is.
    const doubted = (choices: FacetChoices) => narrow(tokens.length, facets, choices, undefined).doubted;
    expect([doubted({ finding: ["unused"] }), doubted({ finding: ["old"] }), doubted({ finding: ["none"] })]).toEqual([1, 0, 1]);
  });
});

describe("the facet of last use", () => {
  const now = Date.UTC(2030, 0, 1);
  const at = now - 40 * 86_400_000;
  const labelsOf = (...uses: InventoryToken["lastUse"][]) =>
    lastUseFacet(
      uses.map((lastUse) => item({ createdAt: at - 1, lastUse })),
      now,
    ).values.map(({ label }) => label);

  it("offers disuse where use is recorded", () => {
    expect(labelsOf({ at, from: null, source: "recorded" }, undefined)).toEqual(expect.arrayContaining(["Never", "Not known"]));
  });

  it("offers no disuse, not even as 0, where an audit log alone tells of use", () => {
    const labels = labelsOf({ at: now - 1, from: null, source: "at-least" }, undefined);
    expect(labels).toEqual(["Within 24 hours", "Within 7 days", "Not known"]);
    const facet = lastUseFacet([item({ createdAt: at, lastUse: undefined })], now);
    expect(narrow(1, [facet], { use: ["use-unknown"] }, undefined).passed).toBe(1);
  });

  it("leaves those of unknown use in doubt, and not those that are known to be used", () => {
    const used = item({ createdAt: at, lastUse: { at: now - 1, from: null, source: "at-least" } });
    const facet = lastUseFacet([used, item({ createdAt: at, lastUse: undefined })], now);
    expect(narrow(2, [facet], { use: ["unused-30d"] }, undefined)).toMatchObject({ passed: 0, doubted: 1 });
    expect(narrow(2, [facet], { use: ["used-24h"] }, undefined)).toMatchObject({ passed: 1, doubted: 1 });
    expect(narrow(2, [facet], { use: ["use-unknown"] }, undefined)).toMatchObject({ passed: 1, doubted: 0 });
    expect(narrow(2, [facet], {}, undefined)).toMatchObject({ passed: 2, doubted: 0 });
  });
});

describe("the owner that somebody wrote down", () => {
  const written = { owner: "Team Blue", by: "grace", at: 1 };
  const owned = [{ ...deploy, written }, backup, { ...shipper, written }];

  it("takes the creator's place among the owners, of ingest tokens too", () => {
    const { values, codes, sets } = ownerFacet(owned);
    const of = (place: number) => (sets[codes[place] ?? 0] ?? []).map((value) => values[value]);
    expect([0, 1, 2].map((place) => of(place).map((value) => value?.value))).toEqual([
      ["written:Team Blue"],
      ["user:u2"],
      ["written:Team Blue"],
    ]);
    expect(of(0).map((value) => value?.label)).toEqual(["Team Blue (written down)"]);
  });

  it("is searched for, as the creator is still", () => {
    const found = (text: string) => [...(search(searchIndex(owned), [], text) ?? [])];
    expect(found("blue")).toEqual([1, 0, 1]);
    expect(found("ada")).toEqual([1, 0, 0]);
  });
});

describe("searching tokens", () => {
  const index = searchIndex(tokens);
  const find = (text: string) => {
    const found = search(index, [rightFacet(tokens, rights), viewFacet(tokens, rights)], text);
    return found && tokens.filter((_, place) => found[place] === 1).map(({ name }) => name);
  };

  it("finds the same letter by letter, back again, and at once", () => {
    const typed = ["b", "ba", "bac", "bac", "ba", "ad", "ada", "d", "de", "depl", "de", "m", "a"];
    const once = (text: string) => search(searchIndex(tokens), [], text);
    expect(typed.map((text) => search(index, [], text))).toEqual(typed.map(once));
    // What was given out is the asker's own.
    search(index, [], "dep")?.fill(1);
    expect(search(index, [], "dep")).toEqual(once("dep"));
  });

  it("is no search without a text", () => {
    expect(find("  ")).toBeUndefined();
  });

  it.each([
    ["DEPLOY", ["deploy"], "a name, whatever its case"],
    ["ada", ["deploy", "аdmin"], "an owner"],
    ["böb", ["backup"], "an owner with a mark"],
    ["bbbb2222", ["backup"], "an id"],
    ["22", [], "too little of an id, which stands in many by chance"],
    ["ManageUsers", ["аdmin"], "a permission by its name"],
    ["useracc", ["аdmin"], "a permission by words of its name"],
    ["users", ["аdmin"], "a permission by a word of its name"],
    ["search and read", ["deploy", "backup"], "a permission by its label"],
    ["web", ["deploy", "shipper"], "a repository"],
    ["v-web", ["deploy", "shipper"], "a repository by its id"],
    ["json", ["shipper"], "a parser"],
    ["admin", ["аdmin"], "a name by its looks"],
    ["nothing such", [], "nothing"],
  ])("for “%s” finds %j: %s", (text, names) => {
    expect(find(text)).toEqual(names);
  });
});
