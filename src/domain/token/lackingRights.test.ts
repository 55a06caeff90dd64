import { describe, expect, it } from "vitest";

import { lackingRights } from "./lackingRights.ts";
import { holdingsOfUser, rootHoldings, unknownHoldings, type AssignedRole } from "./rights.ts";

const plain = { isRoot: false, isOrgRoot: false };
const role = (rights: Partial<AssignedRole>): AssignedRole => ({
  searchDomainId: "web",
  viewPermissions: [],
  organizationPermissions: [],
  systemPermissions: [],
  ...rights,
});
const user = (...roles: AssignedRole[]) => holdingsOfUser(plain, roles);
const owner = (...roles: AssignedRole[]) => holdingsOfUser({ ...plain, isOrgRoot: true }, roles);

describe("what one lacks of another's rights", () => {
  it("is nothing where the other has none, or has the same", () => {
    for (const holder of [user(), owner(), rootHoldings]) expect(lackingRights(holder, user())).toEqual([]);
    const same = user(
      role({ viewPermissions: ["ReadAccess"], organizationPermissions: ["ManageUsers"], systemPermissions: ["ManageCluster"] }),
    );
    for (const holdings of [same, owner(), rootHoldings]) expect(lackingRights(holdings, holdings)).toEqual([]);
  });

  it("is root where the other alone has it, and ownership where the other alone owns", () => {
    for (const holder of [user(), owner()]) expect(lackingRights(holder, rootHoldings)).toEqual([{ type: "root" }]);
    expect(lackingRights(user(role({ organizationPermissions: ["ManageUsers"] })), owner())).toEqual([{ type: "owner" }]);
    expect(lackingRights(rootHoldings, owner())).toEqual([]);
  });

  it("names each permission, one of the view kind on the very repository", () => {
    const other = user(
      role({
        viewPermissions: ["ReadAccess", "ChangeParsers"],
        organizationPermissions: ["ManageUsers"],
        systemPermissions: ["ManageCluster"],
      }),
      role({ searchDomainId: "db", viewPermissions: ["ReadAccess"] }),
    );
    expect(lackingRights(user(role({ viewPermissions: ["ReadAccess"] })), other)).toEqual([
      { type: "permission", kind: "system", name: "ManageCluster" },
      { type: "permission", kind: "organization", name: "ManageUsers" },
      { type: "permission", kind: "view", name: "ChangeParsers", viewId: "web" },
      { type: "permission", kind: "view", name: "ReadAccess", viewId: "db" },
    ]);
  });

  it("is an owner's system permission, which an owner has not by owning", () => {
    const cluster = role({ systemPermissions: ["ManageCluster"] });
    expect(lackingRights(owner(), owner(cluster))).toEqual([{ type: "permission", kind: "system", name: "ManageCluster" }]);
    expect(lackingRights(owner(cluster), user(cluster))).toEqual([]);
  });

  it("is everything where nothing is known", () => {
    expect(lackingRights(user(), unknownHoldings)).not.toEqual([]);
    expect(lackingRights(unknownHoldings, user(role({ viewPermissions: ["ReadAccess"] })))).not.toEqual([]);
  });
});
