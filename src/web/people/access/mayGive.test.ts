import { describe, expect, it } from "vitest";

import type { GrantedRole } from "#domain/people/grants.ts";
import { holdingsOfUser, rootHoldings, unknownHoldings } from "#domain/token/rights.ts";

import { decides, mayTakeFromGroup, mayTakeFromUser, notHeldByUserRole, notHeldOf, seesRoles } from "./mayGive.ts";

const role: GrantedRole = {
  id: "r",
  name: "mixed",
  viewPermissions: ["ReadAccess"],
  organizationPermissions: ["ViewUsage"],
  systemPermissions: ["ReadHealthCheck"],
};
const nobody = holdingsOfUser({ isRoot: false, isOrgRoot: false }, []);
const keeper = holdingsOfUser({ isRoot: false, isOrgRoot: false }, [
  {
    searchDomainId: "web",
    viewPermissions: ["ChangeUserAccess", "ReadAccess"],
    organizationPermissions: ["ChangeOrganizationPermissions"],
    systemPermissions: [],
  },
]);

describe("what the page lets somebody give and take, as the server judges it", () => {
  it("is decided on each repository and view, in the organization and on the cluster by a right of its own", () => {
    expect(decides(keeper, { kind: "view", placeId: "web" })).toBe(true);
    expect(decides(keeper, { kind: "view", placeId: "audit" })).toBe(false);
    expect(decides(keeper, { kind: "organization", placeId: null })).toBe(true);
    expect(decides(keeper, { kind: "system", placeId: null })).toBe(false);
    expect(decides(unknownHoldings, { kind: "system", placeId: null })).toBe("unknown");
  });

  it("is to a group what one holds of the kind that is assigned, and to a user what one holds of every kind", () => {
    expect(notHeldOf(keeper, role, { kind: "view", placeId: "web" })).toEqual([]);
    expect(notHeldOf(keeper, role, { kind: "organization", placeId: null })).toEqual(["ViewUsage"]);
    expect(notHeldByUserRole(keeper, role, "web")).toEqual(["ViewUsage", "ReadHealthCheck"]);
    expect(notHeldByUserRole(rootHoldings, role, "web")).toEqual([]);
  });

  it("is taken away by who decides there, and beyond repositories and views by who holds it", () => {
    expect(mayTakeFromGroup(keeper, role, { kind: "view", placeId: "web" })).toBe(true);
    expect(mayTakeFromGroup(keeper, role, { kind: "organization", placeId: null })).toBe(false);
    expect(mayTakeFromUser(keeper, role, "web")).toBe(false);
    expect(mayTakeFromUser(keeper, { ...role, organizationPermissions: [], systemPermissions: [] }, "web")).toBe(true);
    expect(mayTakeFromUser(keeper, { ...role, organizationPermissions: [], systemPermissions: [] }, "audit")).toBe(false);
  });
});

it("roles are listed to whoever gives any, and where that is not known nobody says no", () => {
  const ofOnePlace = holdingsOfUser({ isRoot: false, isOrgRoot: false }, [
    { searchDomainId: "web", viewPermissions: ["ChangeUserAccess"], organizationPermissions: [], systemPermissions: [] },
  ]);
  expect(seesRoles(ofOnePlace)).toBe(true);
  expect(seesRoles(keeper)).toBe(true);
  expect(seesRoles(nobody)).toBe(false);
  expect(seesRoles(unknownHoldings)).toBeUndefined();
});
