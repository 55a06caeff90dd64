import { describe, expect, it } from "vitest";

import {
  changedAccess,
  decisiveRights,
  effectOf,
  holdingsIn,
  rightsByPlace,
  type AllAccess,
  type AccessChange,
  type AccessGroup,
  type AccessUser,
} from "./access.ts";
import type { GrantedRole } from "./grants.ts";

const role = (id: string, permissions: Partial<GrantedRole> = {}): GrantedRole => ({
  id,
  name: id,
  viewPermissions: [],
  organizationPermissions: [],
  systemPermissions: [],
  ...permissions,
});
const user = (id: string, given: Partial<AccessUser> = {}): AccessUser => ({
  id,
  username: id,
  isRoot: false,
  isOrgRoot: false,
  roles: [],
  groupIds: [],
  ...given,
});

const reader = role("reader", { viewPermissions: ["ReadAccess"] });
const keeper = role("keeper", { viewPermissions: ["ReadAccess", "ChangeUserAccess"], organizationPermissions: ["ManageUsers"] });
const operator = role("operator", { systemPermissions: ["ReadHealthCheck"] });

const staff: AccessGroup = {
  id: "staff",
  name: "staff",
  roles: [
    { roleId: "reader", kind: "view", placeId: "web" },
    { roleId: "keeper", kind: "organization", placeId: null },
  ],
};

function access(users: readonly AccessUser[], groups: readonly AccessGroup[] = [staff]): AllAccess {
  return {
    users,
    groups: new Map(groups.map((group) => [group.id, group])),
    roles: new Map([reader, keeper, operator].map((each) => [each.id, each])),
  };
}

const onWeb = (name: string) => ({ type: "permission", kind: "view", name, viewId: "web" }) as const;
const inOrganization = (name: string) => ({ type: "permission", kind: "organization", name }) as const;
const summary = (given: AllAccess, change: AccessChange) => {
  const { differences, unchanged } = effectOf(given, change);
  return {
    differences: differences.map(({ users, gained, lost }) => ({ users: users.map(({ id }) => id), gained, lost })),
    unchanged: unchanged.map(({ id }) => id),
  };
};

describe("what a change takes", () => {
  it("is what nobody else gives: a right that somebody keeps by another role or group is not lost", () => {
    const all = access([
      user("plain", { groupIds: ["staff"] }),
      user("alsoReader", { groupIds: ["staff"], roles: [{ roleId: "reader", placeId: "web" }] }),
      user("alsoBoth", { groupIds: ["staff"], roles: [{ roleId: "keeper", placeId: "web" }] }),
      user("outside"),
    ]);
    expect(summary(all, { type: "group-removed", groupId: "staff" })).toEqual({
      differences: [
        { users: ["plain"], gained: [], lost: [inOrganization("ManageUsers"), onWeb("ReadAccess")] },
        { users: ["alsoReader"], gained: [], lost: [inOrganization("ManageUsers")] },
      ],
      unchanged: ["alsoBoth"],
    });
  });

  it("is nothing of root, and of an owner what concerns the system alone", () => {
    const group = { ...staff, roles: [...staff.roles, { roleId: "operator", kind: "system" as const, placeId: null }] };
    const all = access(
      [user("root", { isRoot: true, groupIds: ["staff"] }), user("owner", { isOrgRoot: true, groupIds: ["staff"] })],
      [group],
    );
    expect(summary(all, { type: "members", groupId: "staff", added: [], removed: ["root", "owner"] })).toEqual({
      differences: [{ users: ["owner"], gained: [], lost: [{ type: "permission", kind: "system", name: "ReadHealthCheck" }] }],
      unchanged: ["root"],
    });
  });

  it("is one entry for all who lose the same, the most first", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => user(`u${index}`, { groupIds: ["staff"] }));
    const more = user("more", { groupIds: ["staff"], roles: [{ roleId: "reader", placeId: "audit" }] });
    const same = user("same", { groupIds: ["staff"], roles: [{ roleId: "reader", placeId: "web" }] });
    const { differences } = effectOf(access([more, same, ...many]), { type: "role-removed", roleId: "reader" });
    expect(differences.map(({ users, lost }) => [users.length, lost])).toEqual([
      [10_001, [onWeb("ReadAccess")]],
      [1, [{ ...onWeb("ReadAccess"), viewId: "audit" }, onWeb("ReadAccess")]],
    ]);
  });

  it("is of a role taken from a group or a user what it gave there: the same one elsewhere, or of another kind, stays", () => {
    const keeperOf = (kind: "organization" | "system") => ({ roleId: "keeper", kind, placeId: null });
    const group = { ...staff, roles: [...staff.roles, keeperOf("system")] };
    const all = access(
      [user("a", { groupIds: ["staff"], roles: ["web", "audit"].map((placeId) => ({ roleId: "keeper", placeId })) })],
      [group],
    );
    const ofGroup: AccessChange = { type: "group-roles", groupId: "staff", added: [], removed: [keeperOf("organization")] };
    expect(changedAccess(all, ofGroup).groups.get("staff")?.roles).toEqual([staff.roles[0], keeperOf("system")]);
    const removed = [{ roleId: "keeper", placeId: "web" }];
    expect(summary(all, { type: "user-roles", userId: "a", added: [], removed }).differences).toEqual([
      { users: ["a"], gained: [], lost: [onWeb("ChangeUserAccess")] },
    ]);
  });

  it("is of a removed role what it gave by itself and by groups, wherever", () => {
    const all = access([
      user("own", { roles: [{ roleId: "keeper", placeId: "web" }] }),
      user("byGroup", { groupIds: ["staff"] }),
      user("other", { roles: [{ roleId: "reader", placeId: "web" }] }),
    ]);
    expect(summary(all, { type: "role-removed", roleId: "keeper" })).toEqual({
      differences: [
        { users: ["own"], gained: [], lost: [inOrganization("ManageUsers"), onWeb("ChangeUserAccess"), onWeb("ReadAccess")] },
        { users: ["byGroup"], gained: [], lost: [inOrganization("ManageUsers")] },
      ],
      unchanged: [],
    });
  });
});

