import { readFileSync } from "node:fs";

import { buildSchema, isEnumType } from "graphql";
import { describe, expect, expectTypeOf, it } from "vitest";

import {
  composedPermissions,
  expandViewPermissions,
  normalizePermissions,
  organizationPermissions,
  systemPermissions,
  viewPermissions,
  viewTokenPermissions,
  type PermissionEntry,
  type SystemPermission,
} from "./permissions.ts";

const schema = buildSchema(readFileSync(new URL("../../logscale/schema.graphql", import.meta.url), "utf8"), {
  assumeValidSDL: true,
});

/** The values of an enum of the contract, sorted. */
function contractValues(name: string): string[] {
  const type = schema.getType(name);
  if (!isEnumType(type)) throw new Error(`The contract has no enum ${name}.`);
  return type
    .getValues()
    .map((value) => value.name)
    .toSorted();
}

const catalogues: readonly (readonly [string, number, readonly PermissionEntry[]])[] = [
  ["Permission", 49, viewPermissions],
  ["OrganizationPermission", 23, organizationPermissions],
  ["SystemPermission", 16, systemPermissions],
];

describe.each(catalogues)("the catalogue of %s", (name, size, catalogue) => {
  it("has exactly the names of the contract", () => {
    expect(catalogue).toHaveLength(size);
    expect(catalogue.map((entry) => entry.name).toSorted()).toEqual(contractValues(name));
  });

  it("words every permission once, with a label and one sentence", () => {
    expect(new Set(catalogue.map((entry) => entry.label)).size).toBe(size);
    expect(new Set(catalogue.map((entry) => entry.description)).size).toBe(size);
    for (const entry of catalogue) {
      expect(entry.label).toMatch(/^[A-Z].*[^.]$/u);
      expect(entry.description).toMatch(/^[A-Z][^.]*\.$/u);
    }
  });

  it("keeps each group together, so that a picker shows its heading once", () => {
    const headings = catalogue.map((entry) => entry.group).filter((group, index, all) => group !== all[index - 1]);
    expect(new Set(headings).size).toBe(headings.length);
  });
});

describe("view permissions", () => {
  it("come back with each composed one replaced by its three parts", () => {
    for (const [whole, parts] of Object.entries(composedPermissions)) {
      const [name] = viewPermissions.filter((entry) => entry.name === whole);
      expect(name && expandViewPermissions([name.name])).toEqual(parts);
      expect(parts).toEqual(["Create", "Update", "Delete"].map((verb) => whole.replace("Change", verb)));
    }
    expect(Object.keys(composedPermissions)).toHaveLength(6);
  });

  it("come back in one order and each once, whatever the order asked for", () => {
    const asked = ["DeleteFiles", "ReadAccess", "ChangeFiles", "ReadAccess", "ChangeParsers"] as const;
    const expected = ["ReadAccess", "ChangeParsers", "CreateFiles", "UpdateFiles", "DeleteFiles"];
    expect(expandViewPermissions(asked)).toEqual(expected);
    expect(expandViewPermissions(asked.toReversed())).toEqual(expected);
    expect(expandViewPermissions(expandViewPermissions(asked))).toEqual(expected);
  });

  it("of a token include running queries as the organization", () => {
    expect(viewTokenPermissions(["ReadAccess"])).toEqual(["ReadAccess", "OrganizationOwnedQueries"]);
    expect(viewTokenPermissions(["OrganizationOwnedQueries"])).toEqual(["OrganizationOwnedQueries"]);
  });
});

describe("permissions of other kinds", () => {
  it("are put in the order of their catalogue, each once", () => {
    const names = normalizePermissions(systemPermissions, ["PatchGlobal", "ReadHealthCheck", "PatchGlobal"]);
    expect(names).toEqual(["ReadHealthCheck", "PatchGlobal"]);
    expectTypeOf(names).toEqualTypeOf<SystemPermission[]>();
  });
});
