import {
  buildSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  type GraphQLResolveInfo,
} from "graphql";
import { beforeAll, describe, expect, inject, it } from "vitest";

import { extensionsSdl, logscaleSdl } from "#logscale/generated/sdl.ts";
import { ask, makeCallers, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases, openTestStore } from "#server/testing/databases.ts";
import { pathName, schemaPaths, selectionOf, type SchemaPath } from "#server/testing/paths.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import type { GraphqlContext } from "./context.ts";
import { graphqlLimits } from "./limits.ts";
import { makeSchema } from "./schema.ts";
import { guardedTypes } from "./typeRules.ts";
import { guardTypes } from "./visibility.ts";

/** Puts a distinct word into every object that not everybody may see, and makes callers who see little. */
async function hideCanaries(server: TestServer, world: Callers) {
  const { db } = server.store;
  const { sandbox, vault, users } = world;
  await db.insertInto("searchDomains").values({ id: "view", name: "a view", type: "view", createdAt: 0 }).execute();
  for (const [repositoryId, name] of [
    [sandbox, "sandbox"],
    [vault, "vault"],
  ] as const) {
    await db
      .updateTable("searchDomains")
      .set({ description: `canary-domain-${name}` })
      .where("id", "=", repositoryId)
      .execute();
    await db
      .insertInto("viewConnections")
      .values({ viewId: "view", repositoryId, filter: `canary-connection-${name}` })
      .execute();
    const testCases = JSON.stringify([{ event: { rawString: `canary-sample-${name}` } }]);
    await db
      .insertInto("parsers")
      .values({
        id: `parser-${name}`,
        repositoryId,
        name: "hidden",
        script: `canary-script-${name}`,
        testCases,
        languageVersion: "legacy",
      })
      .execute();
    await db
      .insertInto("ingestEvents")
      .values({ repositoryId, tokenName: "t", parserName: null, receivedAt: 0, size: 1, text: `canary-event-${name}` })
      .execute();
    await server.token({ kind: "view", viewIds: [repositoryId], permissions: ["ReadAccess"], name: `canary-token-${name}` });
  }
  await db.updateTable("users").set({ email: "canary-user-victim" }).where("id", "=", users.victim).execute();
  await db.updateTable("users").set({ email: "canary-user-delegate" }).where("id", "=", users.delegate).execute();
  await db
    .updateTable("ipFilters")
    .set({ ipFilter: "# canary-filter-free\nallow all" })
    .where("id", "=", world.filters.free)
    .execute();
  await db
    .updateTable("ipFilters")
    .set({ ipFilter: "# canary-filter-used\nallow all" })
    .where("id", "=", world.filters.used)
    .execute();
  const role = { viewPermissions: [], organizationPermissions: [] };
  await db
    .insertInto("roles")
    .values([
      { id: "own", displayName: "canary-role-own", ...role },
      { id: "other", displayName: "canary-role-other", ...role },
      { id: "staff", displayName: "canary-role-staff", ...role },
      { id: "ours", displayName: "canary-role-ours", ...role },
    ])
    .execute();
  await db
    .insertInto("userRoles")
    .values([
      { userId: users.victim, searchDomainId: vault, roleId: "other" },
      { userId: users.user, searchDomainId: vault, roleId: "own" },
    ])
    .execute();
  // What groups give has its own tests: these roles have no permissions.
  await db
    .insertInto("groups")
    .values([
      { id: "staff", displayName: "canary-group-staff", lookupName: null },
      { id: "own", displayName: "canary-group-own", lookupName: null },
    ])
    .execute();
  await db
    .insertInto("groupMembers")
    .values([
      { groupId: "staff", userId: users.victim },
      { groupId: "own", userId: users.user },
    ])
    .execute();
  await db
    .insertInto("groupRoles")
    .values([
      { groupId: "staff", kind: "view", searchDomainId: sandbox, roleId: "staff" },
      { groupId: "own", kind: "organization", searchDomainId: null, roleId: "ours" },
      { groupId: "own", kind: "system", searchDomainId: null, roleId: "ours" },
    ])
    .execute();
  const made = await ask(server, server.localAdmin, `mutation { createFleetInstallToken(name: "canary-fleet-token") { token } }`);
  expect(made.errors).toEqual([]);
  return {
    /** A view token for a view, whose repositories it does not reach. */
    dashboard: (await server.token({ kind: "view", viewIds: ["view"], permissions: ["QueryDashboard"] })).tokenString,
    /** A token that manages users, and nothing else. */
    manager: (await server.token({ kind: "organization", permissions: ["ManageUsers"] })).tokenString,
    user: world.bearer.user,
    delegate: world.bearer.delegate,
    root: world.bearer.root,
  };
}

