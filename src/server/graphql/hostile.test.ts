import { DefaultQueryExecutor } from "kysely";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { longestName } from "#domain/name.ts";
import { ask, dump, makeCallers, restore, type Answer, type CallerName, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

describeOnBothDatabases("A hostile request of a valid caller", (open) => {
  let server: TestServer;
  let world: Callers;
  let initial: Awaited<ReturnType<typeof dump>>;
  beforeAll(async () => {
    server = await testServer(await open());
    world = await makeCallers(server);
    initial = await dump(server.store.db);
    return () => server.app.close();
  });
  beforeEach(() => restore(server.store.db, initial));

  const as = (caller: CallerName, query: string, variables?: object) => ask(server, world.bearer[caller], query, variables);

  function refusal({ status, errors }: Answer) {
    expect(status).toBe(200);
    expect(errors).toHaveLength(1);
    return { code: errors[0]?.extensions.code, field: errors[0]?.extensions.field };
  }

  describe("does not keep the server busy by", () => {
    afterEach(() => {
      vi.restoreAllMocks();
    });

    it("a variable that looks like the reason for its own refusal", async () => {
      const given = patternsGiven(1000);
      const limit = "A Long is a ".repeat(8000);
      const answer = await as("user", "query ($limit: Int) { tokens(sortBy: Name, limit: $limit) { totalResults } }", { limit });
      expect(refusal(answer).code).toBe("BAD_INPUT");
      expect(answer.text.length).toBeLessThan(1000);
      expect(given()).toContainEqual(expect.stringContaining("got invalid value"));
      // One that begins anywhere and has to reach the end would follow each beginning to the end.
      expect(given().filter((source) => !source.startsWith("^") && source.endsWith("$"))).toEqual([]);
    });

    it("an address of an IP filter that nearly is one", async () => {
      const given = patternsGiven(1000);
      const ipFilter = `allow :${".".repeat(65_000)}x`;
      const answer = await as(
        "delegate",
        'mutation ($ipFilter: String!) { createIPFilter(input: { name: "x", ipFilter: $ipFilter }) { id } }',
        { ipFilter },
      );
      expect(refusal(answer)).toEqual({ code: "BAD_INPUT", field: "ipFilter" });
      expect(given()).toContain("[^ \\t\\r]+");
      // One repetition behind another would try each way to share the text between them.
      expect(given().filter((source) => (source.match(/[+*]/gu) ?? []).length > 1)).toEqual([]);
    });

    it("a search for what is longer than any name", async () => {
      const statements = vi.spyOn(DefaultQueryExecutor.prototype, "executeQuery");
      const answer = await as(
        "root",
        "query ($search: String) { tokens(sortBy: Name, searchFilter: $search) { totalResults results { id } } }",
        { search: "x".repeat(500_000) },
      );
      expect(answer.data).toEqual({ tokens: { totalResults: 0, results: [] } });
      // The database would prepare the pattern anew for each row.
      const sent = statements.mock.calls.flatMap(([{ parameters }]) => parameters).map((parameter) => String(parameter).length);
      expect(sent).not.toEqual([]);
      expect(Math.max(...sent)).toBeLessThan(longestName);
    });
  });

  describe("is refused, and is no failure of the server's, with", () => {
    it.each([
      ["lists within lists", `{ tokens(sortBy: Name, searchFilter: ${"[".repeat(1200)}${"]".repeat(1200)}) { totalResults } }`],
      ["fields within fields", `${"{a".repeat(1200)}${"}".repeat(1200)}`],
      ["fragments within fragments", `${"{...".repeat(800)}{a}${"}".repeat(800)}`],
      ["more tokens than a document may have", `{ tokens(sortBy: Name, searchFilter: ${"[".repeat(20_000)} }`],
    ])("%s", async (_, query) => {
      const { status, errors } = await as("user", query);
      expect(status).toBe(200);
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.map(({ extensions }) => extensions.code)).not.toContain("INTERNAL");
    });

    it.each([
      ["an id to rotate", "mutation ($text: String!) { rotateToken(input: { id: $text }) }"],
      ["an id to delete", "mutation ($text: String!) { deleteToken(input: { id: $text }) }"],
      ["a search", "query ($text: String!) { tokens(sortBy: Name, searchFilter: $text) { totalResults } }"],
      [
        "a filter by search domain",
        "query ($text: String!) { tokens(sortBy: Name, parentEntityIdFilter: [$text]) { totalResults } }",
      ],
      ["a user's id", "query ($text: String!) { user(id: $text) { id } }"],
      ["a person's name", 'mutation ($text: String!) { addUserV2(input: { username: "new", fullName: $text }) { __typename } }'],
      ["a description", 'mutation ($text: String!) { createRepository(name: "new", description: $text) { repository { id } } }'],
      ["an IP filter's id", "mutation ($text: String!) { deleteIPFilter(input: { id: $text }) }"],
    ])("a NUL, which PostgreSQL cannot keep, in %s", async (_, query) => {
      expect(refusal(await as("root", query, { text: "a\0b" })).code).toBe("BAD_INPUT");
    });

    it("half a character in an id, which is nobody's", async () => {
      const answer = await as("root", "mutation ($id: String!) { rotateToken(input: { id: $id }) }", { id: "a\ud800b" });
      expect(refusal(answer).code).toBe("NOT_FOUND");
    });

    it("more values than a statement takes", async () => {
      const many = Array.from({ length: 70_000 }, (_, n) => n.toString(36));
      const view = await as(
        "root",
        'mutation ($many: [String!]!) { createViewPermissionsToken(input: { name: "a", viewIds: $many, permissions: [ReadAccess] }) }',
        { many },
      );
      expect(refusal(view)).toEqual({ code: "BAD_INPUT", field: "viewIds" });
      const roles = await as(
        "root",
        `mutation ($domain: String!, $user: String!, $many: [String!]!) {
          assignUserRolesInSearchDomain(input: { searchDomainId: $domain, roleAssignments: [{ userId: $user, roleIds: $many }] }) { id }
        }`,
        { domain: world.sandbox, user: world.users.user, many },
      );
      expect(refusal(roles)).toEqual({ code: "BAD_INPUT", field: "roleAssignments" });
      const list = await as(
        "root",
        "query ($many: [String!]) { tokens(sortBy: Name, parentEntityIdFilter: $many) { totalResults } }",
        { many },
      );
      expect(refusal(list)).toEqual({ code: "BAD_INPUT", field: "parentEntityIdFilter" });
    });

    it("a view's filter that is longer than its key may be", async () => {
      const create = (length: number) =>
        as(
          "root",
          'mutation ($filter: String!) { createView(name: "v", connections: [{ repositoryName: "sandbox", filter: $filter }]) { id } }',
          { filter: randomText(length) },
        );
      expect(refusal(await create(20_000))).toEqual({ code: "BAD_INPUT", field: "connections" });
      expect((await create(2500)).errors).toEqual([]);
    });
  });

  it("leaves the wildcards of a search for what they are", async () => {
    const found = async (search: string) => {
      const query = "query ($search: String) { tokens(sortBy: Name, searchFilter: $search) { totalResults } }";
      return ((await as("root", query, { search })).data as { tokens: { totalResults: number } }).tokens.totalResults;
    };
    expect(await found("SYSTEM tok")).toBeGreaterThan(0);
    expect(await Promise.all(["%", "_", "\\", "\\%", "system%token"].map(found))).toEqual([0, 0, 0, 0, 0]);
  });
});

/** The sources of all patterns that from now on see a text longer than this; a pattern's source tells how its work grows with the text. */
function patternsGiven(characters: number): () => string[] {
  const run = vi.spyOn(RegExp.prototype, "exec");
  return () =>
    run.mock.calls.flatMap(([text], index) => {
      const pattern: unknown = run.mock.contexts[index];
      return text.length > characters && pattern instanceof RegExp ? [pattern.source] : [];
    });
}

/** Text that does not compress. */
function randomText(length: number): string {
  return Array.from({ length: Math.ceil(length / 8) }, () => Math.random().toString(36).slice(2, 10).padEnd(8, "x"))
    .join("")
    .slice(0, length);
}
