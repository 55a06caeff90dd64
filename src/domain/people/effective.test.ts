import { expect, it } from "vitest";

import { effectiveRights } from "./effective.ts";
import type { RoleGrant } from "./grants.ts";

const place = (id: string) => ({ id, name: id });
const grant = (id: string, placeId: string | null, group: string | null, permissions: Partial<RoleGrant["role"]>): RoleGrant => ({
  role: { id, name: id, viewPermissions: [], organizationPermissions: [], systemPermissions: [], ...permissions },
  place: placeId === null ? null : place(placeId),
  group: group === null ? null : { id: group, name: group },
});

it("each right is named once, with every role, group and place that it comes from", () => {
  const read = { viewPermissions: ["ReadAccess"] };
  const { view } = effectiveRights([
    grant("reader", "web", null, read),
    grant("reader", "audit", null, read),
    grant("reader", "web", null, read),
    grant("reader", "edge", "staff", read),
    grant("keeper", "web", "staff", { viewPermissions: ["ReadAccess", "ChangeUserAccess"] }),
  ]);
  const source = (id: string, group: string | null, places: readonly string[]) => ({
    role: { id, name: id },
    group: group === null ? null : { id: group, name: group },
    places: places.map(place),
  });
  expect(Object.fromEntries(view.map(({ permission, sources }) => [permission, sources]))).toEqual({
    ReadAccess: [
      source("keeper", "staff", ["web"]),
      source("reader", null, ["audit", "web"]),
      source("reader", "staff", ["edge"]),
    ],
    ChangeUserAccess: [source("keeper", "staff", ["web"])],
  });
});

it("a composed permission is taken apart, so that what two roles give is told as one right", () => {
  const { view } = effectiveRights([
    grant("a", "web", null, { viewPermissions: ["ChangeFiles"] }),
    grant("b", "web", null, { viewPermissions: ["CreateFiles"] }),
  ]);
  expect(view.find(({ permission }) => permission === "CreateFiles")?.sources.map(({ role }) => role.id)).toEqual(["a", "b"]);
  expect(view.some(({ permission }) => permission === "ChangeFiles")).toBe(false);
});

it("permissions of the organization and the system have no place, and those on places none without one", () => {
  const rights = effectiveRights([
    grant("clerk", "web", null, { organizationPermissions: ["ManageUsers"] }),
    grant("operator", null, "ops", { systemPermissions: ["ReadHealthCheck"], viewPermissions: ["ReadAccess"] }),
  ]);
  expect(rights.organization.map(({ permission, sources }) => [permission, sources[0]?.places])).toEqual([["ManageUsers", []]]);
  expect(rights.system.map(({ permission }) => permission)).toEqual(["ReadHealthCheck"]);
  expect(rights.view).toEqual([]);
});
