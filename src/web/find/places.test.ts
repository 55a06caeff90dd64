import { describe, expect, it } from "vitest";

import {
  collectorPlaces,
  fleetTokenPlaces,
  ingestPlaces,
  filtersFor,
  pagesFor,
  searchedFor,
  tokenPlace,
  withoutSecret,
} from "./places.ts";

const secret = "s".repeat(44);

describe("the text that is searched for", () => {
  it("never holds the secret of a token that is pasted", () => {
    expect(withoutSecret(`${"a".repeat(32)}~${secret}`)).toBe(`${"a".repeat(32)}~`);
    expect(withoutSecret(`Bearer ${"a".repeat(24)}~${secret}\n`)).not.toContain(secret);
    expect(withoutSecret("0A1b2c3d-0000-4000-8000-0123456789ab")).toBe("~");
    expect(withoutSecret("ci 0a1b2c3d-0000-4000-8000-0123456789ab")).toBe("ci ~");
    expect(withoutSecret("ci-deploy")).toBe("ci-deploy");
  });

  it("never holds more than a third of a secret that is typed key by key", () => {
    const typed = (keys: string) => keys.split("").reduce((text, key) => withoutSecret(text + key), "");
    expect(typed(`abc~${secret}`)).toBe("abc~");
    expect(typed(`~${secret}`)).toBe("~");
    expect(typed("0a1b2c3d-0000-4000-8000-0123456789ab")).toBe("~");
  });

  it("ends where a secret begins", () => {
    expect(searchedFor("abc~")).toEqual({ wanted: "abc", removed: true });
    expect(searchedFor(" abc ")).toEqual({ wanted: "abc", removed: false });
    expect(searchedFor("~")).toEqual({ wanted: "", removed: true });
  });
});

describe("the places that are found", () => {
  it("are the pages of the menu at first, and then all that hold the words typed", () => {
    expect(pagesFor("").map(({ label }) => label)).toEqual([
      "Overview",
      "Leaks",
      "Personal tokens",
      "View tokens",
      "Organization tokens",
      "System tokens",
      "Ingest tokens",
      "Fleet tokens",
      "Security policies",
      "Recovery",
      "IP filters",
      "Collectors",
    ]);
    expect(pagesFor("view CREATE").map(({ label }) => label)).toEqual(["Create a view token"]);
    expect(pagesFor("nothing of the kind")).toEqual([]);
  });

  it("are IP filters by name and id, no more than asked for", () => {
    const filters = ["Offices", "Office VPN", "Build"].map((name, index) => ({ id: `id${index}`, name }));
    expect(filtersFor(filters, "office", 9).map(({ label }) => label)).toEqual(["Offices", "Office VPN"]);
    expect(filtersFor(filters, "office", 1)).toHaveLength(1);
    expect(filtersFor(filters, "ID2", 9)).toEqual([
      { group: "IP filters", label: "Build", detail: "id2", to: "/ip-filters/id2" },
    ]);
    expect(filtersFor(filters, "", 9)).toEqual([]);
  });

  it("include ingest tokens, their repositories, fleet tokens and configurations, by name", () => {
    const tokens = [
      { repository: "checkout", name: "Web servers" },
      { repository: "a/b", name: "cron" },
    ];
    expect(ingestPlaces(["a/b", "checkout"], tokens, "WEB", 9)).toEqual([
      {
        group: "Ingest tokens",
        label: "Web servers",
        detail: "checkout",
        to: "/tokens/ingest/token?repository=checkout&name=Web+servers",
      },
    ]);
    expect(ingestPlaces(["a/b", "checkout"], tokens, "a/", 9).map(({ label }) => label)).toEqual(["Ingest tokens of a/b"]);
    expect(fleetTokenPlaces([{ handle: "f1", name: "Branches" }], "branch", 9)).toMatchObject([{ to: "/tokens/fleet/f1" }]);
    expect(collectorPlaces([{ id: "c1", name: "linux" }], "LIN", 9)).toMatchObject([{ to: "/fleet/configurations/c1" }]);
    for (const places of [ingestPlaces(["x"], tokens, "", 9), fleetTokenPlaces([{ handle: "f", name: "x" }], "", 9)]) {
      expect(places).toEqual([]);
    }
  });

  it("list tokens under their kind", () => {
    expect(tokenPlace("view", { id: "x", name: "ci" })).toEqual({
      group: "View tokens",
      label: "ci",
      detail: "x",
      to: "/tokens/view/x",
    });
  });
});
