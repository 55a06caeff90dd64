import { describe, expect, it } from "vitest";

import { randomId } from "#server/store/ids.ts";
import { dump, type CallerName } from "#server/testing/callers.ts";
import { callersForEach, codeOf, refusedField } from "#server/testing/callersForEach.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";

const change = `mutation ($input: UpdateRoleInput!) { updateRole(input: $input) {
  role { displayName description color viewPermissions organizationPermissions systemPermissions } } }`;

describeOnBothDatabases("Roles", (open) => {
  const org = callersForEach(open);
  const { as } = org;
  const update = (caller: CallerName, roleId: string, input: object) =>
    as(caller, change, { input: { roleId, displayName: "mixed", viewPermissions: ["ReadAccess"], ...input } });
  const remove = (caller: CallerName, roleId: string) =>
    as(caller, `mutation { removeRole(roleId: ${JSON.stringify(roleId)}) { result } }`);
  const rolesOf = () => org.server.store.db.selectFrom("roles").selectAll().orderBy("displayName").execute();

  /** Gives the user without rights a role of its own in the sandbox. */
  async function give(organizationPermissions: string[], viewPermissions: string[] = [], systemPermissions: string[] = []) {
    const roleId = randomId(32);
    const { db } = org.server.store;
    await db
      .insertInto("roles")
      .values({ id: roleId, displayName: `own ${roleId}`, organizationPermissions, viewPermissions, systemPermissions })
      .execute();
    await db
      .insertInto("userRoles")
      .values({ userId: org.world.users.user, searchDomainId: org.world.sandbox, roleId })
      .execute();
    return roleId;
  }

  it("are found by id, as humioctl asks for one", async () => {
    const answer = await as(
      "root",
      "query ($id: String!) { role(roleId: $id) { id displayName viewPermissions organizationPermissions systemPermissions } }",
      { id: org.world.mixed },
    );
    expect(answer.data).toEqual({
      role: {
        id: org.world.mixed,
        displayName: "mixed",
        viewPermissions: ["ReadAccess"],
        organizationPermissions: ["ViewUsage"],
        systemPermissions: ["ReadHealthCheck"],
      },
    });
    expect(codeOf(await as("root", '{ role(roleId: "none") { id } }'))).toBe("NOT_FOUND");
  });

  describe("are changed", () => {
    it("to what is given, and what is not given or null stays, as the operator sends it", async () => {
      const same = { organizationPermissions: ["ViewUsage"], systemPermissions: ["ReadHealthCheck"] };
      const kept = await update("root", org.world.mixed, {
        displayName: "renamed",
        organizationPermissions: null,
        systemPermissions: null,
      });
      expect(kept.data).toEqual({
        updateRole: {
          role: { displayName: "renamed", description: null, color: null, viewPermissions: ["ReadAccess"], ...same },
        },
      });
      const more = { description: "Reads.", color: "#aabbcc" };
      const given = await update("root", org.world.mixed, {
        ...more,
        organizationPermissions: [],
        viewPermissions: ["ChangeFiles"],
      });
      expect(given.data).toEqual({
        updateRole: {
          role: {
            displayName: "mixed",
            ...more,
            viewPermissions: ["ChangeFiles"],
            organizationPermissions: [],
            systemPermissions: ["ReadHealthCheck"],
          },
        },
      });
    });

    it("not to what no role may be", async () => {
      const refused = async (roleId: string, input: object) => {
        const answer = await update("root", roleId, input);
        return [codeOf(answer), refusedField(answer)];
      };
      expect(await refused("none", {})).toEqual(["NOT_FOUND", "roleId"]);
      expect(await refused(org.world.mixed, { displayName: " " })).toEqual(["BAD_INPUT", "displayName"]);
      expect(await refused(org.world.mixed, { color: "x".repeat(51) })).toEqual(["BAD_INPUT", "color"]);
      expect(await refused(org.world.mixed, { organizationManagementPermissions: ["ManageSpecificOrganizations"] })).toEqual([
        "BAD_INPUT",
        "organizationManagementPermissions",
      ]);
      expect(await dump(org.server.store.db)).toEqual(org.initial);
    });

    it("for everybody who has them, at the next request", async () => {
      const roleId = await give([], ["ReadAccess"]);
      const names = async () => {
        const { data } = await as("user", "{ searchDomains { name } }");
        return data?.["searchDomains"];
      };
      expect(await names()).toEqual([{ name: "sandbox" }]);
      expect(codeOf(await update("root", roleId, { displayName: "x", viewPermissions: [] }))).toBe("");
      expect(await names()).toEqual([]);
      expect(codeOf(await update("root", roleId, { displayName: "x", viewPermissions: ["QueryDashboard"] }))).toBe("");
      expect(await names()).toEqual([{ name: "sandbox" }]);
      expect(codeOf(await remove("root", roleId))).toBe("");
      expect(await names()).toEqual([]);
    });

    it("and told to somebody who loses the right to see them by the very act", async () => {
      const roleId = await give(["ChangeOrganizationPermissions"]);
      const answer = await update("user", roleId, { displayName: "nothing", viewPermissions: [], organizationPermissions: [] });
      expect(answer.errors).toEqual([]);
      expect(answer.data).toMatchObject({ updateRole: { role: { displayName: "nothing", organizationPermissions: [] } } });
      expect(codeOf(await as("user", "{ roles { id } }"))).toBe("NOT_ALLOWED");
    });
  });

  describe("give nobody more than who changes them holds", () => {
    it("on a repository or view: neither to oneself, nor to others by a group", async () => {
      const roleId = await give(["ChangeOrganizationPermissions"], ["ChangeUserAccess"]);
      const own = { displayName: "own", organizationPermissions: ["ChangeOrganizationPermissions"] };
      const before = await rolesOf();
      for (const permission of ["ReadAccess", "ChangeFiles", "OrganizationOwnedQueries"]) {
        expect(codeOf(await update("user", roleId, { ...own, viewPermissions: ["ChangeUserAccess", permission] }))).toBe(
          "NOT_ALLOWED",
        );
        expect(
          codeOf(await update("user", org.world.mixed, { viewPermissions: ["ReadAccess", permission, "DeleteEvents"] })),
        ).toBe("NOT_ALLOWED");
      }
      expect(await rolesOf()).toEqual(before);
    });

    it("of organization and system permissions, whoever has the role", async () => {
      await give(["ChangeOrganizationPermissions"], ["ChangeUserAccess", "ReadAccess"]);
      for (const input of [
        { organizationPermissions: ["ViewUsage", "ManageUsers"] },
        { systemPermissions: ["ReadHealthCheck", "ChangeSystemPermissions"] },
      ]) {
        for (const roleId of [org.world.mixed, org.world.role]) {
          expect(codeOf(await update("user", roleId, input)), JSON.stringify(input)).toBe("NOT_ALLOWED");
        }
      }
    });

    it("and give all of it to whom they are assigned, where that is decided by whoever changes them", async () => {
      const permissions = ["ChangeUserAccess", "ReadAccess", "DeleteEvents"];
      await give(["ChangeOrganizationPermissions", "ManageUsers"], permissions);
      const input = { viewPermissions: ["ReadAccess", "DeleteEvents"], organizationPermissions: ["ViewUsage", "ManageUsers"] };
      expect(codeOf(await update("user", org.world.mixed, input))).toBe("");
      // Elsewhere it decides nothing, be it to take.
      await org.server.store.db
        .insertInto("userRoles")
        .values({ userId: org.world.users.victim, searchDomainId: org.world.vault, roleId: org.world.role })
        .execute();
      const elsewhere = await update("user", org.world.role, { displayName: "reader", viewPermissions: [] });
      expect([codeOf(elsewhere), elsewhere.errors[0]?.message]).toEqual([
        "NOT_ALLOWED",
        expect.stringMatching(/^Change user access not allowed/u),
      ]);
      expect(codeOf(await remove("user", org.world.role))).toBe("NOT_ALLOWED");
      // What it is called is no access.
      expect(codeOf(await update("user", org.world.role, { displayName: "renamed" }))).toBe("");
    });
  });

  it("lose no organization or system permission that who changes or removes them lacks, once somebody may have it", async () => {
    await give(["ChangeOrganizationPermissions"], ["ChangeUserAccess", "ReadAccess"]);
    const before = await rolesOf();
    expect(codeOf(await update("user", org.world.mixed, { organizationPermissions: [] }))).toBe("NOT_ALLOWED");
    expect(codeOf(await update("user", org.world.mixed, { systemPermissions: [] }))).toBe("NOT_ALLOWED");
    expect(codeOf(await remove("user", org.world.mixed))).toBe("NOT_ALLOWED");
    expect(await rolesOf()).toEqual(before);
    // Nobody has it any more.
    await org.server.store.db.deleteFrom("groups").where("id", "=", org.world.holders).execute();
    expect(codeOf(await update("user", org.world.mixed, { organizationPermissions: [] }))).toBe("");
    expect(codeOf(await remove("user", org.world.mixed))).toBe("");
  });

  it("are removed with their assignments to users and groups, which the trail names", async () => {
    const { db } = org.server.store;
    const { users, sandbox, mixed, holders } = org.world;
    await db.insertInto("userRoles").values({ userId: users.victim, searchDomainId: sandbox, roleId: mixed }).execute();
    await db.insertInto("groupMembers").values({ groupId: holders, userId: users.user }).execute();
    expect((await remove("root", mixed)).data).toEqual({ removeRole: { result: true } });
    for (const table of ["userRoles", "groupRoles"] as const) {
      expect(await db.selectFrom(table).select("roleId").where("roleId", "=", mixed).execute()).toEqual([]);
    }
    expect(codeOf(await remove("root", mixed))).toBe("NOT_FOUND");
    const { record } = await db
      .selectFrom("auditRecords")
      .select("record")
      .where("type", "=", "tokenhouse.role.change")
      .where("outcome", "=", "done")
      .orderBy("number", "desc")
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(record)).toMatchObject({
      actionName: "delete",
      target: { kind: "role", id: mixed, name: "mixed" },
      users: [users.victim, users.user].toSorted(),
      groups: [holders],
      before: { organizationPermissions: ["ViewUsage"] },
      after: null,
    });
  });

  it("let the current user be told, whom a credential without one has not", async () => {
    const query = "{ currentUser { id username groups { displayName } groupSearchDomainRoles { role { displayName } } } }";
    expect((await as("member", query)).data).toEqual({
      currentUser: {
        id: org.world.users.member,
        username: "member",
        groups: [{ displayName: "crew" }],
        groupSearchDomainRoles: [{ role: { displayName: "power" } }],
      },
    });
    expect(codeOf(await as("local", query))).toBe("NOT_ALLOWED");
    expect(codeOf(await as("organization+", query))).toBe("NOT_ALLOWED");
  });
});
