import { describe, expect, it } from "vitest";

import { effectOf, type AccessChange, type AllAccess } from "#domain/people/access.ts";
import { lackingRights, type LackingRight } from "#domain/token/lackingRights.ts";
import type { Holdings } from "#domain/token/rights.ts";
import { readAccess } from "#logscale/readAccess.ts";
import { readHoldings } from "#server/auth/linkStanding.ts";
import { callersForEach, codeOf } from "#server/testing/callersForEach.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";

const text = (value: unknown) => JSON.stringify(value);
const sorted = (rights: readonly LackingRight[]) => rights.map((right) => text(right)).toSorted();

describeOnBothDatabases("What the page says before a change of who has what", (open) => {
  const org = callersForEach(open);
  const root = async (query: string, variables?: object) => {
    const answer = await org.as("root", query, variables);
    expect(answer.errors).toEqual([]);
    return answer.data;
  };

  async function read(): Promise<AllAccess> {
    const { access, whole } = await readAccess(
      async (query, variables) => (await root(query, variables)) as never,
      new AbortController().signal,
    );
    expect(whole).toBe(true);
    return access;
  }

  async function holdings(): Promise<ReadonlyMap<string, Holdings>> {
    const found = new Map<string, Holdings>();
    for (const id of Object.values(org.world.users)) {
      const held = await readHoldings(org.server.store.db, id, { lock: false });
      if (held !== undefined) found.set(id, held);
    }
    return found;
  }

  it("is what every user then really gains and loses, whatever the change", async () => {
    const { users, group, holders, mixed, role, sandbox, vault } = org.world;
    const ids = (groupId: string, roleId: string, viewId?: string) =>
      `input: { groupId: ${text(groupId)}, roleId: ${text(roleId)}${viewId === undefined ? "" : `, viewId: ${text(viewId)}`} }`;
    const member = (which: string, groupId: string, userId: string) =>
      `${which}(input: { groupId: ${text(groupId)}, users: [${text(userId)}] }) { group { id } }`;
    const groupRoles = (groupId: string, added: readonly object[], removed: readonly object[] = []) =>
      ({ type: "group-roles", groupId, added, removed }) as AccessChange;
    const sets = (roleIds: readonly string[]) =>
      `assignUserRolesInSearchDomain(input: { searchDomainId: ${text(sandbox)}, roleAssignments: [{ userId: ${text(users.victim)}, roleIds: ${text(roleIds)} }] }) { id }`;
    const steps: readonly (readonly [AccessChange, string])[] = [
      [
        { type: "members", groupId: holders, added: [users.victim], removed: [] },
        member("addUsersToGroup", holders, users.victim),
      ],
      [{ type: "members", groupId: holders, added: [users.owner], removed: [] }, member("addUsersToGroup", holders, users.owner)],
      [
        groupRoles(group, [{ kind: "view", roleId: mixed, placeId: sandbox }]),
        `assignRoleToGroup(${ids(group, mixed, sandbox)}) { group { role { id } } }`,
      ],
      [
        groupRoles(group, [{ kind: "view", roleId: role, placeId: vault }]),
        `assignRoleToGroup(${ids(group, role, vault)}) { group { role { id } } }`,
      ],
      [
        groupRoles(group, [{ kind: "system", roleId: mixed, placeId: null }]),
        `assignSystemRoleToGroup(${ids(group, mixed)}) { group { role { id } } }`,
      ],
      [{ type: "user-roles", userId: users.victim, added: [{ roleId: mixed, placeId: sandbox }], removed: [] }, sets([mixed])],
      [
        {
          type: "role-changed",
          role: {
            id: mixed,
            name: "mixed",
            viewPermissions: ["ChangeFiles"],
            organizationPermissions: ["ManageUsers"],
            systemPermissions: [],
          },
        },
        `updateRole(input: { roleId: ${text(mixed)}, displayName: "mixed", viewPermissions: [ChangeFiles], organizationPermissions: [ManageUsers], systemPermissions: [] }) { role { id } }`,
      ],
      [
        { type: "members", groupId: holders, added: [], removed: [users.owner] },
        member("removeUsersFromGroup", holders, users.owner),
      ],
      [{ type: "user-roles", userId: users.victim, added: [], removed: [{ roleId: mixed, placeId: sandbox }] }, sets([])],
      [
        groupRoles(group, [], [{ kind: "view", roleId: role, placeId: vault }]),
        `unassignRoleFromGroup(${ids(group, role, vault)}) { group { id } }`,
      ],
      [{ type: "group-removed", groupId: holders }, `removeGroup(groupId: ${text(holders)}) { group { id } }`],
      [{ type: "role-removed", roleId: mixed }, `removeRole(roleId: ${text(mixed)}) { result }`],
    ];
    let told = 0;
    for (const [change, mutation] of steps) {
      const said = effectOf(await read(), change);
      const before = await holdings();
      await root(`mutation { ${mutation} }`);
      const after = await holdings();
      for (const [name, id] of Object.entries(users)) {
        const mine = said.differences.find((difference) => difference.users.some((user) => user.id === id));
        const [had, has] = [before.get(id), after.get(id)];
        if (had === undefined || has === undefined) throw new Error(`There is no ${name}.`);
        expect(sorted(mine?.lost ?? []), `${name} loses by ${mutation}`).toEqual(sorted(lackingRights(has, had)));
        expect(sorted(mine?.gained ?? []), `${name} gains by ${mutation}`).toEqual(sorted(lackingRights(had, has)));
        told += (mine?.lost.length ?? 0) + (mine?.gained.length ?? 0);
      }
    }
    // So many rights change hands that nothing said of them would be found out.
    expect(told).toBeGreaterThan(15);
  });
});

