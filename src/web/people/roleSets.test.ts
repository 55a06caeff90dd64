import { expect, it } from "vitest";

import { roleSetWith } from "./roleSets.ts";

const role = (id: string) => ({
  id,
  displayName: id,
  viewPermissions: [],
  organizationPermissions: [],
  systemPermissions: [],
});
const at = (place: string, roleId: string) => ({
  searchDomain: { __typename: "Repository" as const, id: place, name: place },
  role: role(roleId),
});

it("a role that is given or taken leaves the user's others in that place, and those of other places out", () => {
  const user = { searchDomainRoles: [at("web", "reader"), at("web", "writer"), at("audit", "auditor")] };
  expect(roleSetWith(user, "web", "keeper", true)).toEqual(["reader", "writer", "keeper"]);
  expect(roleSetWith(user, "web", "reader", true)).toEqual(["writer", "reader"]);
  expect(roleSetWith(user, "web", "reader", false)).toEqual(["writer"]);
  expect(roleSetWith(user, "audit", "auditor", false)).toEqual([]);
});
