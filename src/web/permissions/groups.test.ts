import { describe, expect, it } from "vitest";

import { viewPermissions } from "#domain/token/permissions.ts";
import { holdingsOfUser, unknownHoldings } from "#domain/token/rights.ts";
import { isFixed } from "#web/ui/checkTree.ts";

import { permissionGroups } from "./groups.ts";

const input = { kind: "view", holdings: unknownHoldings, viewIds: ["a"], present: [] } as const;
const items = (groups: ReturnType<typeof permissionGroups>) => groups.flatMap((group) => group.items);

describe("the permissions in the picker", () => {
  it("include every permission once, parts below what they make up", () => {
    const names = items(permissionGroups(input)).flatMap(({ id, parts = [] }) => [id, ...parts.map((part) => part.id)]);
    expect(names.toSorted()).toEqual(viewPermissions.map(({ name }) => name).toSorted());
    expect(new Set(names).size).toBe(names.length);
  });

  it("include what every view token gets, fixed", () => {
    const item = items(permissionGroups(input)).find(({ id }) => id === "OrganizationOwnedQueries");
    expect(item?.always).toBeDefined();
  });

  it("cannot be granted where the caller lacks them, but what the token has already can be kept", () => {
    const role = { searchDomainId: "a", viewPermissions: ["ReadAccess"], organizationPermissions: [], systemPermissions: [] };
    const holdings = holdingsOfUser({ isRoot: false, isOrgRoot: false }, [role]);
    const found = items(permissionGroups({ ...input, holdings, present: ["DeleteEvents"] }));
    const fixed = (id: string) => isFixed(found.find((item) => item.id === id) ?? { id, label: id }, new Set());
    expect(fixed("ReadAccess")).toBe(false);
    expect(fixed("DeleteEvents")).toBe(false);
    expect(fixed("ChangeRetention")).toBe(true);
    expect(fixed("ChangeDashboards")).toBe(true);
  });

  it("keep a token's permissions that this page does not know", () => {
    expect(
      permissionGroups({ ...input, present: ["TurnTime"] })
        .at(-1)
        ?.items.map(({ id }) => id),
    ).toEqual(["TurnTime"]);
  });
});
