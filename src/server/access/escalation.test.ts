import { sql, type Transaction } from "kysely";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { planPolicyChange } from "#domain/policy/plan.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { planCheck } from "#logscale/digest.ts";
import { mintToken } from "#server/auth/secrets.ts";
import { readPolicies } from "#server/services/policies.ts";
import { lockTokensExclusive } from "#server/store/locks.ts";
import type { Database, NewTokenRow } from "#server/store/schema.ts";
import {
  ask,
  dump,
  openCallers,
  openPolicies,
  restore,
  type Answer,
  type CallerName,
  type Callers,
} from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import type { TestServer } from "#server/testing/server.ts";

const rotate = "mutation ($id: String!) { rotateToken(input: { id: $id }) }";
const updateView =
  "mutation ($id: String!, $permissions: [Permission!]!) { updateViewPermissionsTokenPermissions(input: { id: $id, permissions: $permissions }) }";
const createView =
  'mutation ($viewIds: [String!]!, $permissions: [Permission!]!) { createViewPermissionsToken(input: { name: "new", viewIds: $viewIds, permissions: $permissions }) }';
const createOrganization =
  'mutation ($permissions: [OrganizationPermission!]!) { createOrganizationPermissionsToken(input: { name: "new", permissions: $permissions }) }';
const assign = "mutation ($input: AssignUserRolesInSearchDomainInput!) { assignUserRolesInSearchDomain(input: $input) { id } }";

