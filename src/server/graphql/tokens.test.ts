import type { Updateable } from "kysely";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { tokenStringPattern } from "#domain/token/tokenString.ts";
import type { Database, TokenRow } from "#server/store/schema.ts";
import { insertTokens } from "#server/store/tokens.ts";
import { ask, dump, openCallers, restore, type Answer, type CallerName, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime } from "#server/testing/databases.ts";
import { aToken, sampleId } from "#server/testing/samples.ts";
import { cookieOf, type TestServer } from "#server/testing/server.ts";

describeOnBothDatabasesInTime("tokens", (open) => {
  let server: TestServer;
  let world: Callers;
  let initial: Awaited<ReturnType<typeof dump>>;
  let start: number;
  /** Root's credential, also after it was replaced. */
  let root: string;
  beforeAll(async () => {
    ({ server, world, initial } = await openCallers(open));
    start = server.now;
    return () => server.app.close();
  });
  beforeEach(async () => {
    server.now = start;
    root = world.bearer.root;
    await restore(server.store.db, initial);
  });

  const as = (caller: CallerName, query: string, variables?: object) => ask(server, world.bearer[caller], query, variables);

  /** The field of an answer that must not have failed. */
  function done({ data, errors }: Answer, field: string): unknown {
    expect(errors).toEqual([]);
    return data?.[field];
  }

  /** The code and field that an answer was refused with. */
  function refusal({ errors: [error] }: Answer) {
    return { code: error?.extensions.code, field: error?.extensions.field };
  }

  async function stored(id: string): Promise<TokenRow | undefined> {
    return server.store.db.selectFrom("tokens").selectAll().where("id", "=", id).executeTakeFirst();
  }

  const setPolicy = (kind: Database["tokenPolicies"]["kind"], policy: Updateable<Database["tokenPolicies"]>) =>
    server.store.db.updateTable("tokenPolicies").set(policy).where("kind", "=", kind).execute();
  const setToken = (id: string, token: Partial<TokenRow>) =>
    server.store.db.updateTable("tokens").set(token).where("id", "=", id).execute();

  const isAccepted = async (tokenString: string) => (await ask(server, tokenString, "{ meta { version } }")).status === 200;

  /** Creates a token of a kind with the second version of its mutation, as root. */
  async function create(kind: "personal" | "view" | "organization" | "system", input: object = {}): Promise<Answer> {
    const documents = {
      personal: ["CreatePersonalUserTokenInput", "createPersonalUserTokenV2", ""],
      view: ["CreateViewPermissionsTokenV2Input", "createViewPermissionsTokenV2", "permissions"],
      organization: ["CreateOrganizationPermissionsTokenV2Input", "createOrganizationPermissionsTokenV2", "permissions"],
      system: ["CreateSystemPermissionTokenV2Input", "createSystemPermissionsTokenV2", "permissions"],
    } as const;
    const needed = {
      personal: {},
      view: { name: "n", viewIds: [world.sandbox], viewPermissions: ["ReadAccess"] },
      organization: { name: "n", organizationPermissions: ["ViewUsage"] },
      system: { name: "n", systemPermissions: ["ReadHealthCheck"] },
    };
    const [type, field, permissions] = documents[kind];
    const answer = await ask(
      server,
      root,
      `mutation ($input: ${type}!) {
        created: ${field}(input: $input) {
          token tokenMetadata { id name expireAt createdAt ipFilterV2 { id } createdBy creatorKind creatorId ${permissions} }
        }
      }`,
      { input: { ...needed[kind], ...input } },
    );
    // Root's own token was replaced by the new one.
    if (kind === "personal" && answer.errors.length === 0) root = (done(answer, "created") as Created).token;
    return answer;
  }
  interface Created {
    readonly token: string;
    readonly tokenMetadata: {
      readonly id: string;
      readonly name: string;
      readonly expireAt: number | null;
      readonly createdAt: number;
      readonly ipFilterV2: { readonly id: string } | null;
      readonly createdBy: string;
      readonly permissions: readonly string[];
    };
  }

  const kinds = ["personal", "view", "organization", "system"] as const;
  const kindsWithPermissions = ["view", "organization", "system"] as const;

  describe("when created", () => {
    it.each(kinds)("have a string that works, whose first part is the id: %s", async (kind) => {
      const { token, tokenMetadata } = done(
        await create(kind, { expireAt: start + day, ipFilterId: world.filters.used }),
        "created",
      ) as Created;
      expect(token).toMatch(tokenStringPattern);
      expect(token.split("~")[0]).toBe(tokenMetadata.id);
      expect(tokenMetadata.id).toHaveLength(kind === "personal" ? 24 : 32);
      expect(tokenMetadata).toMatchObject({
        name: kind === "personal" ? "admin" : "n",
        expireAt: start + day,
        createdAt: start,
        ipFilterV2: { id: world.filters.used },
        createdBy: "admin",
        creatorKind: "user",
        creatorId: world.users.root,
      });
      expect(await isAccepted(token)).toBe(true);
      server.now = start + day;
      expect(await isAccepted(token)).toBe(false);
    });

    it("of the first version answer with the string alone", async () => {
      const token = done(
        await as("root", `mutation { createSystemPermissionsToken(input: { name: "n", permissions: [ReadHealthCheck] }) }`),
        "createSystemPermissionsToken",
      ) as string;
      expect(await isAccepted(token)).toBe(true);
    });

    it("keep no secret but a hash", async () => {
      const { token, tokenMetadata } = done(await create("organization"), "created") as Created;
      expect(JSON.stringify(await dump(server.store.db))).not.toContain(token.split("~")[1]);
      expect((await stored(tokenMetadata.id))?.secretHash).toHaveLength(32);
      expect(server.log()).not.toContain(token.split("~")[1]);
    });

    it("for views have OrganizationOwnedQueries and the parts of composed permissions", async () => {
      const created = done(await create("view", { viewPermissions: ["ChangeFiles", "ReadAccess"] }), "created") as Created;
      expect(created.tokenMetadata.permissions.toSorted()).toEqual([
        "CreateFiles",
        "DeleteFiles",
        "OrganizationOwnedQueries",
        "ReadAccess",
        "UpdateFiles",
      ]);
    });

    it("replace the user's personal token, whose string dies at once", async () => {
      const again = done(
        await as("user", "mutation { createPersonalUserTokenV2(input: {}) { token } }"),
        "createPersonalUserTokenV2",
      ) as { token: string };
      expect(again.token.split("~")[0]).toBe(world.users.user);
      expect(await isAccepted(world.bearer.user)).toBe(false);
      expect(await isAccepted(again.token)).toBe(true);
    });

    it.each(kinds)("obey the policy: %s", async (kind) => {
      await setPolicy(kind, { maximumLifetime: 10 * day, ipFilterId: world.filters.free });
      expect(refusal(await create(kind))).toEqual({ code: "POLICY_VIOLATION", field: "expireAt" });
      expect(refusal(await create(kind, { expireAt: start + 10 * day + 1 }))).toEqual({
        code: "POLICY_VIOLATION",
        field: "expireAt",
      });
      expect(refusal(await create(kind, { expireAt: start + day, ipFilterId: world.filters.used }))).toEqual({
        code: "POLICY_VIOLATION",
        field: "ipFilterId",
      });
      const fits = done(await create(kind, { expireAt: start + 10 * day }), "created") as Created;
      expect(fits.tokenMetadata).toMatchObject({ expireAt: start + 10 * day, ipFilterV2: { id: world.filters.free } });
      await setPolicy(kind, { enabled: false });
      expect(refusal(await create(kind, { expireAt: start + day }))).toEqual({ code: "POLICY_VIOLATION", field: undefined });
    });

    it.each(kinds)("expire in the future and have an IP filter that exists: %s", async (kind) => {
      const before = await dump(server.store.db);
      expect(refusal(await create(kind, { expireAt: start }))).toEqual({ code: "BAD_INPUT", field: "expireAt" });
      expect(refusal(await create(kind, { ipFilterId: "none" }))).toEqual({ code: "BAD_INPUT", field: "ipFilterId" });
      expect(await dump(server.store.db)).toEqual(before);
    });

    it("have a name and permissions, and for views search domains that exist", async () => {
      expect(refusal(await create("organization", { name: " " }))).toEqual({ code: "BAD_INPUT", field: "name" });
      expect(refusal(await create("organization", { organizationPermissions: [] }))).toEqual({
        code: "BAD_INPUT",
        field: "organizationPermissions",
      });
      expect(refusal(await create("system", { systemPermissions: [] }))).toEqual({
        code: "BAD_INPUT",
        field: "systemPermissions",
      });
      expect(refusal(await create("view", { viewPermissions: [] }))).toEqual({ code: "BAD_INPUT", field: "viewPermissions" });
      expect(refusal(await create("view", { viewIds: [] }))).toEqual({ code: "BAD_INPUT", field: "viewIds" });
      expect(refusal(await create("view", { viewIds: [world.sandbox, "none"] }))).toEqual({
        code: "BAD_INPUT",
        field: "viewIds",
      });
      expect(
        refusal(await create("view", { assetPermissionAssignments: [{ assetResourceIdentifier: "a", permissions: [] }] })),
      ).toEqual({
        code: "BAD_INPUT",
        field: "assetPermissionAssignments",
      });
    });

    it("for views name only search domains that the creator can reach", async () => {
      const answer = await as(
        "delegate",
        'mutation ($ids: [String!]!) { createViewPermissionsToken(input: { name: "n", permissions: [ReadAccess], viewIds: $ids }) }',
        { ids: [world.sandbox, world.vault] },
      );
      expect(refusal(answer)).toEqual({ code: "BAD_INPUT", field: "viewIds" });
    });

    it("have no permission that their creator does not hold", async () => {
      const role = await server.store.db
        .insertInto("roles")
        .values({
          id: "granter",
          displayName: "granter",
          viewPermissions: ["ChangeUserAccess"],
          organizationPermissions: ["ChangeOrganizationPermissions"],
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      await server.store.db
        .insertInto("userRoles")
        .values({ userId: world.users.user, searchDomainId: world.sandbox, roleId: role.id })
        .execute();
      const view = await as(
        "user",
        'mutation ($ids: [String!]!) { createViewPermissionsTokenV2(input: { name: "n", viewPermissions: [ChangeUserAccess, ReadAccess], viewIds: $ids }) { token } }',
        { ids: [world.sandbox] },
      );
      expect(refusal(view)).toEqual({ code: "NOT_ALLOWED", field: "viewPermissions" });
      expect(view.errors[0]?.message).toContain("ReadAccess");
      expect(view.errors[0]?.message).not.toContain("ChangeUserAccess");
      const organization = await as(
        "user",
        `mutation { createOrganizationPermissionsToken(input: { name: "n", permissions: [ManageUsers] }) }`,
      );
      expect(refusal(organization)).toEqual({ code: "NOT_ALLOWED", field: "permissions" });
      const held = await as(
        "user",
        `mutation { createOrganizationPermissionsToken(input: { name: "n", permissions: [ChangeOrganizationPermissions] }) }`,
      );
      expect(held.errors).toEqual([]);
    });
  });

  describe("when rotated", () => {
    const rotate = (caller: CallerName, id: string) =>
      as(caller, "mutation ($id: String!) { rotateToken(input: { id: $id }) }", { id });

    it.each(kindsWithPermissions)("get a new id and secret, count as created now, and keep the rest: %s", async (kind) => {
      const { token, tokenMetadata } = done(
        await create(kind, { expireAt: start + 9 * day, ipFilterId: world.filters.used }),
        "created",
      ) as Created;
      server.now = start + day;
      const rotated = done(await rotate("root", tokenMetadata.id), "rotateToken") as string;
      const id = rotated.split("~")[0] ?? "";
      expect(id).not.toBe(tokenMetadata.id);
      expect(await stored(tokenMetadata.id)).toBeUndefined();
      expect(await stored(id)).toMatchObject({
        kind,
        name: "n",
        createdAt: start + day,
        expireAt: start + 9 * day,
        ipFilterId: world.filters.used,
        permissions: tokenMetadata.permissions,
        viewIds: kind === "view" ? [world.sandbox] : [],
        lastUsedAt: null,
      });
      expect(await isAccepted(token)).toBe(false);
      expect(await isAccepted(rotated)).toBe(true);
    });

    it("keep their id when personal, with expiry and filter", async () => {
      await setToken(world.users.user, { expireAt: start + 9 * day, ipFilterId: world.filters.used });
      server.now = start + day;
      const rotated = done(await rotate("user", world.users.user), "rotateToken") as string;
      expect(rotated.split("~")[0]).toBe(world.users.user);
      expect(await stored(world.users.user)).toMatchObject({
        createdAt: start + day,
        expireAt: start + 9 * day,
        ipFilterId: world.filters.used,
      });
      expect(await isAccepted(world.bearer.user)).toBe(false);
      expect(await isAccepted(rotated)).toBe(true);
    });

    it("may be any user's for root alone, also one that does not exist yet: it gets all that the policy allows", async () => {
      await server.store.db.deleteFrom("tokens").where("id", "=", world.users.victim).execute();
      await setPolicy("personal", { maximumLifetime: 10 * day, ipFilterId: world.filters.free });
      expect(refusal(await rotate("owner", world.users.victim)).code).toBe("NOT_FOUND");
      const rotated = done(await rotate("local", world.users.victim), "rotateToken") as string;
      expect(await stored(world.users.victim)).toMatchObject({
        name: "victim",
        expireAt: start + 10 * day,
        ipFilterId: world.filters.free,
        createdBy: "local administrator",
        creatorKind: "administrator",
        creatorId: null,
      });
      expect(await isAccepted(rotated)).toBe(true);
      expect(refusal(await rotate("root", sampleId(24, 1))).code).toBe("NOT_FOUND");
    });

    it("must fit the policy", async () => {
      await setPolicy("organization", { maximumLifetime: 10 * day });
      expect(refusal(await rotate("root", world.tokens.organization)).code).toBe("POLICY_VIOLATION");
      await setToken(world.tokens.organization, { expireAt: start + 10 * day + 1 });
      expect(refusal(await rotate("root", world.tokens.organization)).code).toBe("POLICY_VIOLATION");
      await setToken(world.tokens.organization, { expireAt: start + 10 * day });
      expect((await rotate("root", world.tokens.organization)).errors).toEqual([]);
      await setPolicy("system", { enabled: false });
      expect(refusal(await rotate("root", world.tokens.system)).code).toBe("POLICY_VIOLATION");
    });

    it("are not when expired: they are as good as gone", async () => {
      await setToken(world.tokens.organization, { expireAt: start });
      const answer = await rotate("root", world.tokens.organization);
      expect(refusal(answer).code).toBe("NOT_FOUND");
      expect((await stored(world.tokens.organization))?.expireAt).toBe(start);
    });

    it("say what they are when they cannot be: expired, deleted or rotated, and never that a user is missing", async () => {
      const messages = async (caller: CallerName, id: string) => (await rotate(caller, id)).errors.map(({ message }) => message);
      await setToken(world.tokens.organization, { expireAt: start });
      const when = `${new Date(start).toISOString().slice(0, 19).replace("T", " ")} UTC`;
      expect(await messages("root", world.tokens.organization)).toEqual([
        `This token expired on ${when} and can no longer be rotated; create another.`,
      ]);
      await setToken(world.users.user, { expireAt: start - 1 });
      expect(refusal(await rotate("owner", world.users.user)).code).toBe("NOT_FOUND");
      done(await rotate("root", world.tokens.system), "rotateToken");
      for (const id of [world.tokens.system, sampleId(24, 1)]) {
        expect(await messages("root", id)).toEqual([
          "There is no such token, or you may not administer it. It may have been deleted, or rotated and so have another id.",
        ]);
      }
      // Whoever may not administer it learns nothing of it, not even that it has expired.
      expect(await messages("delegate", world.tokens.organization)).toEqual(await messages("delegate", sampleId(24, 1)));
    });

    it("hold no permission that the caller does not hold", async () => {
      await setToken(world.tokens.organization, { permissions: ["ViewUsage", "ExportOrganization"] });
      const minted = done(
        await as(
          "root",
          `mutation { createOrganizationPermissionsToken(input: { name: "n", permissions: [ChangeOrganizationPermissions, ViewUsage] }) }`,
        ),
        "createOrganizationPermissionsToken",
      ) as string;
      const answer = await ask(server, minted, "mutation ($id: String!) { rotateToken(input: { id: $id }) }", {
        id: world.tokens.organization,
      });
      expect(refusal(answer).code).toBe("NOT_ALLOWED");
      expect(answer.errors[0]?.message).toMatch(/: ExportOrganization$/u);
    });

    it("of others are not to be had: they do not exist for whoever may not administer them", async () => {
      for (const id of [world.tokens.personal, world.tokens.organization, world.tokens.system]) {
        expect(refusal(await rotate("delegate", id)).code).toBe("NOT_FOUND");
      }
    });
  });

  describe("whose permissions are changed", () => {
    const update = (caller: CallerName, kind: string, id: string, permissions: readonly string[]) =>
      as(
        caller,
        `mutation ($id: String!) { updated: update${kind}PermissionsTokenPermissions(input: { id: $id, permissions: [${permissions.join()}] }) }`,
        { id },
      );

    it("keep their string and id, and have just the new permissions", async () => {
      expect(
        done(await update("root", "Organization", world.tokens.organization, ["MonitorQueries", "BlockQueries"]), "updated"),
      ).toBe(world.tokens.organization);
      expect((await stored(world.tokens.organization))?.permissions).toEqual(["MonitorQueries", "BlockQueries"]);
      done(await update("root", "View", world.tokens.view, ["ChangeTriggers"]), "updated");
      expect((await stored(world.tokens.view))?.permissions.toSorted()).toEqual([
        "CreateTriggers",
        "DeleteTriggers",
        "OrganizationOwnedQueries",
        "UpdateTriggers",
      ]);
    });

    it.each([
      ["View", "view", "ReadAccess"],
      ["Organization", "organization", "ViewUsage"],
      ["System", "system", "ReadHealthCheck"],
    ] as const)("must be of a kind whose policy allows it: %s", async (name, kind, permission) => {
      await setPolicy(kind, { allowPermissionUpdates: false });
      expect(refusal(await update("root", name, world.tokens[kind], [permission]))).toEqual({
        code: "POLICY_VIOLATION",
        field: "permissions",
      });
      expect(refusal(await update("root", name, "none", [permission]))).toEqual({ code: "NOT_FOUND", field: undefined });
    });

    it("must be of the mutation's kind, unexpired and left with some permission", async () => {
      expect(refusal(await update("root", "System", world.tokens.organization, ["ReadHealthCheck"])).code).toBe("NOT_FOUND");
      expect(refusal(await update("root", "System", world.tokens.system, []))).toEqual({
        code: "BAD_INPUT",
        field: "permissions",
      });
      await setToken(world.tokens.system, { expireAt: start });
      expect(refusal(await update("root", "System", world.tokens.system, ["ReadHealthCheck"])).code).toBe("NOT_FOUND");
    });

    it("may keep what the caller does not hold, but are given no more of it", async () => {
      await setToken(world.tokens.view, { permissions: ["ReadAccess"] });
      expect((await update("organization+", "View", world.tokens.view, ["ReadAccess", "ChangeUserAccess"])).errors).toEqual([]);
      expect(refusal(await update("organization+", "View", world.tokens.view, ["ReadAccess", "DeleteEvents"])).code).toBe(
        "NOT_ALLOWED",
      );
    });
  });

  it.each([
    ["created anew", "mutation { done: createPersonalUserToken(input: {}) }"],
    ["rotated", "mutation ($id: String!) { done: rotateToken(input: { id: $id }) }"],
  ])("keep the session that was begun with them when %s from it, and end every other", async (_, query) => {
    const cookie = cookieOf(await server.signIn({ token: world.bearer.user }));
    const other = cookieOf(await server.signIn({ token: world.bearer.user }));
    const response = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { cookie, origin: "http://localhost:80", "content-type": "application/json" },
      payload: JSON.stringify({ query, variables: { id: world.users.user } }),
    });
    expect(response.json()).toEqual({ data: { done: expect.stringMatching(tokenStringPattern) } });
    expect(await isAccepted(world.bearer.user)).toBe(false);
    expect((await server.session({ cookie })).user?.id).toBe(world.users.user);
    expect((await server.session({ cookie: other })).user).toBeUndefined();
  });

  it("are refused at once when deleted", async () => {
    const { token, tokenMetadata } = done(await create("system"), "created") as Created;
    expect(
      done(
        await as("root", "mutation ($id: String!) { deleteToken(input: { id: $id }) }", { id: tokenMetadata.id }),
        "deleteToken",
      ),
    ).toBe(true);
    expect(await isAccepted(token)).toBe(false);
    expect(
      refusal(await as("root", "mutation ($id: String!) { deleteToken(input: { id: $id }) }", { id: tokenMetadata.id })).code,
    ).toBe("NOT_FOUND");
  });

  describe("when several requests come at the same moment", () => {
    const succeeded = (answers: readonly Answer[]) => answers.filter(({ errors }) => errors.length === 0);

    it("are rotated once: the others find them gone", async () => {
      const rotate = "mutation ($id: String!) { rotateToken(input: { id: $id }) }";
      const answers = await Promise.all([1, 2, 3].map(() => as("local", rotate, { id: world.tokens.system })));
      expect(succeeded(answers)).toHaveLength(1);
      expect(answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))).toEqual([
        "NOT_FOUND",
        "NOT_FOUND",
      ]);
    });

    it("are replaced one after the other when personal: one string works in the end", async () => {
      // By a session of the user, which a replacement does not end.
      const cookie = cookieOf(await server.signIn({ code: await server.code() }));
      const strings = await Promise.all(
        [1, 2, 3, 4].map(async () => {
          const response = await server.app.inject({
            method: "POST",
            url: "/graphql",
            headers: { cookie, origin: "http://localhost:80", "content-type": "application/json" },
            payload: JSON.stringify({ query: "mutation { createPersonalUserToken(input: {}) }" }),
          });
          return response.json<{ data: { createPersonalUserToken: string } }>().data.createPersonalUserToken;
        }),
      );
      const accepted = await Promise.all(strings.map(isAccepted));
      expect(accepted.filter(Boolean)).toHaveLength(1);
    });

    it("never end up naming a search domain or an IP filter that is deleted meanwhile", async () => {
      const creations = Array.from({ length: 12 }, () =>
        create("view", { viewIds: [world.sandbox, world.vault], ipFilterId: world.filters.free }),
      );
      const [created, domain, filter] = await Promise.all([
        Promise.all(creations),
        as("local", `mutation { deleteSearchDomain(name: "vault") { result } }`),
        as("local", "mutation ($id: String!) { deleteIPFilter(input: { id: $id }) }", { id: world.filters.free }),
      ]);
      expect(domain.errors).toEqual([]);
      expect(filter.errors.map(({ extensions }) => extensions.code)).toEqual(filter.errors.length === 0 ? [] : ["IN_USE"]);
      for (const { errors } of created)
        expect(errors.map(({ extensions }) => extensions.code)).toEqual(errors.length === 0 ? [] : ["BAD_INPUT"]);
      const tokens = await server.store.db.selectFrom("tokens").select(["viewIds", "ipFilterId"]).execute();
      expect(tokens.filter(({ viewIds }) => viewIds.includes(world.vault))).toEqual([]);
      const left = tokens.some(({ ipFilterId }) => ipFilterId === world.filters.free);
      expect(left && filter.errors.length === 0).toBe(false);
    });
  });

  describe("in lists", () => {
    interface Page {
      readonly totalResults: number;
      readonly results: readonly { readonly id: string; readonly name: string; readonly expireAt: number | null }[];
    }
    const list = async (caller: CallerName, args: string, field = "tokens") =>
      done(await as(caller, `{ ${field}(${args}) { totalResults results { id name expireAt } } }`), field) as Page;
    const ids = (page: Page) => page.results.map(({ id }) => id);

    const names = ["twin", "twin", "twin", "100%", "under_score", "Upper", "back\\slash"];
    beforeEach(async () => {
      await insertTokens(
        server.store.db,
        Array.from({ length: 60 }, (_, number) =>
          aToken({
            id: sampleId(32, number),
            kind: "system",
            name: names[number % names.length] ?? "",
            createdAt: start,
            expireAt: number % 3 === 0 ? null : start + day * ((number % 4) + 1),
          }),
        ),
      );
    });

    it.each(["Name", "ExpirationDate"])(
      "come in one total order by %s, whole, page by page and either way round",
      async (sortBy) => {
        const collect = async (orderBy: string) => {
          const pages: string[] = [];
          for (let skip = 0; skip < 70; skip += 7) {
            const page = await list(
              "root",
              `typeFilter: SystemPermissionToken, sortBy: ${sortBy}, orderBy: ${orderBy}, skip: ${skip}, limit: 7`,
            );
            expect(page.totalResults).toBe(60 + 4);
            pages.push(...ids(page));
          }
          return pages;
        };
        const ascending = await collect("ASC");
        expect(new Set(ascending).size).toBe(64);
        expect(await collect("DESC")).toEqual(ascending.toReversed());
        const { results } = await list("root", `typeFilter: [SystemPermissionToken], sortBy: ${sortBy}, limit: 10000`);
        expect(results.map(({ id }) => id)).toEqual(ascending);
        const keys = results.map((token) => (sortBy === "Name" ? token.name : (token.expireAt ?? Infinity)));
        expect(keys).toEqual(keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      },
    );

    it("have 50 entries unless asked for more, and say the total even past the end", async () => {
      expect((await list("root", "sortBy: Name")).results).toHaveLength(50);
      expect(await list("root", "sortBy: Name, typeFilter: SystemPermissionToken, skip: 1000")).toEqual({
        totalResults: 64,
        results: [],
      });
      for (const [wrong, field] of [
        ["limit: 10001", "limit"],
        ["limit: -1", "limit"],
        ["skip: -1", "skip"],
      ]) {
        expect(refusal(await as("root", `{ tokens(sortBy: Name, ${wrong}) { totalResults } }`))).toEqual({
          code: "BAD_INPUT",
          field,
        });
      }
    });

    it("are searched in ids and names alike, in any case, with no character standing for others", async () => {
      const search = async (text: string) =>
        (
          await as(
            "root",
            "query ($text: String) { tokens(sortBy: Name, searchFilter: $text, limit: 1000) { totalResults results { id name } } }",
            { text },
          )
        ).data?.["tokens"] as Page | undefined;
      const named = async (text: string) => [...new Set((await search(text))?.results.map(({ name }) => name))];
      expect(await named("UPPER")).toEqual(["Upper"]);
      expect(await named("0%")).toEqual(["100%"]);
      expect(await named("r_s")).toEqual(["under_score"]);
      expect(await named("k\\s")).toEqual(["back\\slash"]);
      expect((await search(world.tokens.view))?.results.map(({ id }) => id)).toEqual([world.tokens.view]);
    });

    it("are narrowed by kind and by search domain", async () => {
      expect((await list("root", "sortBy: Name, typeFilter: [OrganizationManagementPermissionToken]")).totalResults).toBe(0);
      const both = await list("root", "sortBy: Name, typeFilter: [ViewPermissionToken, OrganizationPermissionToken]");
      const view = await list("root", "sortBy: Name, typeFilter: ViewPermissionToken");
      const organization = await list("root", "sortBy: Name, typeFilter: OrganizationPermissionToken");
      expect(both.totalResults).toBe(view.totalResults + organization.totalResults);
      const sandbox = await list("root", `sortBy: Name, parentEntityIdFilter: ["${world.sandbox}"]`);
      expect(ids(sandbox).toSorted()).toEqual(ids(view).toSorted());
      expect((await list("root", `sortBy: Name, parentEntityIdFilter: ["${world.vault}"]`)).totalResults).toBe(0);
    });

    it("never have personal tokens, which have their own list", async () => {
      const personal = await list("root", "sortBy: Name", "personalTokens");
      expect(personal.results.map(({ name }) => name)).toEqual(["delegate", "member", "owner", "root", "user", "victim"]);
      const others = await list("root", "sortBy: Name, limit: 1000");
      expect(ids(others)).not.toContain(world.users.victim);
      expect(ids(await list("user", "sortBy: Name", "personalTokens"))).toEqual([world.users.user]);
    });

    it("have a view token only for who administers every one of its search domains", async () => {
      await setToken(world.tokens.view, { viewIds: [world.sandbox, world.vault] });
      for (const caller of ["view+", "delegate"] as const) {
        expect(ids(await list(caller, "sortBy: Name, typeFilter: ViewPermissionToken"))).not.toContain(world.tokens.view);
        expect(refusal(await as(caller, `{ token(tokenId: "${world.tokens.view}") { id } }`)).code).toBe("NOT_FOUND");
      }
      expect(ids(await list("organization+", "sortBy: Name, typeFilter: ViewPermissionToken"))).toContain(world.tokens.view);
      await setToken(world.tokens.view, { viewIds: [] });
      expect(ids(await list("delegate", "sortBy: Name, typeFilter: ViewPermissionToken"))).not.toContain(world.tokens.view);
    });

    it("say of each kind how much of it they hold", async () => {
      const visibility = async (caller: CallerName) =>
        (await as(caller, "{ tokenVisibility { personal view organization system } }")).data?.["tokenVisibility"];
      const seen = (personal: string, view: string, organization: string, system: string) => ({
        personal,
        view,
        organization,
        system,
      });
      expect(await visibility("root")).toEqual(seen("Complete", "Complete", "Complete", "Complete"));
      expect(await visibility("local")).toEqual(seen("Complete", "Complete", "Complete", "Complete"));
      expect(await visibility("owner")).toEqual(seen("Partial", "Complete", "Complete", "Hidden"));
      expect(await visibility("delegate")).toEqual(seen("Partial", "Partial", "Hidden", "Hidden"));
      expect(await visibility("user")).toEqual(seen("Partial", "Hidden", "Hidden", "Hidden"));
      expect(await visibility("view+")).toEqual(seen("Hidden", "Partial", "Hidden", "Hidden"));
      expect(await visibility("view-")).toEqual(seen("Hidden", "Hidden", "Hidden", "Hidden"));
      expect(await visibility("organization+")).toEqual(seen("Hidden", "Complete", "Complete", "Hidden"));
      expect(await visibility("system+")).toEqual(seen("Hidden", "Hidden", "Hidden", "Complete"));
    });

    it("show permissions, views and filters, and never a secret", async () => {
      const answer = await as(
        "root",
        `{ token(tokenId: "${world.tokens.view}") {
        __typename id name createdAt expireAt ipFilter ipFilterV2 { id name ipFilter } lastUsedAt lastUsedFrom createdBy creatorKind creatorId
        ... on ViewPermissionsToken { permissions views { __typename id name } } } }`,
      );
      expect(answer.data).toEqual({
        token: {
          __typename: "ViewPermissionsToken",
          id: world.tokens.view,
          name: "view token",
          createdAt: start,
          expireAt: null,
          ipFilter: world.filters.used,
          ipFilterV2: { id: world.filters.used, name: "used", ipFilter: "allow all" },
          lastUsedAt: null,
          lastUsedFrom: null,
          createdBy: null,
          creatorKind: "unknown",
          creatorId: null,
          permissions: ["ReadAccess"],
          views: [{ __typename: "Repository", id: world.sandbox, name: "sandbox" }],
        },
      });
    });
  });
});
