import { describe, expect, it } from "vitest";

import { sharesOf, type GrantedRole, type RoleGrant } from "./grants.ts";

const role = (name: string, permissions: Partial<GrantedRole> = {}): GrantedRole => ({
  id: `id-${name}`,
  name,
  viewPermissions: [],
  organizationPermissions: [],
  systemPermissions: [],
  ...permissions,
});
const grant = (given: GrantedRole, place: string, group?: string): RoleGrant => ({
  role: given,
  place: { id: `id-${place}`, name: place },
  group: group === undefined ? null : { id: `id-${group}`, name: group },
});

describe("what somebody has by roles", () => {
  const reader = role("reader", { viewPermissions: ["ReadAccess"] });
  const clerk = role("clerk", { organizationPermissions: ["ManageUsers"], systemPermissions: ["ManageCluster"] });

  it("is put together by role, with every place once, in the order of their names", () => {
    const { shares, places } = sharesOf([
      grant(reader, "web"),
      grant(clerk, "web"),
      grant(reader, "audit"),
      grant(reader, "web"),
    ]);
    expect(shares.map((share) => [share.role.name, share.places.map(({ name }) => name)])).toEqual([
      ["clerk", ["web"]],
      ["reader", ["audit", "web"]],
    ]);
    expect(places).toBe(2);
  });

  it("keeps what a group gives apart from what the user has by itself", () => {
    const { shares } = sharesOf([grant(reader, "web", "staff"), grant(reader, "audit")]);
    expect(shares.map((share) => [share.group?.name, share.places.map(({ name }) => name)])).toEqual([
      [undefined, ["audit"]],
      ["staff", ["web"]],
    ]);
  });

  it("is, of a role that a group has for several kinds of permissions, what it gives in all these ways, and where", () => {
    const given = { group: { id: "id-staff", name: "staff" } };
    const { shares, organization, system, places } = sharesOf([
      { ...given, role: role("mixed", { viewPermissions: ["ReadAccess"] }), place: { id: "id-web", name: "web" } },
      { ...given, role: role("mixed", { organizationPermissions: ["ManageUsers"] }), place: null },
    ]);
    expect({ organization, system, places }).toEqual({ organization: ["ManageUsers"], system: [], places: 1 });
    expect(shares).toEqual([
      {
        ...given,
        role: role("mixed", { viewPermissions: ["ReadAccess"], organizationPermissions: ["ManageUsers"] }),
        places: [{ id: "id-web", name: "web" }],
      },
    ]);
  });

  it("opens no repository by a role without view permissions, whose other permissions hold wherever it is given", () => {
    const { organization, system, places } = sharesOf([grant(clerk, "web"), grant(clerk, "audit")]);
    expect({ organization, system, places }).toEqual({ organization: ["ManageUsers"], system: ["ManageCluster"], places: 0 });
  });

  it("is nothing without any role", () => {
    expect(sharesOf([])).toEqual({ shares: [], organization: [], system: [], places: 0 });
  });
});
