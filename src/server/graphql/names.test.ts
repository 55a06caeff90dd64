import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ask, dump, makeCallers, type Callers } from "#server/testing/callers.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

/** Every mutation that gives a name to something, with the field of its input that holds it. */
const naming: readonly (readonly [what: string, mutation: string, field: string])[] = [
  ["a view token", 'createViewPermissionsToken(input: { name: $name, viewIds: ["VIEW"], permissions: [ReadAccess] })', "name"],
  [
    "a view token",
    'createViewPermissionsTokenV2(input: { name: $name, viewIds: ["VIEW"], viewPermissions: [ReadAccess] }) { token }',
    "name",
  ],
  [
    "an organization token",
    "createOrganizationPermissionsToken(input: { name: $name, permissions: [ViewFleetManagement] })",
    "name",
  ],
  [
    "an organization token",
    "createOrganizationPermissionsTokenV2(input: { name: $name, organizationPermissions: [ViewFleetManagement] }) { token }",
    "name",
  ],
  ["a system token", "createSystemPermissionsToken(input: { name: $name, permissions: [ReadHealthCheck] })", "name"],
  [
    "a system token",
    "createSystemPermissionsTokenV2(input: { name: $name, systemPermissions: [ReadHealthCheck] }) { token }",
    "name",
  ],
  ["an IP filter", 'createIPFilter(input: { name: $name, ipFilter: "allow all" }) { id }', "name"],
  ["an IP filter", 'updateIPFilter(input: { id: "FILTER", name: $name }) { id }', "name"],
  ["an ingest token", 'addIngestTokenV3(input: { repositoryName: "sandbox", name: $name }) { name }', "name"],
  [
    "a parser",
    'createParserV2(input: { name: $name, script: "", testCases: [], repositoryName: "sandbox", fieldsToTag: [], fieldsToBeRemovedBeforeParsing: [] }) { id }',
    "name",
  ],
  ["a fleet token", "createFleetInstallToken(name: $name) { token }", "name"],
  ["a fleet token", 'updateFleetInstallTokenName(token: "FLEET", name: $name) { name }', "name"],
  ["a configuration", "createLogCollectorConfiguration(name: $name) { id }", "name"],
  ["a configuration", 'updateLogCollectorConfigurationName(configId: "CONFIG", name: $name) { id }', "name"],
  ["a repository", "createRepository(name: $name) { repository { id } }", "name"],
  ["a view", "createView(name: $name) { id }", "name"],
  ["a role", "createRole(input: { displayName: $name, viewPermissions: [] }) { role { id } }", "displayName"],
  ["a user", "addUserV2(input: { username: $name }) { __typename }", "username"],
  ["a user's full name", 'addUserV2(input: { username: "somebody", fullName: $name }) { __typename }', "fullName"],
  ["a user's full name", 'updateUser(input: { username: "USER", fullName: $name }) { user { id } }', "fullName"],
];

let server: TestServer;
let world: Callers;
const ids: Record<string, string> = {};

beforeAll(async () => {
  server = await testServer(await openTestStore("pglite"));
  world = await makeCallers(server);
  const { db } = server.store;
  const root = async (query: string) =>
    (await ask(server, world.bearer.root, query)).data as Record<string, Record<string, string>>;
  ids["VIEW"] = (await db.selectFrom("searchDomains").select("id").where("name", "=", "sandbox").executeTakeFirstOrThrow()).id;
  ids["USER"] = (await db.selectFrom("users").select("username").executeTakeFirstOrThrow()).username;
  const made = await root(`mutation {
    createIPFilter(input: { name: "plain", ipFilter: "allow all" }) { id }
    createFleetInstallToken(name: "plain") { token }
    createLogCollectorConfiguration(name: "plain") { id }
  }`);
  ids["FILTER"] = made["createIPFilter"]?.["id"] ?? "";
  ids["FLEET"] = made["createFleetInstallToken"]?.["token"] ?? "";
  ids["CONFIG"] = made["createLogCollectorConfiguration"]?.["id"] ?? "";
});
afterAll(async () => {
  await server.app.close();
  await server.store.close();
});

const give = (mutation: string, name: string) =>
  ask(
    server,
    world.bearer.root,
    `mutation ($name: String!) { ${mutation.replaceAll(/"([A-Z]+)"/gu, (_, id: string) => JSON.stringify(ids[id]))} }`,
    { name },
  );

describe("a name that cannot be seen", () => {
  it.each(naming)("is refused for %s, and nothing is made (%s)", async (_what, mutation, field) => {
    const before = await dump(server.store.db);
    for (const name of ["\u200B", "\u3164", "\u2800", "safe-\u202Egpj.nekot", "a\u2028b", "a\u{E0041}"]) {
      const { errors } = await give(mutation, name);
      expect(errors[0]?.message).toMatch(/^A name cannot contain/u);
      expect(errors[0]?.extensions).toMatchObject({ code: "BAD_INPUT", field });
    }
    expect(await dump(server.store.db)).toEqual(before);
    expect((await give(mutation, `שלום ${Math.random()}`)).errors, "one that can be seen is taken").toEqual([]);
  });

  it("is still found by what deletes or changes the thing that has it", async () => {
    const { db } = server.store;
    const name = "bad\u202Ename";
    await give('addIngestTokenV3(input: { repositoryName: "sandbox", name: $name }) { name }', "plain");
    await db.updateTable("ingestTokens").set({ name }).where("name", "=", "plain").execute();
    expect((await give('unassignIngestToken(repositoryName: "sandbox", tokenName: $name) { __typename }', name)).errors).toEqual(
      [],
    );
    expect((await give('removeIngestToken(repositoryName: "sandbox", name: $name) { result }', name)).errors).toEqual([]);
    expect(await db.selectFrom("ingestTokens").select("name").where("name", "=", name).execute()).toEqual([]);
  });
});