describeOnBothDatabases("Groups under strain", (open) => {
  const org = callersForEach(open);

  describe("and at once", () => {
    it("leave no role assigned that is removed meanwhile, and no member of a group that is", async () => {
      const { db } = org.server.store;
      const { group, users, sandbox } = org.world;
      for (let round = 0; round < 3; round++) {
        const made = (await org.as(
          "root",
          `mutation { createRole(input: { displayName: "brief", viewPermissions: [ReadAccess] }) { role { id } }
          addGroup(displayName: "brief ${round}") { group { id } } }`,
        )) as unknown as {
          data: { createRole: { role: { id: string } }; addGroup: { group: { id: string } } };
        };
        const [roleId, groupId] = [made.data.createRole.role.id, made.data.addGroup.group.id];
        const codes = await Promise.all(
          [
            `assignRoleToGroup(input: { groupId: ${text(group)}, roleId: ${text(roleId)}, viewId: ${text(sandbox)} }) { __typename }`,
            `removeRole(roleId: ${text(roleId)}) { result }`,
            `addUsersToGroup(input: { groupId: ${text(groupId)}, users: [${text(users.user)}] }) { __typename }`,
            `removeGroup(groupId: ${text(groupId)}) { __typename }`,
          ].map(async (mutation) => codeOf(await org.as("root", `mutation { ${mutation} }`))),
        );
        expect(codes.filter((code) => code !== "" && code !== "NOT_FOUND")).toEqual([]);
        expect([codes[1], codes[3]]).toEqual(["", ""]);
        expect(await db.selectFrom("groupRoles").select("groupId").where("roleId", "=", roleId).execute()).toEqual([]);
        expect(await db.selectFrom("groupMembers").select("userId").where("groupId", "=", groupId).execute()).toEqual([]);
      }
    });
  });

  it("keep odd names as they are, and tell them apart", async () => {
    const names = ["__proto__", "constructor", "İstanbul", "👩‍💻 on call", 'a"b\\c', "%_", "x".repeat(200)];
    for (const name of names) {
      expect(
        codeOf(await org.as("root", `mutation ($name: String!) { addGroup(displayName: $name) { group { id } } }`, { name })),
        name,
      ).toBe("");
    }
    for (const name of names) {
      const { data } = await org.as(
        "root",
        `query ($name: String!) { groupByDisplayName(displayName: $name) { displayName } groupsPage(search: $name, pageNumber: 1, pageSize: 50) { page { displayName } } }`,
        { name },
      );
      expect(data).toEqual({ groupByDisplayName: { displayName: name }, groupsPage: { page: [{ displayName: name }] } });
    }
  });
});
