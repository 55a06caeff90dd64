import { sql, type Transaction } from "kysely";
import { beforeEach, describe, expect, it } from "vitest";

import { planPolicyChange } from "#domain/policy/plan.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { planCheck } from "#logscale/digest.ts";
import { mintToken } from "#server/auth/secrets.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { lockTokensExclusive } from "#server/store/locks.ts";
import type { Database, NewTokenRow } from "#server/store/schema.ts";
import { ask, dump, openPolicies, restore, type Answer, type CallerName } from "#server/testing/callers.ts";
import { callersForEach, codeOf } from "#server/testing/callersForEach.ts";
import { describeOnBothDatabases, waitingForLocks } from "#server/testing/databases.ts";

const rotate = "mutation ($id: String!) { rotateToken(input: { id: $id }) }";
const updateView =
  "mutation ($id: String!, $permissions: [Permission!]!) { updateViewPermissionsTokenPermissions(input: { id: $id, permissions: $permissions }) }";
const createView =
  'mutation ($viewIds: [String!]!, $permissions: [Permission!]!) { createViewPermissionsToken(input: { name: "new", viewIds: $viewIds, permissions: $permissions }) }';
const createOrganization =
  'mutation ($permissions: [OrganizationPermission!]!) { createOrganizationPermissionsToken(input: { name: "new", permissions: $permissions }) }';
const assign = "mutation ($input: AssignUserRolesInSearchDomainInput!) { assignUserRolesInSearchDomain(input: $input) { id } }";

