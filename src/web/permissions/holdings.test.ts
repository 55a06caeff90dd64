import { describe, expect, it } from "vitest";

import { holdingsOfToken, holdingsOfUser, unknownHoldings } from "#domain/token/rights.ts";
import { kindRefusal, lacks, lacksView } from "./holdings.ts";

const plain = { isRoot: false, isOrgRoot: false };
const role = (
  searchDomainId: string,
  viewPermissions: string[],
  organizationPermissions: string[] = [],
  systemPermissions: string[] = [],
) => ({
  searchDomainId,
  viewPermissions,
  organizationPermissions,
  systemPermissions,
});

describe("what a user holds", () => {
  it("is every permission for root", () => {
    const root = holdingsOfUser({ isRoot: true, isOrgRoot: false }, []);
    expect(lacks(root, "system", "PatchGlobal", [])).toBe(false);
    expect(lacks(root, "view", "DeleteEvents", ["a", "b"])).toBe(false);
    expect(kindRefusal(root, "system", true)).toBeUndefined();
  });

  it("is every permission but system ones for an owner", () => {
    const owner = holdingsOfUser({ isRoot: false, isOrgRoot: true }, []);
    expect(lacks(owner, "organization", "ManageUsers", [])).toBe(false);
    expect(lacks(owner, "system", "ReadHealthCheck", [])).toBe(true);
    expect(kindRefusal(owner, "view", true)).toBeUndefined();
    expect(kindRefusal(owner, "system", true)).toContain("ChangeSystemPermissions");
  });

  it("counts only where a role grants it on every repository that a token names", () => {
    const user = holdingsOfUser(plain, [role("a", ["ReadAccess", "ChangeUserAccess"]), role("b", ["ReadAccess"])]);
    expect(lacks(user, "view", "ReadAccess", ["a", "b"])).toBe(false);
    expect(lacks(user, "view", "ReadAccess", ["a", "c"])).toBe(true);
    expect([lacksView(user, "a"), lacksView(user, "b"), lacksView(user, "c")]).toEqual([false, true, true]);
    expect(kindRefusal(user, "view", true)).toBeUndefined();
  });

  it("includes the parts of composed permissions", () => {
    const user = holdingsOfUser(plain, [role("a", ["ChangeDashboards"])]);
    expect(lacks(user, "view", "DeleteDashboards", ["a"])).toBe(false);
    expect(kindRefusal(user, "view", true)).toContain("view");
  });

  it("lets a user who may change permissions everywhere create tokens everywhere, with no more than is held", () => {
    const user = holdingsOfUser(plain, [role("a", ["ReadAccess"], ["ChangeAllViewOrRepositoryPermissions"])]);
    expect(lacksView(user, "b")).toBe(false);
    expect(lacks(user, "view", "ReadAccess", ["b"])).toBe(true);
    // As the server judges.
    expect(lacks(user, "view", "ChangeUserAccess", ["a", "b"])).toBe(false);
    expect(kindRefusal(user, "organization", true)).toContain("ChangeOrganizationPermissions");
  });
});

describe("what a token holds", () => {
  it("is its own permissions", () => {
    const token = holdingsOfToken("organization", ["ChangeOrganizationPermissions", "ViewUsage"], []);
    expect(lacks(token, "organization", "ViewUsage", [])).toBe(false);
    expect(lacks(token, "organization", "ManageUsers", [])).toBe(true);
    expect(kindRefusal(token, "personal", false)).toContain("nobody's");
    expect(kindRefusal(token, "system", false)).toBeDefined();
  });
});

describe("where holdings are unknown", () => {
  it("no permission is said to be lacking", () => {
    expect(lacks(unknownHoldings, "view", "DeleteEvents", ["a"])).toBe(false);
    expect(lacksView(unknownHoldings, "a")).toBe(false);
    expect(kindRefusal(unknownHoldings, "system", true)).toBeUndefined();
  });

  it("what every view token gets is never said to be lacking", () => {
    expect(lacks(holdingsOfUser(plain, []), "view", "OrganizationOwnedQueries", ["a"])).toBe(false);
  });
});
