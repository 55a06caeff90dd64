import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { somePolicies } from "#domain/testing.ts";

import { compareFile } from "./compare.ts";

const office = { id: "F1", name: "office", ipFilter: "allow all" };
const current = somePolicies({ view: { ipFilter: "F1" }, organization: { maximumLifetime: 30 * day } });
const compare = (text: string, withSystem = true) => {
  const comparison = compareFile(text, { current, filters: [office], withSystem });
  if (!comparison.ok) throw new Error(comparison.errors.map(({ message }) => message).join("\n"));
  return comparison;
};

const policy = (kind: string, values: Readonly<Record<string, string>>) =>
  [
    `  ${kind}:`,
    ...Object.entries({
      enabled: "true",
      maximumLifetime: "null",
      ipFilter: "null",
      allowPermissionUpdates: "false",
      ...values,
    }).map(([key, value]) => `    ${key}: ${value}`),
  ].join("\n");

describe("the draft that a file makes", () => {
  it("has the values of the kinds that the file names, and for others what is in force", () => {
    const { draft, differences, leftOut } = compare(
      `version: 1\npolicies:\n${policy("view", { maximumLifetime: "90d", ipFilter: "office" })}`,
    );
    expect(draft).toEqual({ ...current, view: { ...current.view, maximumLifetime: 90 * day } });
    expect(differences).toMatchObject([{ kind: "view", field: "maximumLifetime", from: null, to: 90 * day }]);
    expect(leftOut).toEqual([]);
  });

  it("keeps the filter in force where the file names one that does not exist yet, and says so", () => {
    const { draft, leftOut, filters } = compare(
      `version: 1\npolicies:\n${policy("view", { maximumLifetime: "90d", ipFilter: "vpn" })}\nipFilters:\n  vpn: deny all`,
    );
    expect(draft.view).toEqual({ ...current.view, maximumLifetime: 90 * day });
    expect(leftOut).toEqual([{ kind: "view", field: "ipFilter", why: "The IP filter vpn does not exist yet. Create it first." }]);
    expect(filters).toMatchObject([{ type: "create", name: "vpn", text: "deny all" }]);
  });

  it("leaves out the policy of system tokens where it may not be changed, and says so of what differs", () => {
    const text = `version: 1\npolicies:\n${policy("system", { enabled: "false" })}`;
    expect(compare(text, false)).toMatchObject({
      draft: current,
      differences: [],
      leftOut: [{ kind: "system", field: "enabled", why: "You may not change the policy of system tokens." }],
    });
    expect(compare(text).draft.system.enabled).toBe(false);
    expect(compare(`version: 1\npolicies:\n${policy("system", {})}`, false).leftOut).toEqual([]);
  });

  it("leaves the rules of filters alone", () => {
    const { draft, filters } = compare("version: 1\nipFilters:\n  office: deny all");
    expect(draft).toEqual(current);
    expect(filters).toEqual([{ type: "edit", filter: office, text: "deny all" }]);
  });

  it("is none where the file has an error", () => {
    expect(compareFile("version: 2", { current, filters: [], withSystem: true })).toEqual({
      ok: false,
      errors: [{ line: 1, column: 10, message: "Only version 1 of the file can be read here." }],
    });
  });
});
