import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  getNullableType,
  isNonNullType,
  type GraphQLField,
  type GraphQLNamedType,
} from "graphql";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { mintToken } from "#server/auth/secrets.ts";
import { ask, dump, type CallerName } from "#server/testing/callers.ts";
import { callersForEach, done, refusal } from "#server/testing/callersForEach.ts";
import { describeOnBothDatabasesInTime } from "#server/testing/databases.ts";
import { makeSchema } from "./schema.ts";

describeOnBothDatabasesInTime("administration", (open) => {
  const org = callersForEach(open);
  const { as } = org;

  const isAccepted = async (tokenString: string) => (await ask(org.server, tokenString, "{ meta { version } }")).status === 200;

  describe("of IP filters", () => {
    const update = (caller: CallerName, input: object) =>
      as(caller, "mutation ($input: IPFilterUpdateInput!) { updateIPFilter(input: $input) { id name ipFilter } }", { input });
    const remove = (id: string) => as("root", "mutation ($id: String!) { deleteIPFilter(input: { id: $id }) }", { id });

    it("keeps the text byte for byte, and names that are not unique", async () => {
      const ipFilter = "# office\r\n allow  10.0.0.0/8 ; deny all\n";
      const create =
        'mutation ($text: String!) { createIPFilter(input: { name: "free", ipFilter: $text }) { id name ipFilter } }';
      expect(done(await as("root", create, { text: ipFilter }))).toMatchObject({ createIPFilter: { name: "free", ipFilter } });
      const { ipFilters } = done(await as("user", "{ ipFilters { name ipFilter } }")) as { ipFilters: { name: string }[] };
      expect(ipFilters.map(({ name }) => name)).toEqual(["free", "free", "nowhere", "used"]);
      expect(ipFilters).toContainEqual({ name: "free", ipFilter });
    });

    it("refuses a filter that is none, and names the field", async () => {
      const create = "mutation ($input: IPFilterInput!) { createIPFilter(input: $input) { id } }";
      expect(refusal(await as("root", create, { input: { name: "", ipFilter: "allow all" } }))).toEqual({
        code: "BAD_INPUT",
        field: "name",
      });
      expect(refusal(await as("root", create, { input: { name: "n", ipFilter: "allow everybody" } }))).toEqual({
        code: "BAD_INPUT",
        field: "ipFilter",
      });
      expect(refusal(await update("root", { id: org.world.filters.free, ipFilter: "" }))).toEqual({
        code: "BAD_INPUT",
        field: "ipFilter",
      });
      expect(refusal(await update("root", { id: "none", name: "n" }))).toEqual({ code: "NOT_FOUND", field: "id" });
      expect(await dump(org.server.store.db)).toEqual(org.initial);
    });

    it("changes what is given and leaves the rest", async () => {
      const { free: id } = org.world.filters;
      expect(done(await update("delegate", { id, name: "renamed" }))).toEqual({
        updateIPFilter: { id, name: "renamed", ipFilter: "allow all" },
      });
      expect(done(await update("delegate", { id, ipFilter: "deny all" }))).toEqual({
        updateIPFilter: { id, name: "renamed", ipFilter: "deny all" },
      });
      expect(done(await update("delegate", { id }))).toEqual({ updateIPFilter: { id, name: "renamed", ipFilter: "deny all" } });
    });

    it("judges the very next request by the changed text", async () => {
      await org.server.store.db
        .updateTable("tokens")
        .set({ ipFilterId: org.world.filters.free })
        .where("id", "=", org.world.users.user)
        .execute();
      expect(await isAccepted(org.world.bearer.user)).toBe(true);
      done(await update("root", { id: org.world.filters.free, ipFilter: "deny all" }));
      expect(await isAccepted(org.world.bearer.user)).toBe(false);
    });

    it("refuses to delete one that a token, a policy or the dashboards use, and says which", async () => {
      const used = await remove(org.world.filters.used);
      expect(refusal(used).code).toBe("IN_USE");
      expect(used.errors[0]?.message).toBe("The IP filter “used” is used by the token “view token”.");

      await org.server.store.db
        .updateTable("tokenPolicies")
        .set({ ipFilterId: org.world.filters.free })
        .where("kind", "=", "system")
        .execute();
      expect((await remove(org.world.filters.free)).errors[0]?.message).toBe(
        "The IP filter “free” is used by the security policy for system tokens.",
      );
      await org.server.store.db.updateTable("tokenPolicies").set({ ipFilterId: null }).execute();
      await org.server.store.db.updateTable("organization").set({ readonlyDashboardIpFilter: org.world.filters.free }).execute();
      expect(refusal(await remove(org.world.filters.free)).code).toBe("IN_USE");
      await org.server.store.db.updateTable("organization").set({ readonlyDashboardIpFilter: null }).execute();
      done(await remove(org.world.filters.free));
      expect(refusal(await remove(org.world.filters.free)).code).toBe("NOT_FOUND");
    });

    it("names a few of very many users, and counts the others", async () => {
      await org.server.store.db.updateTable("tokens").set({ ipFilterId: org.world.filters.used, name: "t" }).execute();
      const { count } = await org.server.store.db
        .selectFrom("tokens")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      expect((await remove(org.world.filters.used)).errors[0]?.message).toBe(
        `The IP filter “used” is used by ${"the token “t”, ".repeat(5).slice(0, -2)} and ${count - 5} more.`,
      );
    });
  });

  describe("of users", () => {
    it("adds them, once for each name", async () => {
      const add = `mutation { addUserV2(input: { username: "new", fullName: "New User", email: "new@example.com" }) { ... on User { username displayName fullName email isRoot isOrgRoot createdAt } } }`;
      expect(done(await as("owner", add))).toEqual({
        addUserV2: {
          username: "new",
          displayName: "New User",
          fullName: "New User",
          email: "new@example.com",
          isRoot: false,
          isOrgRoot: false,
          createdAt: new Date(org.server.now).toISOString(),
        },
      });
      expect(refusal(await as("owner", add))).toEqual({ code: "BAD_INPUT", field: "username" });
    });

    it("leaves root and ownership to root", async () => {
      for (const caller of ["owner", "organization+"] as const) {
        for (const mutation of [
          `addUserV2(input: { username: "new", isRoot: true }) { __typename }`,
          `addUserV2(input: { username: "new", isOrgOwner: true }) { __typename }`,
          `updateUser(input: { username: "victim", isRoot: true }) { user { id } }`,
          `updateUser(input: { username: "admin", isRoot: false }) { user { id } }`,
          `removeUser(input: { username: "admin" }) { user { id } }`,
          ...(caller === "owner" ? [] : [`removeUser(input: { username: "owner" }) { user { id } }`]),
        ]) {
          expect(refusal(await as(caller, `mutation { ${mutation} }`)).code, mutation).toBe("NOT_ALLOWED");
        }
      }
      expect(await dump(org.server.store.db)).toEqual(org.initial);
      expect(
        done(await as("root", `mutation { updateUser(input: { username: "victim", isRoot: true }) { user { isRoot } } }`)),
      ).toEqual({ updateUser: { user: { isRoot: true } } });
    });

    it("keeps what an update does not name", async () => {
      done(
        await as("owner", `mutation { updateUser(input: { username: "victim", fullName: "V", company: "C" }) { user { id } } }`),
      );
      expect(
        done(
          await as(
            "owner",
            `mutation { updateUser(input: { username: "victim", company: null, email: "v@example.com" }) { user { fullName company email } } }`,
          ),
        ),
      ).toEqual({
        updateUser: { user: { fullName: "V", company: "C", email: "v@example.com" } },
      });
      expect(refusal(await as("owner", `mutation { updateUser(input: { username: "nobody" }) { user { id } } }`))).toEqual({
        code: "NOT_FOUND",
        field: "username",
      });
    });

    it("removes a user with the personal token, which is refused at once", async () => {
      expect(await isAccepted(org.world.bearer.user)).toBe(true);
      done(await as("owner", `mutation { removeUser(input: { username: "user" }) { user { id } } }`));
      expect(await isAccepted(org.world.bearer.user)).toBe(false);
      expect(
        await org.server.store.db.selectFrom("tokens").select("id").where("id", "=", org.world.users.user).execute(),
      ).toEqual([]);
    });

    it("removes nobody by their own hand, and not the last root", async () => {
      expect(refusal(await as("root", `mutation { removeUser(input: { username: "admin" }) { user { id } } }`))).toEqual({
        code: "BAD_INPUT",
        field: "username",
      });
      expect(refusal(await as("local", `mutation { removeUser(input: { username: "admin" }) { user { id } } }`))).toEqual({
        code: "BAD_INPUT",
        field: "username",
      });
      expect(
        refusal(await as("local", `mutation { updateUser(input: { username: "admin", isRoot: false }) { user { id } } }`)),
      ).toEqual({ code: "BAD_INPUT", field: "username" });
      done(await as("local", `mutation { updateUser(input: { username: "victim", isRoot: true }) { user { id } } }`));
      done(await as("local", `mutation { removeUser(input: { username: "admin" }) { user { id } } }`));
    });

    it("leaves a root when two are removed at the same moment", async () => {
      done(await as("local", `mutation { updateUser(input: { username: "victim", isRoot: true }) { user { id } } }`));
      await Promise.all(
        ["admin", "victim"].map((username) =>
          as("local", `mutation { removeUser(input: { username: "${username}" }) { user { id } } }`),
        ),
      );
      expect(await org.server.store.db.selectFrom("users").select("id").where("isRoot", "=", true).execute()).toHaveLength(1);
    });

    it("shows a user to oneself, and others to who manages users", async () => {
      const query = (id: string) => `{ user(id: "${id}") { username } }`;
      expect(done(await as("user", query(org.world.users.user)))).toEqual({ user: { username: "user" } });
      expect(refusal(await as("user", query(org.world.users.owner))).code).toBe("NOT_ALLOWED");
      expect(done(await as("owner", query("nobody")))).toEqual({ user: null });
    });

    it("finds and orders them", async () => {
      const names = async (args: string) => {
        const { users } = done(await as("owner", `{ users${args} { username } }`)) as { users: { username: string }[] };
        return users.map(({ username }) => username);
      };
      expect(await names("")).toEqual(["admin", "delegate", "member", "owner", "user", "victim"]);
      expect(await names('(search: "EL")')).toEqual(["delegate"]);
      expect(await names("(orderBy: { userField: USERNAME, order: DESC })")).toEqual([
        "victim",
        "user",
        "owner",
        "member",
        "delegate",
        "admin",
      ]);
      expect((await names("(orderBy: { userField: FULLNAME, order: DESC })"))[0]).toBe("admin");
    });

    it("hides who has access from whoever may not decide it", async () => {
      const query = `{ searchDomain(name: "sandbox") { users { username } } }`;
      expect(done(await as("delegate", query))).toEqual({
        searchDomain: { users: [{ username: "delegate" }, { username: "member" }] },
      });
      expect(refusal(await as("view-", query)).code).toBe("NOT_ALLOWED");
    });
  });

  describe("of roles", () => {
    const assign = (
      caller: CallerName,
      roleIds: readonly string[],
      userId = org.world.users.victim,
      searchDomainId = org.world.sandbox,
    ) =>
      as(
        caller,
        "mutation ($input: AssignUserRolesInSearchDomainInput!) { assignUserRolesInSearchDomain(input: $input) { username searchDomainRoles { role { displayName } searchDomain { name } } } }",
        {
          input: { searchDomainId, roleAssignments: [{ userId, roleIds }] },
        },
      );
    const insertRole = async (role: object) => {
      const { id } = mintToken("view");
      await org.server.store.db
        .insertInto("roles")
        .values({ id, displayName: id, ...role })
        .execute();
      return id;
    };

    it("gives users exactly the roles named, which hold from the next request on", async () => {
      expect(done(await assign("delegate", [org.world.role]))).toEqual({
        assignUserRolesInSearchDomain: [
          { username: "victim", searchDomainRoles: [{ role: { displayName: "reader" }, searchDomain: { name: "sandbox" } }] },
        ],
      });
      done(await assign("delegate", [org.world.role], org.world.users.user));
      expect(done(await as("user", "{ searchDomains { name } }"))).toEqual({ searchDomains: [{ name: "sandbox" }] });
      done(await assign("delegate", [], org.world.users.user));
      expect(done(await as("user", "{ searchDomains { name } }"))).toEqual({ searchDomains: [] });
    });

    it("gives organization permissions wherever they are assigned", async () => {
      const role = await insertRole({ organizationPermissions: ["ManageUsers"] });
      expect(refusal(await as("user", "{ users { id } }")).code).toBe("NOT_ALLOWED");
      done(await assign("owner", [role], org.world.users.user));
      done(await as("user", "{ users { id } }"));
      // It opens no search domain, not even the one that it was assigned in.
      expect(done(await as("user", "{ searchDomains { name } }"))).toEqual({ searchDomains: [] });
    });

    it("lets nobody give what they do not hold, nor decide where they may not", async () => {
      expect(refusal(await assign("delegate", [await insertRole({ organizationPermissions: ["ManageUsers"] })])).code).toBe(
        "NOT_ALLOWED",
      );
      expect(refusal(await assign("owner", [await insertRole({ systemPermissions: ["ManageCluster"] })])).code).toBe(
        "NOT_ALLOWED",
      );
      expect(refusal(await assign("delegate", [org.world.role], org.world.users.victim, org.world.vault)).code).toBe(
        "NOT_ALLOWED",
      );
      const create = (permissions: string) =>
        `mutation { createRole(input: { displayName: "r", viewPermissions: [], ${permissions} }) { role { id } } }`;
      expect(refusal(await as("owner", create("systemPermissions: [ManageCluster]"))).code).toBe("NOT_ALLOWED");
      done(await as("owner", create("organizationPermissions: [ManageUsers]")));
      done(await as("root", create("systemPermissions: [ManageCluster]")));
    });

    it("lets a role that was given by others stay", async () => {
      const strong = await insertRole({ systemPermissions: ["ManageCluster"] });
      done(await assign("root", [strong]));
      done(await assign("delegate", [strong, org.world.role]));
    });

    it("names what does not exist", async () => {
      expect(refusal(await assign("root", ["none"]))).toEqual({ code: "NOT_FOUND", field: "roleAssignments" });
      expect(refusal(await assign("root", [org.world.role], "none"))).toEqual({ code: "NOT_FOUND", field: "roleAssignments" });
      expect(refusal(await assign("root", [org.world.role], org.world.users.victim, "none"))).toEqual({
        code: "NOT_FOUND",
        field: "searchDomainId",
      });
    });
  });

  it("switches features on and off, as often as one likes", async () => {
    const flags = async (scope: string) => {
      const answer = done(await as("user", `{ featureFlags(enabledInScopeFilter: ${scope}) { flag } }`));
      return (answer as { featureFlags: { flag: string }[] }).featureFlags.map(({ flag }) => flag);
    };
    expect(await flags("GlobalScope")).toEqual(["SleepFunction"]);
    for (let time = 0; time < 2; time++) done(await as("root", "mutation { enableFeature(feature: CustomIngestTokens) }"));
    expect(await flags("GlobalScope")).toEqual(["SleepFunction", "CustomIngestTokens"]);
    expect(await flags("Disabled")).not.toContain("CustomIngestTokens");
    expect(
      done(
        await as("user", "{ meta { isFeatureFlagEnabled(feature: CustomIngestTokens) } viewer { enabledFeaturesForAccount } }"),
      ),
    ).toEqual({
      meta: { isFeatureFlagEnabled: true },
      viewer: { enabledFeaturesForAccount: ["SleepFunction", "CustomIngestTokens"] },
    });
    for (let time = 0; time < 2; time++) done(await as("root", "mutation { disableFeature(feature: CustomIngestTokens) }"));
    expect(await flags("GlobalScope")).toEqual(["SleepFunction"]);
  });

  describe("of the system policy", () => {
    const update = (caller: CallerName, system: string) =>
      as(
        caller,
        `mutation { updateTokenSecurityPolicies(input: {
          personalUserTokensEnabled: true, viewPermissionTokensEnabled: true, viewPermissionTokensAllowPermissionUpdates: true,
          organizationPermissionTokensEnabled: true, organizationPermissionTokensAllowPermissionUpdates: true, ${system} }) {
          configs { tokens { systemPermissionTokensEnabled systemPermissionTokensEnforceExpirationAfterMs } } } }`,
      );

    it("takes the right to administer system tokens; what is sent unchanged needs none", async () => {
      expect(refusal(await update("owner", `systemPermissionTokensEnforceExpirationAfterMs: ${day}`)).code).toBe("NOT_ALLOWED");
      expect(await dump(org.server.store.db)).toEqual(org.initial);
      done(await update("owner", "systemPermissionTokensEnabled: true, systemPermissionTokensAllowPermissionUpdates: true"));
      expect(done(await update("local", `systemPermissionTokensEnforceExpirationAfterMs: ${day}`))).toEqual({
        updateTokenSecurityPolicies: {
          configs: { tokens: { systemPermissionTokensEnabled: true, systemPermissionTokensEnforceExpirationAfterMs: day } },
        },
      });
    });
  });

  describe("answers root", () => {
    const schema = makeSchema({ extensions: true });
    const args: Record<string, string> = {
      tokens: "(sortBy: Name)",
      personalTokens: "(sortBy: Name)",
      tokenPage: "(kinds: [personal, view, organization, system], sortBy: Name)",
      repository: `(name: "sandbox")`,
      searchDomain: `(name: "v")`,
    };
    const fields = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
      (field) => field.name in args || field.args.every((arg) => !isNonNullType(arg.type)),
    );

    function selection(type: GraphQLNamedType, lists: number, depth: number): string {
      if (!isCompositeType(type)) return "";
      const parts = isAbstractType(type)
        ? schema.getPossibleTypes(type).map((possible) => `... on ${possible.name} ${selection(possible, lists, depth)}`)
        : Object.values("getFields" in type ? type.getFields() : {}).flatMap((field) => selected(field, lists, depth));
      return `{ __typename ${parts.join(" ")} }`;
    }

    function selected(field: GraphQLField<unknown, unknown>, lists: number, depth: number): string[] {
      // Refused to everybody on the system's repositories; ingest tokens have tests of their own.
      if (field.name === "ingestTokens") return [];
      if (field.args.some((arg) => isNonNullType(arg.type))) return [];
      const type = getNamedType(field.type);
      if (!isCompositeType(type)) return [field.name];
      const listsLeft = isListType(getNullableType(field.type)) ? lists - 1 : lists;
      return depth > 0 && listsLeft >= 0 ? [`${field.name} ${selection(type, listsLeft, depth - 1)}`] : [];
    }

    it.each(fields)("every field of $name, as the contract says", async ({ name, type }) => {
      done(
        await as("root", `mutation { createView(name: "v", connections: [{ repositoryName: "sandbox", filter: "*" }]) { id } }`),
      );
      const query = `{ ${name}${args[name] ?? ""} ${selection(getNamedType(type), 2, 2)} }`;
      // The local administrator is no user.
      const callers = name === "currentUser" ? (["root"] as const) : (["root", "local"] as const);
      for (const caller of callers) done(await as(caller, query));
    });
  });
});
