import { describe, expect, it } from "vitest";

import { holdersOf, peopleCount } from "./access.ts";

const role = (id: string) => ({
  id,
  name: `role ${id}`,
  viewPermissions: ["ReadAccess"],
  organizationPermissions: [],
  systemPermissions: [],
});
const user = (id: string, roleIds: readonly string[], groupIds: readonly string[] = []) => ({
  id,
  username: id,
  roleIds,
  groupIds,
});

describe("who has access to a repository or view", () => {
  const users = [user("zoe", ["a"]), user("ada", ["a", "b"], ["g"]), user("eve", [], ["g", "empty"])];
  const groups = [
    { id: "g", name: "night shift", roleIds: ["b"] },
    { id: "empty", name: "auditors", roleIds: [] },
    { id: "nobody", name: "nobody", roleIds: ["c"] },
  ];

  it("is told by role: users by themselves, then groups with their members, each by name", () => {
    const holders = holdersOf([role("b"), role("a"), role("c"), role("unused")], users, groups);
    expect(
      holders.map((one) => [
        one.role.id,
        one.users.map(({ username }) => username),
        one.groups.map(({ name, members }) => [name, members.map(({ username }) => username)]),
      ]),
    ).toEqual([
      ["a", ["ada", "zoe"], []],
      ["b", ["ada"], [["night shift", ["ada", "eve"]]]],
      ["c", [], [["nobody", []]]],
    ]);
  });

  it("counts everybody once, however many roles and groups give them access", () => {
    expect(peopleCount(holdersOf([role("a"), role("b")], users, groups))).toBe(3);
    expect(peopleCount([])).toBe(0);
  });
});
