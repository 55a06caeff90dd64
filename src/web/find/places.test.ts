import { describe, expect, it } from "vitest";

import {
  configurationPlaces,
  filterPlaces,
  fleetTokenPlaces,
  grouped,
  ingestPlaces,
  isCutShort,
  listPlace,
  rankOf,
  repositoryPlaces,
  tokenPlace,
  type Place,
} from "./places.ts";

const labels = (places: readonly Place[]) => places.map(({ label }) => label);

describe("how well something matches", () => {
  it.each([
    ["a1b2", { name: "other", id: "A1B2" }, 0],
    ["CI", { name: "ci" }, 0],
    ["ci", { name: "ci-deploy" }, 1],
    ["dep", { name: "ci-deploy" }, 2],
    ["deploy", { name: "redeploy and deploy" }, 2],
    ["eploy", { name: "ci-deploy" }, 3],
    ["1b", { name: "other", id: "A1B2" }, 4],
    // Cyrillic letters that look like Latin ones.
    ["paypal", { name: "раураl" }, 4],
    ["x", { name: "ci-deploy", id: "a1" }, undefined],
    ["", { name: "ci-deploy" }, undefined],
  ] as const)("%s for %o is %s", (text, thing, rank) => {
    expect(rankOf(thing, text)).toBe(rank);
  });
});

describe("the places that are found", () => {
  it("come best first, and by name where they match as well", () => {
    const names = ["redeploy", "my deploy", "deploy-b", "Deploy", "deploy-a"];
    const filters = names.map((name, index) => ({ name, id: `f${index}` }));
    expect(labels(filterPlaces(filters, "deploy"))).toEqual(["Deploy", "deploy-a", "deploy-b", "my deploy", "redeploy"]);
    expect(filterPlaces(filters, "F4")).toEqual([
      { group: "IP filters", label: "deploy-a", detail: "f4", leads: { to: "/ip-filters/f4" }, rank: 0 },
    ]);
    expect(filterPlaces(filters, "")).toEqual([]);
  });

  it("lead to each kind of thing that has a page", () => {
    const tokens = [{ repository: "a/b", name: "Web servers" }];
    expect(ingestPlaces(tokens, "WEB")).toMatchObject([
      { detail: "a/b", leads: { to: "/tokens/ingest/token?repository=a%2Fb&name=Web+servers" } },
    ]);
    expect(fleetTokenPlaces([{ handle: "f1", name: "Branches" }], "branch")).toMatchObject([
      { leads: { to: "/tokens/fleet/f1" } },
    ]);
    expect(configurationPlaces([{ id: "c1", name: "linux" }], "LIN")).toMatchObject([
      { leads: { to: "/fleet/configurations/c1" } },
    ]);
    expect(tokenPlace("view", { id: "x", name: "ci" }, "ci")).toMatchObject({
      group: "View tokens",
      leads: { to: "/tokens/view/x" },
    });
  });

  it("are repositories and views, each with what it is", () => {
    const found = repositoryPlaces(
      [
        { id: "i1", name: "web", type: "repository" },
        { id: "i2", name: "web views", type: "view" },
        { id: "i3", name: "humio", type: "system" },
      ],
      "web",
    );
    expect(found.map(({ label, detail, leads }) => [label, detail, leads])).toEqual([
      ["web", "Repository", { to: "/repositories/place?name=web" }],
      ["web views", "View", { to: "/repositories/place?name=web+views" }],
    ]);
  });

  it("stand under headings: what is exactly meant first, then pages and actions, and no more than asked for", () => {
    const place = (group: Place["group"], rank: Place["rank"], label: string): Place => ({
      group,
      rank,
      label,
      leads: { to: label },
    });
    const groups = grouped(
      [
        place("View tokens", 1, "v1"),
        place("View tokens", 3, "v3"),
        place("View tokens", 2, "v2"),
        place("Actions", 2, "a"),
        place("IP filters", 4, "f"),
        place("Repositories and views", 0, "r"),
      ],
      2,
    );
    expect(groups.map(({ heading, places, more }) => [heading, labels(places), more])).toEqual([
      ["Repositories and views", ["r"], 0],
      ["Actions", ["a"], 0],
      ["View tokens", ["v1", "v2"], 1],
      ["IP filters", ["f"], 0],
    ]);
    expect(isCutShort(groups, { moreTokens: 0 })).toBe(true);
    expect(isCutShort(groups.slice(0, 2), { moreTokens: 0 })).toBe(false);
    expect(isCutShort([], { moreTokens: 3 })).toBe(true);
    expect(listPlace("a b").leads).toEqual({ to: "/tokens?q=a+b" });
  });
});