describe("what a change gives", () => {
  it("is what the members did not hold before, and takes effect only by the kind that is assigned", () => {
    const all = access([user("a", { groupIds: ["staff"] }), user("b", { groupIds: ["staff"], isOrgRoot: true })]);
    const added = [{ roleId: "keeper", kind: "view", placeId: "web" }] as const;
    expect(summary(all, { type: "group-roles", groupId: "staff", added, removed: [] })).toEqual({
      differences: [{ users: ["a"], gained: [onWeb("ChangeUserAccess")], lost: [] }],
      unchanged: ["b"],
    });
    expect(changedAccess(all, { type: "group-roles", groupId: "none", added, removed: [] })).toEqual(all);
  });

  it("is told of a role that gives one thing and takes another, as both", () => {
    const all = access([user("a", { roles: [{ roleId: "reader", placeId: "web" }] })]);
    const change = { type: "role-changed", role: { ...reader, viewPermissions: ["ChangeFiles"] } } as const;
    const { differences } = effectOf(all, change);
    expect(differences.map(({ lost }) => lost)).toEqual([[onWeb("ReadAccess")]]);
    expect(differences[0]?.gained.map((right) => "name" in right && right.name)).toContain("CreateFiles");
  });

  it("is of a user's own role everything that it holds, on that place and beyond it", () => {
    const all = access([user("a"), user("b")]);
    const added = [{ roleId: "keeper", placeId: "web" }];
    const change: AccessChange = { type: "user-roles", userId: "a", added, removed: [] };
    expect(summary(all, change).differences).toEqual([
      { users: ["a"], gained: [inOrganization("ManageUsers"), onWeb("ChangeUserAccess"), onWeb("ReadAccess")], lost: [] },
    ]);
    const reads = access([user("a", { roles: [{ roleId: "reader", placeId: "audit" }] })]);
    expect(summary(reads, change).differences[0]?.lost).toEqual([]);
    const after = changedAccess(all, change);
    expect(after.users.map((each) => holdingsIn(after, each).views.size)).toEqual([1, 0]);
    expect(summary(after, { ...change, added: [], removed: added }).differences[0]?.lost).toHaveLength(3);
  });
});

describe("rights for people to read", () => {
  it("name each place once, with others where they are the same", () => {
    const on = (name: string, viewId: string) => ({ type: "permission", kind: "view", name, viewId }) as const;
    expect(
      rightsByPlace([on("A", "web"), on("B", "web"), on("B", "audit"), on("A", "audit"), on("A", "edge"), inOrganization("M")]),
    ).toEqual({
      organization: ["M"],
      system: [],
      views: [
        { placeIds: ["web", "audit"], permissions: ["A", "B"] },
        { placeIds: ["edge"], permissions: ["A"] },
      ],
    });
  });

  it("are decisive where they are what rights are given by", () => {
    const lost = [onWeb("ChangeUserAccess"), onWeb("ReadAccess"), inOrganization("ManageUsers"), inOrganization("ViewUsage")];
    expect(decisiveRights(lost)).toEqual([onWeb("ChangeUserAccess"), inOrganization("ManageUsers")]);
  });
});