describeOnBothDatabases("A caller who wants more than it holds", (open) => {
  let server: TestServer;
  let world: Callers;
  let initial: Awaited<ReturnType<typeof dump>>;
  beforeAll(async () => {
    ({ server, world, initial } = await openCallers(open));
    return () => server.app.close();
  });
  beforeEach(() => restore(server.store.db, initial));

  const as = (caller: CallerName, query: string, variables?: object, more?: object) =>
    ask(server, world.bearer[caller], query, variables, more);
  const code = ({ errors }: Answer) => errors.map(({ extensions }) => extensions.code).join();

  /** Stores a token and returns its id and string. */
  async function insertToken(kind: Exclude<NewTokenRow["kind"], "personal">, row: Partial<NewTokenRow>) {
    const { id, secretHash, tokenString } = mintToken(kind);
    const limits = { expireAt: null, ipFilterId: null, userId: null, createdBy: null, lastUsedAt: null, lastUsedFrom: null };
    await server.store.db
      .insertInto("tokens")
      .values({ id, kind, secretHash, name: kind, createdAt: server.now, ...limits, ...row })
      .execute();
    return { id, tokenString };
  }

  async function giveRole(userId: string, searchDomainId: string, role: { view?: string[]; organization?: string[] }) {
    const { id } = mintToken("view");
    const { view = [], organization = [] } = role;
    const { db } = server.store;
    await db
      .insertInto("roles")
      .values({ id, displayName: id, viewPermissions: view, organizationPermissions: organization })
      .execute();
    await db.insertInto("userRoles").values({ userId, searchDomainId, roleId: id }).execute();
    return id;
  }

  describe("through view tokens", () => {
    beforeEach(() => giveRole(world.users.user, world.sandbox, { view: ["ChangeUserAccess", "ReadAccess"] }));

    it("gets none for another search domain, nor for several of which one is another", async () => {
      const permissions = ["ReadAccess"];
      expect(code(await as("user", createView, { viewIds: [world.sandbox], permissions }))).toBe("");
      expect(code(await as("user", createView, { viewIds: [world.vault], permissions }))).toBe("BAD_INPUT");
      expect(code(await as("user", createView, { viewIds: [world.sandbox, world.vault], permissions }))).toBe("BAD_INPUT");
    });

    it("gets none with a permission that it lacks, whole or in parts", async () => {
      for (const permission of ["DeleteEvents", "ChangeFiles", "CreateFiles"]) {
        expect(code(await as("user", createView, { viewIds: [world.sandbox], permissions: [permission] }))).toBe("NOT_ALLOWED");
      }
    });

    it("rotates none that can do more, or reaches further", async () => {
      const stronger = await insertToken("view", { viewIds: [world.sandbox], permissions: ["DeleteEvents"] });
      const wider = await insertToken("view", { viewIds: [world.sandbox, world.vault], permissions: ["ReadAccess"] });
      const nowhere = await insertToken("view", { viewIds: [], permissions: ["ReadAccess"] });
      expect(code(await as("user", rotate, { id: stronger.id }))).toBe("NOT_ALLOWED");
      expect(code(await as("user", rotate, { id: wider.id }))).toBe("NOT_FOUND");
      expect(code(await as("user", rotate, { id: nowhere.id }))).toBe("NOT_FOUND");
    });

    it("extends none, be it of another kind or by its own hand", async () => {
      expect(code(await as("user", updateView, { id: world.tokens.view, permissions: ["DeleteEvents"] }))).toBe("NOT_ALLOWED");
      for (const id of [world.tokens.organization, world.tokens.system, world.tokens.personal, world.users.user]) {
        expect(code(await as("root", updateView, { id, permissions: ["ReadAccess"] }))).toBe("NOT_FOUND");
      }
      const own = await insertToken("view", { viewIds: [world.sandbox], permissions: ["ChangeUserAccess"] });
      const extend = await ask(server, own.tokenString, updateView, {
        id: own.id,
        permissions: ["ChangeUserAccess", "ReadAccess"],
      });
      expect(code(extend)).toBe("NOT_ALLOWED");
    });

    it("gains nothing when a search domain of a token is deleted", async () => {
      const shared = await insertToken("view", { viewIds: [world.sandbox, world.vault], permissions: ["DeleteEvents"] });
      expect(code(await as("root", 'mutation { deleteSearchDomain(name: "vault", deleteMessage: "") { result } }'))).toBe("");
      expect(code(await as("user", rotate, { id: shared.id }))).toBe("NOT_ALLOWED");
    });
  });

  it("gets no organization or system token with a permission that it lacks, and rotates none", async () => {
    const { tokenString } = await insertToken("organization", { permissions: ["ChangeOrganizationPermissions"] });
    const strong = await insertToken("organization", { permissions: ["ManageUsers"] });
    expect(code(await ask(server, tokenString, createOrganization, { permissions: ["ManageUsers"] }))).toBe("NOT_ALLOWED");
    expect(code(await ask(server, tokenString, rotate, { id: strong.id }))).toBe("NOT_ALLOWED");
    expect(code(await ask(server, tokenString, rotate, { id: world.tokens.system }))).toBe("NOT_FOUND");
    expect(code(await ask(server, tokenString, rotate, { id: world.users.root }))).toBe("NOT_FOUND");
    expect(code(await ask(server, tokenString, createOrganization, { permissions: ["ChangeOrganizationPermissions"] }))).toBe("");
  });

  it("makes nobody root or owner by managing users", async () => {
    await giveRole(world.users.user, world.sandbox, { organization: ["ManageUsers"] });
    const mutation = (text: string) => as("user", `mutation { ${text} }`);
    expect(code(await mutation('updateUser(input: { username: "user", isRoot: true }) { user { id } }'))).toBe("NOT_ALLOWED");
    expect(code(await mutation('addUserV2(input: { username: "x", isRoot: true }) { __typename }'))).toBe("NOT_ALLOWED");
    expect(code(await mutation('addUserV2(input: { username: "x", isOrgOwner: true }) { __typename }'))).toBe("NOT_ALLOWED");
    const own = `updateOrganizationRoot(userId: "${world.users.user}", organizationRoot: true) { id }`;
    expect(code(await mutation(own))).toBe("NOT_ALLOWED");
    expect(code(await mutation('removeUser(input: { username: "owner" }) { user { id } }'))).toBe("NOT_ALLOWED");
  });

  it("assigns no role with a permission that it lacks, also where view tokens get that one unasked", async () => {
    await giveRole(world.users.user, world.sandbox, { view: ["ChangeUserAccess"] });
    for (const permission of ["ReadAccess", "OrganizationOwnedQueries"]) {
      const roleId = await giveRole(world.users.owner, world.vault, { view: [permission] });
      const input = { searchDomainId: world.sandbox, roleAssignments: [{ userId: world.users.user, roleIds: [roleId] }] };
      expect(code(await as("user", assign, { input }))).toBe("NOT_ALLOWED");
    }
  });

  describe("through groups", () => {
    const group = (name: string) => `groupId: ${JSON.stringify(name)}`;
    const change = (which: "addUsersToGroup" | "removeUsersFromGroup", groupId: string, userId: string) =>
      as("user", `mutation { ${which}(input: { ${group(groupId)}, users: ["${userId}"] }) { group { id } } }`);
    const assignTo = (mutation: string, groupId: string, roleId: string, viewId?: string) =>
      as(
        "user",
        `mutation { ${mutation}(input: { ${group(groupId)}, roleId: "${roleId}"${viewId === undefined ? "" : `, viewId: "${viewId}"`} })
          { group { __typename } } }`,
      );

    it("adds nobody, itself included, to a group that gives what it lacks, in whichever place", async () => {
      const { users, sandbox, vault, mixed, holders } = world;
      const { db } = server.store;
      await giveRole(users.user, sandbox, { organization: ["ManageUsers"] });
      for (const id of [users.user, users.victim]) expect(code(await change("addUsersToGroup", holders, id))).toBe("NOT_ALLOWED");
      // One after the other it is given what the group gives, and only with all of it may it add.
      const place = { groupId: holders, kind: "view", searchDomainId: vault, roleId: mixed } as const;
      await giveRole(users.user, sandbox, { view: ["ReadAccess"] });
      expect(code(await change("addUsersToGroup", holders, users.victim))).toBe("NOT_ALLOWED");
      await db.deleteFrom("groupRoles").where("groupId", "=", holders).where("kind", "<>", "view").execute();
      expect(code(await change("addUsersToGroup", holders, users.victim))).toBe("");
      await db.insertInto("groupRoles").values(place).execute();
      expect(code(await change("addUsersToGroup", holders, users.delegate))).toBe("NOT_ALLOWED");
      await giveRole(users.user, vault, { view: ["ReadAccess"] });
      expect(code(await change("addUsersToGroup", holders, users.delegate))).toBe("");
      for (const kind of ["organization", "system"] as const) {
        await db.insertInto("groupRoles").values({ groupId: world.group, kind, searchDomainId: null, roleId: mixed }).execute();
        expect(code(await change("addUsersToGroup", world.group, users.user))).toBe("NOT_ALLOWED");
        await db.deleteFrom("groupRoles").where("groupId", "=", world.group).execute();
      }
    });

    it("assigns no role to a group that it is in, or that others are in, with a permission that it lacks", async () => {
      const { users, sandbox, vault, mixed, group: staff } = world;
      const rights = ["ManageUsers", "ChangeOrganizationPermissions"];
      const administrator = await giveRole(users.user, sandbox, { view: ["ChangeUserAccess"], organization: rights });
      await server.store.db
        .updateTable("roles")
        .set({ systemPermissions: ["ChangeSystemPermissions"] })
        .where("id", "=", administrator)
        .execute();
      expect(code(await change("addUsersToGroup", staff, users.user))).toBe("");
      expect(code(await assignTo("assignRoleToGroup", staff, mixed, sandbox))).toBe("NOT_ALLOWED");
      expect(code(await assignTo("assignRoleToGroup", staff, administrator, vault))).toBe("NOT_ALLOWED");
      expect(code(await assignTo("assignOrganizationRoleToGroup", staff, mixed))).toBe("NOT_ALLOWED");
      expect(code(await assignTo("assignSystemRoleToGroup", staff, mixed))).toBe("NOT_ALLOWED");
      // What it holds it may give.
      expect(code(await assignTo("assignRoleToGroup", staff, administrator, sandbox))).toBe("");
      expect(code(await assignTo("assignOrganizationRoleToGroup", staff, administrator))).toBe("");
      expect(code(await assignTo("assignSystemRoleToGroup", staff, administrator))).toBe("");
    });

    it("takes organization and system permissions from nobody that it lacks, by members, roles or the group itself", async () => {
      const { users, sandbox, mixed, holders } = world;
      const { db } = server.store;
      await db.insertInto("groupMembers").values({ groupId: holders, userId: users.victim }).execute();
      const administrator = await giveRole(users.user, sandbox, {
        view: ["ChangeUserAccess"],
        organization: ["ManageUsers", "ChangeOrganizationPermissions"],
      });
      await db
        .updateTable("roles")
        .set({ systemPermissions: ["ChangeSystemPermissions"] })
        .where("id", "=", administrator)
        .execute();
      const before = await dump(db);
      expect(code(await change("removeUsersFromGroup", holders, users.victim))).toBe("NOT_ALLOWED");
      expect(code(await as("user", `mutation { removeGroup(${group(holders)}) { group { id } } }`))).toBe("NOT_ALLOWED");
      expect(code(await assignTo("unassignOrganizationRoleFromGroup", holders, mixed))).toBe("NOT_ALLOWED");
      expect(code(await assignTo("unassignSystemRoleFromGroup", holders, mixed))).toBe("NOT_ALLOWED");
      expect(await dump(db)).toEqual(before);
      // About what is held in the repository it decides.
      expect(code(await assignTo("unassignRoleFromGroup", holders, mixed, sandbox))).toBe("");
    });

    it("makes no sign-in link for somebody whose group gives what it lacks", async () => {
      const { users, sandbox, holders } = world;
      await giveRole(users.user, sandbox, { organization: ["ManageUsers"] });
      const link = () => as("user", 'mutation { createSignInLink(username: "victim") { expiresAt } }');
      expect(code(await link())).toBe("");
      await server.store.db.insertInto("groupMembers").values({ groupId: holders, userId: users.victim }).execute();
      const refused = await link();
      expect(code(refused)).toBe("NOT_ALLOWED");
      expect(refused.errors[0]?.message).toMatch(/ReadHealthCheck, ViewUsage, ReadAccess on sandbox$/u);
    });

    it("hands out what its own groups give, as if it held it by itself", async () => {
      const { users, sandbox, mixed, holders, group: staff } = world;
      const { db } = server.store;
      await db.insertInto("groupMembers").values({ groupId: holders, userId: users.user }).execute();
      expect(code(await as("user", createOrganization, { permissions: ["ViewUsage"] }))).toBe("NOT_ALLOWED");
      await giveRole(users.user, sandbox, { view: ["ChangeUserAccess"], organization: ["ChangeOrganizationPermissions"] });
      expect(code(await as("user", createOrganization, { permissions: ["ViewUsage"] }))).toBe("");
      expect(code(await as("user", createView, { viewIds: [sandbox], permissions: ["ReadAccess"] }))).toBe("");
      expect(code(await assignTo("assignRoleToGroup", staff, mixed, sandbox))).toBe("");
      expect(code(await assignTo("assignOrganizationRoleToGroup", staff, mixed))).toBe("");
    });
  });

  describe("by claims of what it was shown of a policy change", () => {
    const apply = `mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }`;

    /** What the delegate sends who names kinds as complete of which it sees some tokens or none. */
    const claim = async (kinds: readonly (typeof tokenKinds)[number][]) => {
      const base = await readPolicies(server.store.db);
      const next = { ...base, organization: { ...base.organization, maximumLifetime: 60_000 } };
      const tokenhouse = planCheck(base, planPolicyChange([], next, server.now), kinds);
      const input = { ...openPolicies, organizationPermissionTokensEnforceExpirationAfterMs: 60_000 };
      return as("delegate", apply, { input }, { extensions: { tokenhouse } });
    };

    it("learns neither whether there are tokens that it may not see, nor how many", async () => {
      const before = await dump(server.store.db);
      const some = await claim(["organization"]);
      await server.store.db.deleteFrom("tokens").where("kind", "=", "organization").execute();
      const none = await claim(["organization"]);
      expect(code(some)).toBe("PLAN_CHANGED");
      expect(none.errors).toEqual(some.errors);
      expect(some.errors[0]?.extensions).not.toHaveProperty("counts");
      expect(await readPolicies(server.store.db)).toEqual({
        ...defaultPolicies,
        view: { ...defaultPolicies.view, allowPermissionUpdates: true },
        organization: { ...defaultPolicies.organization, allowPermissionUpdates: true },
        system: { ...defaultPolicies.system, allowPermissionUpdates: true },
      });
      await restore(server.store.db, before);
      expect(code(await claim(["personal"]))).toBe("PLAN_CHANGED");
      expect(code(await claim(["view"]))).toBe("PLAN_CHANGED");
    });

    it("is held against the policies alone when it claims no kind", async () => {
      expect(code(await claim([]))).toBe("");
    });
  });

  it("has one valid personal token, however many it creates at the same moment", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => as("user", "mutation { createPersonalUserToken(input: {}) }")),
    );
    // The first one replaced the credential of all of them.
    const made = answers.flatMap(({ data }) => (data === null ? [] : String(data["createPersonalUserToken"])));
    expect(made).toHaveLength(1);
    const refused = answers.filter(({ data }) => data === null);
    expect(refused.every((answer) => answer.status === 401 || code(answer) === "NOT_ALLOWED")).toBe(true);
    const accepted = await Promise.all(made.map((token) => ask(server, token, "{ meta { version } }")));
    expect(accepted.filter(({ status }) => status === 200)).toHaveLength(1);
    const { count } = (
      await sql<{ count: number }>`select count(*) as count from tokens where user_id = ${world.users.user}`.execute(
        server.store.db,
      )
    ).rows[0] ?? { count: 0 };
    expect(count).toBe(1);
  });

  describe("at the moment of a removal", () => {
    /** Runs a transaction that does `first`, lets a request of the callers wait for it, and then does `then`. */
    async function whileWaiting(
      first: (trx: Transaction<Database>) => Promise<unknown>,
      request: () => Promise<Answer>,
      then: (trx: Transaction<Database>) => Promise<unknown>,
    ): Promise<Answer> {
      const { db } = server.store;
      let answer: Promise<Answer> | undefined;
      await db.transaction().execute(async (trx) => {
        await first(trx);
        answer = request();
        await expect
          .poll(async () => {
            const waiting = await sql<{ n: number }>`
              select count(*) as n from pg_locks where not granted and (database is null or database =
                (select oid from pg_database where datname = current_database()))`.execute(db);
            return waiting.rows[0]?.n;
          })
          .toBeGreaterThan(0);
        await then(trx);
      });
      if (answer === undefined) throw new Error("nothing was asked");
      return answer;
    }

    const idOf = (caller: CallerName) => world.bearer[caller].split("~")[0] ?? "";

    it.for([
      ["another token by a token", "organization+", createOrganization, { permissions: ["ViewUsage"] }],
      ["another token by a user's token", "root", createOrganization, { permissions: ["ViewUsage"] }],
      ["a personal token in its own place", "owner", "mutation { createPersonalUserToken(input: {}) }", {}],
      ["a rotated token", "system+", rotate, { id: "system" }],
    ] as const)(
      "gets %s no more when a policy deletes the credential while the request waits",
      async ([, caller, query, variables], { skip }) => {
        if (server.store.kind === "pglite") skip();
        const id = "id" in variables ? { id: world.tokens[variables.id] } : {};
        const answer = await whileWaiting(
          (trx) => lockTokensExclusive(trx),
          () => as(caller, query, { ...variables, ...id }),
          (trx) => trx.deleteFrom("tokens").where("id", "=", idOf(caller)).execute(),
        );
        expect(code(answer)).toBe("NOT_ALLOWED");
        expect(answer.text).not.toContain("~");
      },
    );

    it("changes no policy any more when a policy deletes the credential while the request waits", async ({ skip }) => {
      if (server.store.kind === "pglite") skip();
      const before = await readPolicies(server.store.db);
      const answer = await whileWaiting(
        (trx) => lockTokensExclusive(trx),
        () =>
          as(
            "organization+",
            "mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }",
            { input: { ...openPolicies, viewPermissionTokensEnabled: false } },
          ),
        (trx) => trx.deleteFrom("tokens").where("id", "=", idOf("organization+")).execute(),
      );
      expect(code(answer)).toBe("NOT_ALLOWED");
      expect(await readPolicies(server.store.db)).toEqual(before);
    });

    it("gets nothing with rights that were taken while the request waits", async ({ skip }) => {
      if (server.store.kind === "pglite") skip();
      const answer = await whileWaiting(
        (trx) => lockTokensExclusive(trx),
        () => as("delegate", createView, { viewIds: [world.sandbox], permissions: ["ReadAccess"] }),
        (trx) => trx.deleteFrom("userRoles").where("userId", "=", world.users.delegate).execute(),
      );
      expect(answer.errors).toHaveLength(1);
      expect(answer.text).not.toContain("~");
    });

    it("gets no rotated token of the user who is removed, and neither waits for the other for ever", async ({ skip }) => {
      if (server.store.kind === "pglite") skip();
      const { victim } = world.users;
      const answer = await whileWaiting(
        (db) => db.selectFrom("users").select("id").where("id", "=", victim).forUpdate().execute(),
        () => as("root", rotate, { id: victim }),
        (db) => db.deleteFrom("users").where("id", "=", victim).execute(),
      );
      expect(code(answer)).toBe("NOT_FOUND");
    });

    it("gets nothing with rights by a group that were taken while the request waits", async ({ skip }) => {
      if (server.store.kind === "pglite") skip();
      const takings: readonly ((trx: Transaction<Database>) => Promise<unknown>)[] = [
        (trx) => trx.deleteFrom("groupMembers").where("userId", "=", world.users.member).execute(),
        (trx) => trx.deleteFrom("groupRoles").where("kind", "=", "view").execute(),
        (trx) => trx.deleteFrom("groups").where("displayName", "=", "crew").execute(),
        (trx) => trx.updateTable("roles").set({ viewPermissions: [] }).where("displayName", "=", "power").execute(),
      ];
      for (const take of takings) {
        const answer = await whileWaiting(
          (trx) => lockTokensExclusive(trx),
          () => as("member", createView, { viewIds: [world.sandbox], permissions: ["ReadAccess"] }),
          take,
        );
        expect(code(answer)).toBe("NOT_ALLOWED");
        expect(answer.text).not.toContain("~");
        await restore(server.store.db, initial);
      }
    });

    it("gives nothing through a group to somebody who joins it while the role is assigned", async ({ skip }) => {
      if (server.store.kind === "pglite") skip();
      const { users, sandbox, group: staff, mixed } = world;
      await giveRole(users.user, sandbox, { organization: ["ManageUsers"] });
      // Judged when the role is there, whichever of the two came first.
      const answer = await whileWaiting(
        (trx) => lockTokensExclusive(trx),
        () =>
          as("user", `mutation { addUsersToGroup(input: { groupId: "${staff}", users: ["${users.user}"] }) { group { id } } }`),
        (trx) =>
          trx
            .insertInto("groupRoles")
            .values({ groupId: staff, kind: "organization", searchDomainId: null, roleId: mixed })
            .execute(),
      );
      expect(code(answer)).toBe("NOT_ALLOWED");
    });

    it("gives no role to the user who is removed, and neither waits for the other for ever", async ({ skip }) => {
      if (server.store.kind === "pglite") skip();
      const { db } = server.store;
      // The order of ids is the order in which roles are assigned: the user to be removed stands before root.
      const id = "0".repeat(24);
      await db.insertInto("users").values({ id, username: "first", createdAt: 0 }).execute();
      const input = {
        searchDomainId: world.sandbox,
        roleAssignments: [id, world.users.root].map((userId) => ({ userId, roleIds: [world.role] })),
      };
      // What assigning does first, held until the removal waits.
      const answer = await whileWaiting(
        (trx) => trx.selectFrom("users").select("id").where("id", "=", id).forUpdate().execute(),
        () => as("root", 'mutation { removeUser(input: { username: "first" }) { user { id } } }'),
        (trx) => trx.selectFrom("users").select("id").where("id", "=", world.users.root).forUpdate().execute(),
      );
      expect(code(answer)).toBe("");
      expect(code(await as("root", assign, { input }))).toBe("NOT_FOUND");
    });
  });
});
