import { describe, expect, it } from "vitest";

import { readPeople } from "#logscale/readPeople.ts";
import { readHoldings } from "#server/auth/linkStanding.ts";
import { dump, restore } from "#server/testing/callers.ts";
import { callersForEach, codeOf, refusedField } from "#server/testing/callersForEach.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";

describeOnBothDatabases("What groups give their members", (open) => {
  const org = callersForEach(open);
  const { as } = org;
  const root = async (query: string) => {
    const answer = await as("root", query);
    expect(answer.errors).toEqual([]);
    return answer.data;
  };
  const text = (value: string) => JSON.stringify(value);
  const input = (groupId: string, roleId: string, viewId?: string, more = "") =>
    `input: { groupId: ${text(groupId)}, roleId: ${text(roleId)}${viewId === undefined ? "" : `, viewId: ${text(viewId)}`}${more} }`;
  const assign = (groupId: string, roleId: string, viewId: string, more?: string) =>
    `mutation { assignRoleToGroup(${input(groupId, roleId, viewId, more)}) { group { role { displayName } searchDomain { name } } } }`;
  const join = (groupId: string) =>
    root(
      `mutation { addUsersToGroup(input: { groupId: ${text(groupId)}, users: [${text(org.world.users.user)}] }) { group { id } } }`,
    );

  /** What the user without roles may do of what the mixed role gives. */
  async function held(): Promise<readonly string[]> {
    const answer = await as(
      "user",
      `{ organization { may: isActionAllowed(action: ViewUsage) } searchDomains { name allowedViewActions }
         user(id: ${text(org.world.users.user)}) { allowedSystemActions } }`,
    );
    expect(answer.errors).toEqual([]);
    const { searchDomains } = answer.data as unknown as { searchDomains: { name: string; allowedViewActions: string[] }[] };
    const holdings = await readHoldings(org.server.store.db, org.world.users.user, { lock: false });
    const byKind = (set: unknown) => [...(set as ReadonlySet<string>)];
    return [
      ...searchDomains.flatMap(({ name, allowedViewActions }) =>
        allowedViewActions.includes("ReadEvents") ? `read ${name}` : [],
      ),
      ...byKind(holdings?.organization),
      ...byKind(holdings?.system),
    ];
  }

  describe("through a role", () => {
    it("is the role's permissions of the kind that is assigned, and no others of the same role", async () => {
      const { group, mixed, sandbox } = org.world;
      await join(group);
      expect(await held()).toEqual([]);
      await root(assign(group, mixed, sandbox));
      expect(await held()).toEqual(["read sandbox"]);
      await root(`mutation { assignOrganizationRoleToGroup(${input(group, mixed)}) { group { role { displayName } } } }`);
      expect(await held()).toEqual(["read sandbox", "ViewUsage"]);
      await root(`mutation { unassignRoleFromGroup(${input(group, mixed, sandbox)}) { group { id } } }`);
      await root(`mutation { assignSystemRoleToGroup(${input(group, mixed)}) { group { role { displayName } } } }`);
      expect(await held()).toEqual(["ViewUsage", "ReadHealthCheck"]);
      await root(`mutation { unassignOrganizationRoleFromGroup(${input(group, mixed)}) { group { id } } }`);
      await root(`mutation { unassignSystemRoleFromGroup(${input(group, mixed)}) { group { id } } }`);
      expect(await held()).toEqual([]);
    });

    it("is there from the moment that somebody joins, and gone with the membership, the group, the role's place, or the user's leaving", async () => {
      const everything = ["read sandbox", "ViewUsage", "ReadHealthCheck"];
      const users = `users: [${text(org.world.users.user)}]`;
      for (const [end, left] of [
        [`removeUsersFromGroup(input: { groupId: ${text(org.world.holders)}, ${users} }) { group { id } }`, []],
        [`removeGroup(groupId: ${text(org.world.holders)}) { group { id } }`, []],
        [`deleteSearchDomain(name: "sandbox") { result }`, ["ViewUsage", "ReadHealthCheck"]],
      ] as const) {
        await join(org.world.holders);
        expect(await held()).toEqual(everything);
        await root(`mutation { ${end} }`);
        expect(await held(), end).toEqual(left);
        await restore(org.server.store.db, org.initial);
      }
    });

    it("is told of every user alike by the server's judgement and by what the page reads", async () => {
      await join(org.world.holders);
      const people = await readPeople({
        backend: "embedded",
        isRefused: () => false,
        signal: new AbortController().signal,
        ask: async (query, variables) => {
          const answer = await as("root", query, variables);
          expect(answer.errors).toEqual([]);
          return answer.data as never;
        },
      });
      for (const id of Object.values(org.world.users)) {
        expect(people?.byId.get(id)?.holdings, id).toEqual(await readHoldings(org.server.store.db, id, { lock: false }));
      }
      expect(people?.byId.size).toBe(Object.keys(org.world.users).length);
    });
  });

  describe("is assigned", () => {
    it("beside the group's other roles in a repository or view, or in their place where that is asked for", async () => {
      const { holders, mixed, role, sandbox } = org.world;
      const roles = async () => {
        const { group } = (await root(
          `{ group(groupId: ${text(holders)}) { searchDomainCount searchDomainRoles(searchDomainId: ${text(sandbox)}) { role { id } } } }`,
        )) as { group: { searchDomainCount: number; searchDomainRoles: { role: { id: string } }[] } };
        expect(group.searchDomainCount).toBe(1);
        return group.searchDomainRoles.map((assigned) => assigned.role.id).toSorted();
      };
      expect(await root(assign(holders, role, sandbox))).toEqual({
        assignRoleToGroup: { group: { role: { displayName: "reader" }, searchDomain: { name: "sandbox" } } },
      });
      expect(await roles()).toEqual([mixed, role].toSorted());
      await root(assign(holders, role, sandbox));
      expect(await roles()).toEqual([mixed, role].toSorted());
      await root(assign(holders, role, sandbox, ", overrideExistingAssignmentsForView: true"));
      expect(await roles()).toEqual([role]);
    });

    it("for a role alone that has permissions of the kind, since it would give nothing", async () => {
      const { group, role, sandbox, vault } = org.world;
      for (const [mutation, viewId] of [
        ["assignOrganizationRoleToGroup", undefined],
        ["assignSystemRoleToGroup", undefined],
      ] as const) {
        const answer = await as("root", `mutation { ${mutation}(${input(group, role, viewId)}) { group { role { id } } } }`);
        expect([codeOf(answer), refusedField(answer)]).toEqual(["BAD_INPUT", "roleId"]);
      }
      const { createRole } = (await root(
        `mutation { createRole(input: { displayName: "clerk", viewPermissions: [], organizationPermissions: [ViewUsage] }) { role { id } } }`,
      )) as { createRole: { role: { id: string } } };
      const answer = await as("root", assign(group, createRole.role.id, sandbox));
      expect([codeOf(answer), refusedField(answer)]).toEqual(["BAD_INPUT", "roleId"]);
      expect(codeOf(await as("root", assign(group, role, vault)))).toBe("");
    });

    it("to what there is, by the argument that names something else", async () => {
      const { group, mixed, sandbox } = org.world;
      const refused = async (mutation: string) => {
        const answer = await as("root", `mutation { ${mutation} { group { __typename } } }`);
        return [codeOf(answer), refusedField(answer)];
      };
      for (const which of ["assignRoleToGroup", "unassignRoleFromGroup"]) {
        expect(await refused(`${which}(${input("none", mixed, sandbox)})`)).toEqual(["NOT_FOUND", "groupId"]);
        expect(await refused(`${which}(${input(group, "none", sandbox)})`)).toEqual(["NOT_FOUND", "roleId"]);
        expect(await refused(`${which}(${input(group, mixed, "none")})`)).toEqual(["NOT_FOUND", "viewId"]);
      }
    });

    it("and taken without an error where it is not there, as the operator does with a group's other views", async () => {
      const { holders, mixed, vault } = org.world;
      await root(`mutation { unassignRoleFromGroup(${input(holders, mixed, vault)}) { group { id } } }`);
      expect(await dump(org.server.store.db)).toEqual(org.initial);
    });
  });

  describe("is told", () => {
    it("of a role by its groups, with their roles in repositories and views, as the operator reads it", async () => {
      const { roles } = (await root(
        "{ roles { displayName groupsCount groups { displayName roles { role { displayName } searchDomain { name } } } } }",
      )) as { roles: { displayName: string }[] };
      expect(roles.find(({ displayName }) => displayName === "mixed")).toEqual({
        displayName: "mixed",
        groupsCount: 1,
        groups: [{ displayName: "holders", roles: [{ role: { displayName: "mixed" }, searchDomain: { name: "sandbox" } }] }],
      });
    });

    it("of a group by where its roles are assigned, in pages by that", async () => {
      const role = { role: { displayName: "mixed" } };
      expect(
        await root(`{ group(groupId: ${text(org.world.holders)}) {
          defaultQueryPrefix defaultRole { id } defaultSearchDomainCount searchDomainCount
          roles { ... on SearchDomainRole { searchDomain { name } role { displayName } } }
          organizationRoles { role { displayName } } systemRoles { role { displayName } } } }`),
      ).toEqual({
        group: {
          defaultQueryPrefix: null,
          defaultRole: null,
          defaultSearchDomainCount: 0,
          searchDomainCount: 1,
          roles: [{ searchDomain: { name: "sandbox" }, ...role }],
          organizationRoles: [role],
          systemRoles: [role],
        },
      });
      const page = async (type: string) => {
        const { groupsPage } = (await root(
          `{ groupsPage(pageNumber: 1, pageSize: 50, typeFilter: [${type}]) { page { displayName } } }`,
        )) as { groupsPage: { page: { displayName: string }[] } };
        return groupsPage.page.map(({ displayName }) => displayName);
      };
      expect(await page("ViewPermission")).toEqual(["crew", "holders"]);
      expect(await page("SystemPermission")).toEqual(["holders"]);
      expect(await page("AssetPermission, OrganizationManagementPermission")).toEqual([]);
      expect(await page("")).toEqual([]);
    });

    it("of a user by what the user's groups have, and of a repository by who gets in", async () => {
      const { user, searchDomain } = (await root(
        `{ user(id: ${text(org.world.users.member)}) {
             searchDomainRoles { role { id } } groups { displayName }
             groupSearchDomainRoles { group { displayName } role { displayName } searchDomain { name } } }
           searchDomain(name: "sandbox") { users { username } } }`,
      )) as { user: unknown; searchDomain: unknown };
      expect(user).toEqual({
        searchDomainRoles: [],
        groups: [{ displayName: "crew" }],
        groupSearchDomainRoles: [
          { group: { displayName: "crew" }, role: { displayName: "power" }, searchDomain: { name: "sandbox" } },
        ],
      });
      expect(searchDomain).toEqual({ users: [{ username: "delegate" }, { username: "member" }] });
    });

    it("to somebody who loses the right to see the group by the very act", async () => {
      const { power } = Object.fromEntries(
        (await org.server.store.db.selectFrom("roles").select(["id", "displayName"]).execute()).map((role) => [
          role.displayName,
          role.id,
        ]),
      );
      const crew = await org.server.store.db
        .selectFrom("groups")
        .select("id")
        .where("displayName", "=", "crew")
        .executeTakeFirstOrThrow();
      const taken = await as(
        "member",
        `mutation { unassignRoleFromGroup(${input(crew.id, power ?? "", org.world.sandbox)}) { group { id } } }`,
      );
      expect(taken.errors).toEqual([]);
      expect(taken.data).toEqual({ unassignRoleFromGroup: { group: { id: crew.id } } });
    });
  });
});