describeOnBothDatabases("A caller who wants more than it holds", (open) => {
  const org = callersForEach(open);
  const { as } = org;

  /** Stores a token and returns its id and string. */
  async function insertToken(kind: Exclude<NewTokenRow["kind"], "personal">, row: Partial<NewTokenRow>) {
    const { id, secretHash, tokenString } = mintToken(kind);
    const limits = { expireAt: null, ipFilterId: null, userId: null, createdBy: null, lastUsedAt: null, lastUsedFrom: null };
    await org.server.store.db
      .insertInto("tokens")
      .values({ id, kind, secretHash, name: kind, createdAt: org.server.now, ...limits, ...row })
      .execute();
    return { id, tokenString };
  }

  async function giveRole(userId: string, searchDomainId: string, role: { view?: string[]; organization?: string[] }) {
    const { id } = mintToken("view");
    const { view = [], organization = [] } = role;
    const { db } = org.server.store;
    await db
      .insertInto("roles")
      .values({ id, displayName: id, viewPermissions: view, organizationPermissions: organization })
      .execute();
    await db.insertInto("userRoles").values({ userId, searchDomainId, roleId: id }).execute();
    return id;
  }

  describe("through view tokens", () => {
    beforeEach(() => giveRole(org.world.users.user, org.world.sandbox, { view: ["ChangeUserAccess", "ReadAccess"] }));

    it("gets none for another search domain, nor for several of which one is another", async () => {
      const permissions = ["ReadAccess"];
      expect(codeOf(await as("user", createView, { viewIds: [org.world.sandbox], permissions }))).toBe("");
      expect(codeOf(await as("user", createView, { viewIds: [org.world.vault], permissions }))).toBe("BAD_INPUT");
      expect(codeOf(await as("user", createView, { viewIds: [org.world.sandbox, org.world.vault], permissions }))).toBe(
        "BAD_INPUT",
      );
    });

    it("gets none with a permission that it lacks, whole or in parts", async () => {
      for (const permission of ["DeleteEvents", "ChangeFiles", "CreateFiles"]) {
        expect(codeOf(await as("user", createView, { viewIds: [org.world.sandbox], permissions: [permission] }))).toBe(
          "NOT_ALLOWED",
        );
      }
    });

    it("rotates none that can do more, or reaches further", async () => {
      const stronger = await insertToken("view", { viewIds: [org.world.sandbox], permissions: ["DeleteEvents"] });
      const wider = await insertToken("view", { viewIds: [org.world.sandbox, org.world.vault], permissions: ["ReadAccess"] });
      const nowhere = await insertToken("view", { viewIds: [], permissions: ["ReadAccess"] });
      expect(codeOf(await as("user", rotate, { id: stronger.id }))).toBe("NOT_ALLOWED");
      expect(codeOf(await as("user", rotate, { id: wider.id }))).toBe("NOT_FOUND");
      expect(codeOf(await as("user", rotate, { id: nowhere.id }))).toBe("NOT_FOUND");
    });

    it("extends none, be it of another kind or by its own hand", async () => {
      expect(codeOf(await as("user", updateView, { id: org.world.tokens.view, permissions: ["DeleteEvents"] }))).toBe(
        "NOT_ALLOWED",
      );
      for (const id of [
        org.world.tokens.organization,
        org.world.tokens.system,
        org.world.tokens.personal,
        org.world.users.user,
      ]) {
        expect(codeOf(await as("root", updateView, { id, permissions: ["ReadAccess"] }))).toBe("NOT_FOUND");
      }
      const own = await insertToken("view", { viewIds: [org.world.sandbox], permissions: ["ChangeUserAccess"] });
      const extend = await ask(org.server, own.tokenString, updateView, {
        id: own.id,
        permissions: ["ChangeUserAccess", "ReadAccess"],
      });
      expect(codeOf(extend)).toBe("NOT_ALLOWED");
    });

    it("gains nothing when a search domain of a token is deleted", async () => {
      const shared = await insertToken("view", { viewIds: [org.world.sandbox, org.world.vault], permissions: ["DeleteEvents"] });
      expect(codeOf(await as("root", 'mutation { deleteSearchDomain(name: "vault", deleteMessage: "") { result } }'))).toBe("");
      expect(codeOf(await as("user", rotate, { id: shared.id }))).toBe("NOT_ALLOWED");
    });
  });

  it("gets no organization or system token with a permission that it lacks, and rotates none", async () => {
    const { tokenString } = await insertToken("organization", { permissions: ["ChangeOrganizationPermissions"] });
    const strong = await insertToken("organization", { permissions: ["ManageUsers"] });
    expect(codeOf(await ask(org.server, tokenString, createOrganization, { permissions: ["ManageUsers"] }))).toBe("NOT_ALLOWED");
    expect(codeOf(await ask(org.server, tokenString, rotate, { id: strong.id }))).toBe("NOT_ALLOWED");
    expect(codeOf(await ask(org.server, tokenString, rotate, { id: org.world.tokens.system }))).toBe("NOT_FOUND");
    expect(codeOf(await ask(org.server, tokenString, rotate, { id: org.world.users.root }))).toBe("NOT_FOUND");
    expect(
      codeOf(await ask(org.server, tokenString, createOrganization, { permissions: ["ChangeOrganizationPermissions"] })),
    ).toBe("");
  });

  it("makes nobody root or owner by managing users", async () => {
    await giveRole(org.world.users.user, org.world.sandbox, { organization: ["ManageUsers"] });
    const mutation = (text: string) => as("user", `mutation { ${text} }`);
    expect(codeOf(await mutation('updateUser(input: { username: "user", isRoot: true }) { user { id } }'))).toBe("NOT_ALLOWED");
    expect(codeOf(await mutation('addUserV2(input: { username: "x", isRoot: true }) { __typename }'))).toBe("NOT_ALLOWED");
    expect(codeOf(await mutation('addUserV2(input: { username: "x", isOrgOwner: true }) { __typename }'))).toBe("NOT_ALLOWED");
    const own = `updateOrganizationRoot(userId: "${org.world.users.user}", organizationRoot: true) { id }`;
    expect(codeOf(await mutation(own))).toBe("NOT_ALLOWED");
    expect(codeOf(await mutation('removeUser(input: { username: "owner" }) { user { id } }'))).toBe("NOT_ALLOWED");
  });

  it("assigns no role with a permission that it lacks, also where view tokens get that one unasked", async () => {
    await giveRole(org.world.users.user, org.world.sandbox, { view: ["ChangeUserAccess"] });
    for (const permission of ["ReadAccess", "OrganizationOwnedQueries"]) {
      const roleId = await giveRole(org.world.users.owner, org.world.vault, { view: [permission] });
      const input = { searchDomainId: org.world.sandbox, roleAssignments: [{ userId: org.world.users.user, roleIds: [roleId] }] };
      expect(codeOf(await as("user", assign, { input }))).toBe("NOT_ALLOWED");
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
      const { users, sandbox, vault, mixed, holders } = org.world;
      const { db } = org.server.store;
      await giveRole(users.user, sandbox, { organization: ["ManageUsers"] });
      for (const id of [users.user, users.victim])
        expect(codeOf(await change("addUsersToGroup", holders, id))).toBe("NOT_ALLOWED");
      // One after the other it is given what the group gives, and only with all of it may it add.
      const place = { groupId: holders, kind: "view", searchDomainId: vault, roleId: mixed } as const;
      await giveRole(users.user, sandbox, { view: ["ReadAccess"] });
      expect(codeOf(await change("addUsersToGroup", holders, users.victim))).toBe("NOT_ALLOWED");
      await db.deleteFrom("groupRoles").where("groupId", "=", holders).where("kind", "<>", "view").execute();
      expect(codeOf(await change("addUsersToGroup", holders, users.victim))).toBe("");
      await db.insertInto("groupRoles").values(place).execute();
      expect(codeOf(await change("addUsersToGroup", holders, users.delegate))).toBe("NOT_ALLOWED");
      await giveRole(users.user, vault, { view: ["ReadAccess"] });
      expect(codeOf(await change("addUsersToGroup", holders, users.delegate))).toBe("");
      for (const kind of ["organization", "system"] as const) {
        await db
          .insertInto("groupRoles")
          .values({ groupId: org.world.group, kind, searchDomainId: null, roleId: mixed })
          .execute();
        expect(codeOf(await change("addUsersToGroup", org.world.group, users.user))).toBe("NOT_ALLOWED");
        await db.deleteFrom("groupRoles").where("groupId", "=", org.world.group).execute();
      }
    });

    it("assigns no role to a group that it is in, or that others are in, with a permission that it lacks", async () => {
      const { users, sandbox, vault, mixed, group: staff } = org.world;
      const rights = ["ManageUsers", "ChangeOrganizationPermissions"];
      const administrator = await giveRole(users.user, sandbox, { view: ["ChangeUserAccess"], organization: rights });
      await org.server.store.db
        .updateTable("roles")
        .set({ systemPermissions: ["ChangeSystemPermissions"] })
        .where("id", "=", administrator)
        .execute();
      expect(codeOf(await change("addUsersToGroup", staff, users.user))).toBe("");
      expect(codeOf(await assignTo("assignRoleToGroup", staff, mixed, sandbox))).toBe("NOT_ALLOWED");
      expect(codeOf(await assignTo("assignRoleToGroup", staff, administrator, vault))).toBe("NOT_ALLOWED");
      expect(codeOf(await assignTo("assignOrganizationRoleToGroup", staff, mixed))).toBe("NOT_ALLOWED");
      expect(codeOf(await assignTo("assignSystemRoleToGroup", staff, mixed))).toBe("NOT_ALLOWED");
      // What it holds it may give.
      expect(codeOf(await assignTo("assignRoleToGroup", staff, administrator, sandbox))).toBe("");
      expect(codeOf(await assignTo("assignOrganizationRoleToGroup", staff, administrator))).toBe("");
      expect(codeOf(await assignTo("assignSystemRoleToGroup", staff, administrator))).toBe("");
    });

    it("takes organization and system permissions from nobody that it lacks, by members, roles or the group itself", async () => {
      const { users, sandbox, mixed, holders } = org.world;
      const { db } = org.server.store;
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
      expect(codeOf(await change("removeUsersFromGroup", holders, users.victim))).toBe("NOT_ALLOWED");
      expect(codeOf(await as("user", `mutation { removeGroup(${group(holders)}) { group { id } } }`))).toBe("NOT_ALLOWED");
      expect(codeOf(await assignTo("unassignOrganizationRoleFromGroup", holders, mixed))).toBe("NOT_ALLOWED");
      expect(codeOf(await assignTo("unassignSystemRoleFromGroup", holders, mixed))).toBe("NOT_ALLOWED");
      expect(await dump(db)).toEqual(before);
      // About what is held in the repository it decides.
      expect(codeOf(await assignTo("unassignRoleFromGroup", holders, mixed, sandbox))).toBe("");
    });

    it("makes no sign-in link for somebody whose group gives what it lacks", async () => {
      const { users, sandbox, holders } = org.world;
      await giveRole(users.user, sandbox, { organization: ["ManageUsers"] });
      const link = () => as("user", 'mutation { createSignInLink(username: "victim") { expiresAt } }');
      expect(codeOf(await link())).toBe("");
      await org.server.store.db.insertInto("groupMembers").values({ groupId: holders, userId: users.victim }).execute();
      const refused = await link();
      expect(codeOf(refused)).toBe("NOT_ALLOWED");
      expect(refused.errors[0]?.message).toMatch(/ReadHealthCheck, ViewUsage, ReadAccess on sandbox$/u);
    });

    it("hands out what its own groups give, as if it held it by itself", async () => {
      const { users, sandbox, mixed, holders, group: staff } = org.world;
      const { db } = org.server.store;
      await db.insertInto("groupMembers").values({ groupId: holders, userId: users.user }).execute();
      expect(codeOf(await as("user", createOrganization, { permissions: ["ViewUsage"] }))).toBe("NOT_ALLOWED");
      await giveRole(users.user, sandbox, { view: ["ChangeUserAccess"], organization: ["ChangeOrganizationPermissions"] });
      expect(codeOf(await as("user", createOrganization, { permissions: ["ViewUsage"] }))).toBe("");
      expect(codeOf(await as("user", createView, { viewIds: [sandbox], permissions: ["ReadAccess"] }))).toBe("");
      expect(codeOf(await assignTo("assignRoleToGroup", staff, mixed, sandbox))).toBe("");
      expect(codeOf(await assignTo("assignOrganizationRoleToGroup", staff, mixed))).toBe("");
    });
  });

  describe("by claims of what it was shown of a policy change", () => {
    const apply = `mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }`;

    /** What the delegate sends who names kinds as complete of which it sees some tokens or none. */
    const claim = async (kinds: readonly (typeof tokenKinds)[number][]) => {
      const base = await readPolicies(org.server.store.db);
      const next = { ...base, organization: { ...base.organization, maximumLifetime: 60_000 } };
      const tokenhouse = planCheck(base, planPolicyChange([], next, org.server.now), kinds);
      const input = { ...openPolicies, organizationPermissionTokensEnforceExpirationAfterMs: 60_000 };
      return as("delegate", apply, { input }, { extensions: { tokenhouse } });
    };

    it("learns neither whether there are tokens that it may not see, nor how many", async () => {
      const before = await dump(org.server.store.db);
      const some = await claim(["organization"]);
      await org.server.store.db.deleteFrom("tokens").where("kind", "=", "organization").execute();
      const none = await claim(["organization"]);
      expect(codeOf(some)).toBe("PLAN_CHANGED");
      expect(none.errors).toEqual(some.errors);
      expect(some.errors[0]?.extensions).not.toHaveProperty("counts");
      expect(await readPolicies(org.server.store.db)).toEqual({
        ...defaultPolicies,
        view: { ...defaultPolicies.view, allowPermissionUpdates: true },
        organization: { ...defaultPolicies.organization, allowPermissionUpdates: true },
        system: { ...defaultPolicies.system, allowPermissionUpdates: true },
      });
      await restore(org.server.store.db, before);
      expect(codeOf(await claim(["personal"]))).toBe("PLAN_CHANGED");
      expect(codeOf(await claim(["view"]))).toBe("PLAN_CHANGED");
    });

    it("is held against the policies alone when it claims no kind", async () => {
      expect(codeOf(await claim([]))).toBe("");
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
    expect(refused.every((answer) => answer.status === 401 || codeOf(answer) === "NOT_ALLOWED")).toBe(true);
    const accepted = await Promise.all(made.map((token) => ask(org.server, token, "{ meta { version } }")));
    expect(accepted.filter(({ status }) => status === 200)).toHaveLength(1);
    const { count } = (
      await sql<{ count: number }>`select count(*) as count from tokens where user_id = ${org.world.users.user}`.execute(
        org.server.store.db,
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
      const { db } = org.server.store;
      let answer: Promise<Answer> | undefined;
      await db.transaction().execute(async (trx) => {
        await first(trx);
        answer = request();
        await expect.poll(() => waitingForLocks(db)).toBeGreaterThan(0);
        await then(trx);
      });
      if (answer === undefined) throw new Error("nothing was asked");
      return answer;
    }

    const idOf = (caller: CallerName) => org.world.bearer[caller].split("~")[0] ?? "";

    it.for([
      ["another token by a token", "organization+", createOrganization, { permissions: ["ViewUsage"] }],
      ["another token by a user's token", "root", createOrganization, { permissions: ["ViewUsage"] }],
      ["a personal token in its own place", "owner", "mutation { createPersonalUserToken(input: {}) }", {}],
      ["a rotated token", "system+", rotate, { id: "system" }],
    ] as const)(
      "gets %s no more when a policy deletes the credential while the request waits",
      async ([, caller, query, variables], { skip }) => {
        if (org.server.store.kind === "pglite") skip();
        const id = "id" in variables ? { id: org.world.tokens[variables.id] } : {};
        const answer = await whileWaiting(
          (trx) => lockTokensExclusive(trx),
          () => as(caller, query, { ...variables, ...id }),
          (trx) => trx.deleteFrom("tokens").where("id", "=", idOf(caller)).execute(),
        );
        expect(codeOf(answer)).toBe("NOT_ALLOWED");
        expect(answer.text).not.toContain("~");
      },
    );

    it("changes no policy any more when a policy deletes the credential while the request waits", async ({ skip }) => {
      if (org.server.store.kind === "pglite") skip();
      const before = await readPolicies(org.server.store.db);
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
      expect(codeOf(answer)).toBe("NOT_ALLOWED");
      expect(await readPolicies(org.server.store.db)).toEqual(before);
    });

    it("gets nothing with rights that were taken while the request waits", async ({ skip }) => {
      if (org.server.store.kind === "pglite") skip();
      const answer = await whileWaiting(
        (trx) => lockTokensExclusive(trx),
        () => as("delegate", createView, { viewIds: [org.world.sandbox], permissions: ["ReadAccess"] }),
        (trx) => trx.deleteFrom("userRoles").where("userId", "=", org.world.users.delegate).execute(),
      );
      expect(answer.errors).toHaveLength(1);
      expect(answer.text).not.toContain("~");
    });

    it("gets no rotated token of the user who is removed, and neither waits for the other for ever", async ({ skip }) => {
      if (org.server.store.kind === "pglite") skip();
      const { victim } = org.world.users;
      const answer = await whileWaiting(
        (db) => db.selectFrom("users").select("id").where("id", "=", victim).forUpdate().execute(),
        () => as("root", rotate, { id: victim }),
        (db) => db.deleteFrom("users").where("id", "=", victim).execute(),
      );
      expect(codeOf(answer)).toBe("NOT_FOUND");
    });

    it("gets nothing with rights by a group that were taken while the request waits", async ({ skip }) => {
      if (org.server.store.kind === "pglite") skip();
      const takings: readonly ((trx: Transaction<Database>) => Promise<unknown>)[] = [
        (trx) => trx.deleteFrom("groupMembers").where("userId", "=", org.world.users.member).execute(),
        (trx) => trx.deleteFrom("groupRoles").where("kind", "=", "view").execute(),
        (trx) => trx.deleteFrom("groups").where("displayName", "=", "crew").execute(),
        (trx) => trx.updateTable("roles").set({ viewPermissions: [] }).where("displayName", "=", "power").execute(),
      ];
      for (const take of takings) {
        const answer = await whileWaiting(
          (trx) => lockTokensExclusive(trx),
          () => as("member", createView, { viewIds: [org.world.sandbox], permissions: ["ReadAccess"] }),
          take,
        );
        expect(codeOf(answer)).toBe("NOT_ALLOWED");
        expect(answer.text).not.toContain("~");
        await restore(org.server.store.db, org.initial);
      }
    });

    it("gives nothing through a group to somebody who joins it while the role is assigned", async ({ skip }) => {
      if (org.server.store.kind === "pglite") skip();
      const { users, sandbox, group: staff, mixed } = org.world;
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
      expect(codeOf(answer)).toBe("NOT_ALLOWED");
    });

    it("gives no role to the user who is removed, and neither waits for the other for ever", async ({ skip }) => {
      if (org.server.store.kind === "pglite") skip();
      const { db } = org.server.store;
      // The order of ids is the order in which roles are assigned: the user to be removed stands before root.
      const id = "0".repeat(24);
      await db.insertInto("users").values({ id, username: "first", createdAt: 0 }).execute();
      const input = {
        searchDomainId: org.world.sandbox,
        roleAssignments: [id, org.world.users.root].map((userId) => ({ userId, roleIds: [org.world.role] })),
      };
      // What assigning does first, held until the removal waits.
      const answer = await whileWaiting(
        (trx) => trx.selectFrom("users").select("id").where("id", "=", id).forUpdate().execute(),
        () => as("root", 'mutation { removeUser(input: { username: "first" }) { user { id } } }'),
        (trx) => trx.selectFrom("users").select("id").where("id", "=", org.world.users.root).forUpdate().execute(),
      );
      expect(codeOf(answer)).toBe("");
      expect(codeOf(await as("root", assign, { input }))).toBe("NOT_FOUND");
    });
  });
});
