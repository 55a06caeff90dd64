import { describe, expect, it } from "vitest";

import { paths } from "#web/paths.ts";

import { leadsHere, menuFor, type KnownRights } from "./menu.ts";

const shown = (rights: KnownRights) =>
  menuFor(rights).map(({ heading, items }) => [heading, ...items.map(({ label }) => label)].filter(Boolean).join(": "));

const everything = [
  "Overview",
  "Tokens: All: Renewals: Leaks: Resources: Personal: View: Organization: System: Ingest",
  "Rules: Security policies: IP filters",
  "Collectors: Fleet tokens: Configurations",
  "Organization: People: Repositories and views",
  "Records: Activity: Sessions: Recovery",
];

describe("the menu", () => {
  it("has every page once, in its order, as long as nothing is known", () => {
    expect(shown({})).toEqual(everything);
    const links = menuFor({}).flatMap(({ items }) => items.map(({ to }) => to));
    expect(new Set(links).size).toBe(links.length);
  });

  it("has everything for a caller who sees everything", () => {
    const visibility = { personal: "complete", view: "complete", organization: "complete", system: "partial" } as const;
    expect(shown({ visibility, policies: true, ipFilters: true, fleet: true, people: true, ingest: true })).toEqual(everything);
  });

  it("leaves out what the caller may not see, with the headings of what is then empty", () => {
    const visibility = { personal: "partial", view: "hidden", organization: "hidden", system: "hidden" } as const;
    expect(shown({ visibility, policies: false, ipFilters: false, fleet: false, people: false, ingest: false })).toEqual([
      "Overview",
      "Tokens: All: Renewals: Leaks: Resources: Personal",
      "Organization: Repositories and views",
      "Records: Activity: Sessions: Recovery",
    ]);
  });

  it("marks the list that a page belongs to, and no other", () => {
    const marked = (pathname: string) =>
      menuFor({})
        .flatMap(({ items }) => items)
        .filter(({ to }) => leadsHere(to, pathname))
        .map(({ label }) => label);
    expect(marked("/")).toEqual(["Overview"]);
    expect(marked(paths.tokens)).toEqual(["All"]);
    expect(marked(paths.token("view", "x"))).toEqual(["View"]);
    expect(marked(paths.fleetToken("x"))).toEqual(["Fleet tokens"]);
    expect(marked(paths.collectorConfiguration("x"))).toEqual(["Configurations"]);
    expect(marked(paths.person("x"))).toEqual(["People"]);
    expect(marked("/repositories/place")).toEqual(["Repositories and views"]);
  });
});