const args = {
  "Query.fleetInstallationToken": '(id: "none")',
  "Query.fleetInstallationTokenByHandle": '(handle: "none")',
  "Query.group": '(groupId: "staff")',
  "Query.groupByDisplayName": '(displayName: "canary-group-staff")',
  "Query.groupsPage": "(pageNumber: 1, pageSize: 50)",
  "Query.logCollectorConfiguration": '(id: "none")',
  "Query.repository": '(name: "sandbox")',
  "Query.role": '(roleId: "staff")',
  "Query.searchDomain": '(name: "a view")',
  "Query.token": '(tokenId: "none")',
  "Query.tokens": "(sortBy: Name)",
  "Query.personalTokens": "(sortBy: Name)",
  "Query.tokenPage": "(kinds: [personal, view, organization, system], sortBy: Name)",
  "Query.user": '(id: "SELF")',
  "Repository.parser": '(name: "hidden")',
};

/** What to ask of an object for the words that may be in it. */
const words: Readonly<Record<string, string>> = {
  Repository: "id name description",
  View: "id name description",
  ViewConnection: "filter",
  Parser: "id script testCases { event { rawString } }",
  RecentEvent: "text",
  User: "id username email",
  Role: "id displayName",
  Group: "id displayName",
  IPFilter: "id ipFilter",
  FleetInstallationToken: "name",
  ViewPermissionsToken: "id name",
};

/** What each caller sees, on whatever path: the words of everything else are for nobody but root. */
const visible = {
  dashboard: [],
  manager: [
    "canary-user-victim",
    "canary-user-delegate",
    "canary-role-own",
    "canary-role-other",
    "canary-role-staff",
    "canary-role-ours",
    "canary-group-staff",
    "canary-group-own",
  ],
  user: ["canary-filter-free", "canary-filter-used", "canary-role-own", "canary-role-ours", "canary-group-own"],
  delegate: [
    "canary-domain-sandbox",
    "canary-script-sandbox",
    "canary-sample-sandbox",
    "canary-event-sandbox",
    "canary-token-sandbox",
    "canary-user-delegate",
    "canary-role-own",
    "canary-role-other",
    "canary-role-staff",
    "canary-role-ours",
    "canary-group-staff",
    "canary-group-own",
    // In the staff, which has a role in the sandbox.
    "canary-user-victim",
    "canary-filter-free",
    "canary-filter-used",
  ],
} as const;

/** Who asks on every path: whoever sees most takes as long as all others together, and has `npm run test:all`. */
const askers = (Object.keys(visible) as (keyof typeof visible)[]).filter(
  (caller) => caller !== "delegate" || inject("everything"),
);

/** How many steps of different types a path has at most, but for a step that is on no shorter one. */
const longestPath = 4;

/** The short paths among these, shortest first, and for every step the shortest with it at its end. */
function alternatives(paths: readonly SchemaPath[]): readonly SchemaPath[] {
  const steps = new Set<string>();
  return paths
    .toSorted((a, b) => a.length - b.length)
    .filter((path) => {
      const { parent = "", field = "", type = "" } = path.at(-1) ?? {};
      const known = steps.size;
      steps.add(`${parent}.${field} ${type}`);
      return path.length <= longestPath || steps.size > known;
    });
}

describe("An object is seen or not seen on every path alike", () => {
  const schema = makeSchema({ extensions: true });
  const root = schema.getQueryType();
  if (!root) throw new Error("There are no queries.");
  const paths = alternatives(schemaPaths(schema, root, args));

  /** The words that a caller sees, and the paths that lead the caller to something. */
  async function wordsOf(server: TestServer, bearer: string): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    const empty = new Set<string>();
    for (const path of paths) {
      const before = pathName(path.slice(0, -1));
      const type = path.at(-1)?.type ?? "";
      const isBlocked = empty.has(before);
      if (isBlocked || listsIn(path) > graphqlLimits.listNesting) {
        // What has nothing at its end has nothing beyond it.
        empty.add(pathName(path));
        continue;
      }
      const { text, data } = await ask(
        server,
        bearer,
        `{ ${selectionOf(path, `end: __typename ${words[type] ?? ""}`).replace("SELF", self)} }`,
      );
      for (const [word] of text.matchAll(/canary-\w+-\w+/gu)) found.add(word);
      if (!JSON.stringify(data).includes('"end"')) empty.add(pathName(path));
    }
    return found;
  }

  function listsIn(path: SchemaPath): number {
    return path.filter(({ parent, field }) => {
      const type = schema.getType(parent);
      return isObjectType(type) && isListType(getNullableType(type.getFields()[field]?.type));
    }).length;
  }

  let server: TestServer;
  let bearers: Awaited<ReturnType<typeof hideCanaries>>;
  let self: string;
  beforeAll(async () => {
    server = await testServer(await openTestStore("pglite"));
    const world = await makeCallers(server);
    self = world.users.user;
    bearers = await hideCanaries(server, world);
    return () => server.app.close();
  });

  it.each(askers)("by this caller: %s", { timeout: 60_000 }, async (caller) => {
    expect([...(await wordsOf(server, bearers[caller]))].toSorted()).toEqual([...visible[caller]].toSorted());
  });

  it("and exists where nobody sees it", async () => {
    const all = new Set<string>();
    for (const query of [
      "{ searchDomains { description ... on View { connections { filter } } ... on Repository { parsers { script testCases { event { rawString } } } } } }",
      "{ repositories { recentEvents { text } } users { email } roles { displayName } ipFilters { ipFilter } }",
      "{ groupsPage(pageNumber: 1, pageSize: 50) { page { displayName } } }",
      "{ tokens(sortBy: Name) { results { name } } }",
    ]) {
      for (const [word] of (await ask(server, bearers.root, query)).text.matchAll(/canary-\w+-\w+/gu)) all.add(word);
    }
    for (const caller of Object.values(visible)) for (const word of caller) expect(all).toContain(word);
    expect(all.size).toBe(22);
  });
});

