import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { somePolicies } from "#domain/testing.ts";

import type { FileKindPolicy, PoliciesFile } from "./model.ts";
import { changesNothing, resolveFile, type InForce } from "./resolve.ts";

const filters: readonly IpFilter[] = [
  { id: "F1", name: "office", ipFilter: "allow 10.0.0.0/8" },
  { id: "F2", name: "twin", ipFilter: "allow all" },
  { id: "F3", name: "twin", ipFilter: "deny all" },
  { id: "F4", name: "same", ipFilter: "deny all" },
  { id: "F5", name: "same", ipFilter: "deny all" },
  { id: "F6", name: " odd ", ipFilter: "allow everybody" },
];

function resolve(
  view: Partial<FileKindPolicy> | undefined,
  ipFilters: Readonly<Record<string, string>> = {},
  inForce: Partial<InForce> = {},
) {
  const policy = { enabled: true, maximumLifetime: null, ipFilter: null, allowPermissionUpdates: false, ...view };
  const file: PoliciesFile = {
    policies: view === undefined ? {} : { view: policy },
    ipFilters: new Map(Object.entries(ipFilters)),
  };
  return resolveFile(file, { policies: somePolicies(), filters, ...inForce });
}

function changeOf(...of: Parameters<typeof resolve>) {
  const resolution = resolve(...of);
  if (!resolution.ok) throw new Error(resolution.errors.map(({ message }) => message).join("\n"));
  return resolution.change;
}

function errorsOf(...of: Parameters<typeof resolve>) {
  const resolution = resolve(...of);
  return resolution.ok ? [] : resolution.errors;
}

describe("what a file changes", () => {
  it("is nothing where it says what is in force", () => {
    expect(changesNothing(changeOf({}, { office: "allow 10.0.0.0/8" }))).toBe(true);
  });

  it("leaves a kind alone that is left out", () => {
    const policies = somePolicies({ view: { enabled: false }, system: { maximumLifetime: day } });
    expect(changeOf(undefined, {}, { policies })).toMatchObject({ next: policies, kinds: [] });
  });

  it("names only the kinds whose policy changes", () => {
    expect(changeOf({ maximumLifetime: 90 * day }).kinds).toEqual(["view"]);
  });

  it("has the id of a filter for its name", () => {
    expect(changeOf({ ipFilter: { name: "office" } }).next.view.ipFilter).toBe("F1");
    expect(changeOf({ ipFilter: { id: "F3" } }).next.view.ipFilter).toBe("F3");
  });

  it("creates a filter that is not there, and names it in policies by an id that stands for it", () => {
    const change = changeOf({ ipFilter: { name: "new" } }, { new: "deny all" });
    expect(change.filters).toEqual([{ type: "create", id: "new:new", name: "new", text: "deny all" }]);
    expect(change.next.view.ipFilter).toBe("new:new");
  });

  it("edits a filter whose rules differ by as much as a blank", () => {
    expect(changeOf(undefined, { office: "allow 10.0.0.0/8\n" }).filters).toEqual([
      { type: "edit", filter: filters[0], text: "allow 10.0.0.0/8\n" },
    ]);
  });

  it("is nothing for rules in force, whether or not they have an error, their name could be given, or others have it", () => {
    expect(changeOf(undefined, { " odd ": "allow everybody", same: "deny all" }).filters).toEqual([]);
  });

  it("is nothing for a maximum in force that could not be set", () => {
    for (const maximumLifetime of [0, -1, 1000, 2n ** 62n]) {
      const policies = somePolicies({ view: { maximumLifetime } });
      expect(changesNothing(changeOf({ maximumLifetime }, {}, { policies }))).toBe(true);
    }
  });

  it("is nothing for an enforced filter that could not be read", () => {
    const policies = somePolicies({ view: { ipFilter: "unread" } });
    expect(changesNothing(changeOf({ ipFilter: { id: "unread" } }, {}, { policies }))).toBe(true);
  });
});

describe("a file is refused", () => {
  const filterPath = ["policies", "view", "ipFilter"];
  it.each([
    [
      "where it names a filter that is not there",
      { name: "vpn" },
      "There is no IP filter “vpn”, neither in force nor among ipFilters of this file.",
    ],
    [
      "with the name that is near",
      { name: "Ofice" },
      "There is no IP filter “Ofice”, neither in force nor among ipFilters of this file. Is “office” meant?",
    ],
    [
      "where several filters have the name",
      { name: "twin" },
      "2 IP filters have this name. Name the one that is meant by its id, { id: … }: F2, F3.",
    ],
    ["where it names an id that is not there", { id: "F9" }, "There is no IP filter with the id F9."],
    [
      "where it names a filter that it creates by the id that stands for it",
      { id: "new:new" },
      "There is no IP filter with the id new:new.",
    ],
  ] as const)("%s", (_, ipFilter, message) => {
    expect(errorsOf({ ipFilter }, { new: "deny all" })).toEqual([{ path: filterPath, message }]);
  });

  it.each([
    [0, "A maximum of 0 would delete every token at once. Write null for no maximum, or enabled: false to delete all."],
    [59_999, "A maximum lifetime is at least 1 minute."],
    [2n ** 60n, "A maximum lifetime is at most 365,250 days."],
  ])("where it sets a maximum of %s ms", (maximumLifetime, message) => {
    expect(errorsOf({ maximumLifetime })).toEqual([{ path: ["policies", "view", "maximumLifetime"], message }]);
  });

  it("where it would change the rules of one of several filters with a name", () => {
    const message = "2 IP filters have this name, so it does not say whose rules to change. Give each a name of its own first.";
    expect(errorsOf(undefined, { same: "allow all" })).toEqual([{ path: ["ipFilters", "same"], message }]);
  });

  it("with every error of new rules, each at its place", () => {
    expect(errorsOf(undefined, { office: "allow 10.0.0.0/8\n alow all; deny 10.0.0.0/33", new: "# nothing" })).toMatchObject([
      { path: ["ipFilters", "office"], within: { line: 2, column: 2 } },
      { path: ["ipFilters", "office"], within: { line: 2, column: 17 } },
      { path: ["ipFilters", "new"], message: "A filter needs at least one rule, such as “deny all”." },
    ]);
  });

  it.each([
    ["", "Give the IP filter a name."],
    [" vpn", "The name of a new IP filter cannot begin or end with blanks."],
    ["a\nb", "A name cannot contain line breaks or control characters."],
  ])("where it creates a filter called %j", (name, message) => {
    expect(errorsOf(undefined, { [name]: "deny all" })).toEqual([{ path: ["ipFilters", name], message }]);
  });

  it("with all that is wrong, not only the first", () => {
    expect(errorsOf({ ipFilter: { name: "vpn" }, maximumLifetime: 1 }, { same: "x" }).length).toBe(4);
  });
});
