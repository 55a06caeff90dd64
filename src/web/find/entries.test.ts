import { describe, expect, it } from "vitest";

import { entryPlaces, type FindRights } from "./entries.ts";
import { acts, keyOf } from "./places.ts";

const unknown: FindRights = { createToken: {} };
const labels = (text: string, rights = unknown) => entryPlaces(text, rights).map(({ label }) => label);

describe("the pages and actions of Find", () => {
  it("are those of the menu as long as nothing is typed", () => {
    expect(labels("")).toEqual([
      "Overview",
      "Security policies",
      "Activity",
      "Sessions",
      "People",
      "Repositories and views",
      "Recovery",
      "IP filters",
      "All tokens",
      "Renewals",
      "Leaks",
      "Resources",
      "Personal tokens",
      "View tokens",
      "Organization tokens",
      "System tokens",
      "Ingest tokens",
      "Fleet tokens",
      "Collector configurations",
    ]);
  });

  it("are found by any of their words, and by others that mean the same", () => {
    expect(labels("view CREATE")).toEqual(["Create a view", "Create a view token"]);
    expect(labels("new ingest")).toEqual(["Create an ingest token"]);
    expect(labels("policy system")).toEqual(["Security policy of system tokens"]);
    expect(labels("refresh")).toEqual(["Read again what this page shows"]);
    expect(labels("dark")).toEqual(["Appearance: dark"]);
    expect(labels("log out")).toEqual(["Sign out"]);
    expect(labels("nothing of the kind")).toEqual([]);
  });

  it("lead to what is done in the list, and to the list narrowed", () => {
    const to = (text: string, rights = unknown) =>
      entryPlaces(text, rights).map(({ label, leads }) => [label, "to" in leads ? leads.to : leads.act]);
    expect(to("delete token")).toEqual([["Delete tokens, chosen in the list", "/tokens"]]);
    expect(to("renew")).toEqual([
      ["Renewals", "/renewals"],
      ["Renew tokens, chosen in the list", "/tokens"],
    ]);
    expect(to("never expires")).toEqual([
      ["State: Never expires", "/tokens?state=never-expires"],
      ["Finding: Never expires", "/tokens?finding=never-expires"],
    ]);
    expect(to("owner gone")).toEqual([["Finding: Owner gone", "/tokens?finding=owner-gone"]]);
    expect(labels("last used")).toContain("Last used: Not for 90 days");
    expect(labels("last used", { ...unknown, recordsUse: false })).toEqual([
      "Last used: Within 24 hours",
      "Last used: Within 7 days",
      "Last used: Not known",
    ]);
  });

  it("have every form, and everything that is done in place, each once", () => {
    expect(labels("create")).toHaveLength(13);
    const all = entryPlaces("e", unknown).concat(entryPlaces("a", unknown), entryPlaces("s", unknown));
    const done = new Set(all.flatMap(({ leads }) => ("act" in leads ? [leads.act] : [])));
    expect([...done].toSorted()).toEqual([...acts].toSorted());
    for (const text of ["e", "a", ""]) {
      const keys = entryPlaces(text, unknown).map(keyOf);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it("leave out what the caller is known not to be allowed", () => {
    const rights: FindRights = {
      createToken: { personal: true, view: false, organization: false, system: false },
      createIngestToken: false,
      changeIpFilters: false,
      viewFleet: false,
      changeFleet: false,
      viewPolicies: false,
      viewPeople: false,
      createUser: false,
      createRepository: false,
      viewRoles: false,
      changeRoles: false,
      viewIpFilters: true,
    };
    expect(labels("create", rights)).toEqual(["Create a personal token"]);
    expect(labels("security polic", rights)).toEqual([]);
    expect(labels("fleet", rights)).toEqual([]);
    expect(labels("people", rights)).toEqual([]);
    expect(labels("ip filters", rights)).toEqual(["IP filters"]);
  });
});