describe("The rules of the types", () => {
  const schema = buildSchema(`${logscaleSdl}\n${extensionsSdl}`);
  const leading: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = () => schema.getPossibleTypes(type)[0]?.name;
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      const targets = isAbstractType(named) ? schema.getPossibleTypes(named).map(({ name }) => name) : [named.name];
      if (!targets.some((name) => guardedTypes.includes(name))) continue;
      leading.push(`${type.name}.${field.name}`);
      field.resolve = () => (isListType(getNullableType(field.type)) ? [{}] : {});
    }
  }
  guardTypes(schema);
  const nobody = { judges: { of: () => Promise.resolve(() => "nothing") } } as unknown as GraphqlContext;

  it("stand in the way of every field of the contract that leads to one of them", () => {
    expect(leading.length).toBeGreaterThan(60);
    expect(leading).toContain("Mutation.assignUserRolesInSearchDomain");
  });

  it.each(leading)("hold for %s", async (name) => {
    const [typeName = "", fieldName = ""] = name.split(".");
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    const value: unknown = await Promise.resolve(field?.resolve?.({}, {}, nobody, {} as GraphQLResolveInfo)).catch(
      () => "refused",
    );
    // A list is left with nothing, unless it is refused as a whole.
    expect(["refused", ...(isListType(getNullableType(field?.type)) ? [[]] : [])]).toContainEqual(value);
  });
});

describeOnBothDatabases("Who may change user access in one repository", (open) => {
  let server: TestServer;
  let world: Callers;
  beforeAll(async () => {
    server = await testServer(await open());
    world = await makeCallers(server);
    await server.store.db
      .updateTable("users")
      .set({ email: "canary-user-victim" })
      .where("id", "=", world.users.victim)
      .execute();
    return () => server.app.close();
  });

  const assign = (caller: "delegate" | "root" | "view+", userId: string, roleIds: readonly string[]) =>
    ask(
      server,
      world.bearer[caller],
      `mutation ($domain: String!, $user: String!, $roles: [String!]!) {
        assignUserRolesInSearchDomain(input: { searchDomainId: $domain, roleAssignments: [{ userId: $user, roleIds: $roles }] }) { id email }
      }`,
      { domain: world.sandbox, user: userId, roles: roleIds },
    );

  it("does not read the profile of somebody without access there by assigning nothing", async () => {
    const answer = await assign("view+", world.users.victim, []);
    expect(answer.errors).toEqual([]);
    expect(answer.data).toEqual({ assignUserRolesInSearchDomain: [] });
  });

  it("is answered with whom access was given to or taken from", async () => {
    for (const roles of [[world.role], []]) {
      const answer = await assign("delegate", world.users.victim, roles);
      expect(answer.data).toEqual({ assignUserRolesInSearchDomain: [{ id: world.users.victim, email: "canary-user-victim" }] });
    }
  });

  it("takes no role away that reaches further than the repository, by assignment or by deleting the repository", async () => {
    const { db } = server.store;
    const held = () => db.selectFrom("userRoles").selectAll().where("userId", "=", world.users.delegate).execute();
    const before = await held();
    expect(before).toHaveLength(1);
    const taken = await assign("view+", world.users.delegate, []);
    expect(taken.errors[0]).toMatchObject({
      extensions: { code: "NOT_ALLOWED" },
      message: expect.stringMatching(/^Taking permissions away that you do not hold yourself is not allowed: /u),
    });
    const deleted = await ask(server, world.bearer["view+"], 'mutation { deleteSearchDomain(name: "sandbox") { result } }');
    expect(deleted.errors[0]).toMatchObject({ extensions: { code: "NOT_ALLOWED" } });
    expect(await held()).toEqual(before);
    // Who holds it all takes it away.
    expect((await assign("root", world.users.delegate, [])).errors).toEqual([]);
    expect(await held()).toEqual([]);
  });
});
