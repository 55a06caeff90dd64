import { request, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { DefaultQueryExecutor, type CompiledQuery } from "kysely";
import { beforeAll, expect, it, vi } from "vitest";

import { IpFiltersDocument, TokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { IngestTokenValuesDocument } from "#logscale/generated/ingestToken.ts";
import { mostQueries, queriesPath, queriesType } from "#logscale/queries.ts";
import { makeCallers, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { anIpFilter } from "#server/testing/samples.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { graphqlLimits } from "./limits.ts";

const policies = { query: TokenSecurityPoliciesDocument };
/** How many connections a server has. */
const connections = (server: Server) => promisify(server.getConnections.bind(server))();

const filters = { query: IpFiltersDocument };

describeOnBothDatabases("queries that are sent together", (open) => {
  let server: TestServer;
  let world: Callers;
  beforeAll(async () => {
    server = await testServer(await open());
    world = await makeCallers(server);
    return () => server.app.close();
  });

  const send = (url: string, body: unknown, bearer: string | undefined = server.localAdmin, headers: object = {}) =>
    server.app.inject({
      method: "POST",
      url,
      headers: {
        "content-type": "application/json",
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      payload: JSON.stringify(body),
    });

  it("are answered in their order, each as if it had been sent by itself, whoever asks", async () => {
    const bodies = [
      policies,
      filters,
      { query: "{ nothingOfTheKind }" },
      { query: "query ($id: String!) { token(tokenId: $id) { id } }", variables: { id: 7 } },
      { variables: {} },
      { query: "{ users { username } }" },
    ];
    for (const bearer of [server.localAdmin, world.bearer.member]) {
      const response = await send(queriesPath, bodies, bearer);
      expect(response.statusCode).toBe(200);
      expect(response.headers["content-type"]).toBe(queriesType);
      expect(response.headers["cache-control"]).toBe("no-store");
      const single = await Promise.all(bodies.map(async (body) => (await send("/graphql", body, bearer)).json<unknown>()));
      expect(
        response.body
          .split("\n")
          .slice(0, -1)
          .map((line): unknown => JSON.parse(line)),
      ).toEqual(single);
    }
  });

  it("change nothing: a mutation among them is refused, and the others are answered", async () => {
    const mutation = 'mutation { createRepository(name: "by stealth") { repository { id } } }';
    const { body } = await send(queriesPath, [policies, { query: mutation }, filters]);
    const [first, second, third] = body.split("\n").map((line): unknown => (line === "" ? undefined : JSON.parse(line)));
    expect(first).toEqual((await send("/graphql", policies)).json());
    expect(second).toMatchObject({ data: null, errors: [{ extensions: { code: "BAD_INPUT" } }] });
    expect(third).toEqual((await send("/graphql", filters)).json());
    expect(await server.store.db.selectFrom("searchDomains").select("id").where("name", "=", "by stealth").execute()).toEqual([]);
  });

  it("are as many as a page asks at once, and not more", async () => {
    const many = (count: number) => Array.from({ length: count }, () => policies);
    expect((await send(queriesPath, many(mostQueries))).statusCode).toBe(200);
    for (const body of [many(mostQueries + 1), [], policies, "text"]) {
      expect((await send(queriesPath, body)).statusCode).toBe(400);
    }
  });

  it("are answered as far as one answer may go, and told so where it is full", async () => {
    const ipFilter = `${"# a line that makes the filter long\n".repeat(1500)}allow all`;
    await server.store.db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "long", ipFilter }))
      .execute();
    const fields = Array.from({ length: 40 }, (_, place) => `f${place}: ipFilters { ipFilter }`).join(" ");
    const { body } = await send(
      queriesPath,
      Array.from({ length: mostQueries }, () => ({ query: `{ ${fields} }` })),
    );
    const codes = body
      .split("\n")
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code);
    // Seven of them have room.
    expect(codes).toEqual([...Array.from({ length: mostQueries - 1 }, () => undefined), "TOO_COSTLY"]);
    expect(Buffer.byteLength(body)).toBeLessThan(graphqlLimits.answerBytes);
    await server.store.db.deleteFrom("ipFilters").where("id", "=", "long").execute();
  });

  it("take one turn together", async () => {
    const { perCaller, waiting } = graphqlLimits.queries;
    const all = Array.from({ length: perCaller * 2 }, () =>
      send(
        queriesPath,
        Array.from({ length: mostQueries }, () => policies),
      ),
    );
    // One by one they would be more than a caller may have waiting.
    expect(perCaller * 2 * mostQueries).toBeGreaterThan(perCaller);
    expect(perCaller * 2).toBeLessThan(waiting);
    expect((await Promise.all(all)).map(({ statusCode }) => statusCode)).toEqual(all.map(() => 200));
  });

  it("are not gone on with once nobody waits for them", async () => {
    const address = await server.app.listen({ host: "127.0.0.1", port: 0 });
    const asking = request(address + queriesPath, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${server.localAdmin}` },
    });
    asking.on("error", () => {});
    // oxlint-disable-next-line typescript/unbound-method -- Called with the mock's own.
    const execute = DefaultQueryExecutor.prototype.executeQuery;
    let [asked, left] = [0, false];
    const statements = vi.spyOn(DefaultQueryExecutor.prototype, "executeQuery").mockImplementation(async function (
      this: DefaultQueryExecutor,
      compiled: CompiledQuery,
    ) {
      if (/from "ip_filters"/u.test(compiled.sql) && asked++ === 0) {
        asking.destroy();
        while ((await connections(server.app.server)) > 0) await delay(5);
        left = true;
      }
      return execute.call(this, compiled);
    });
    try {
      const many = Array.from({ length: mostQueries }, () => filters);
      asking.end(JSON.stringify(many));
      await expect.poll(() => left).toBe(true);
      // By the end of as many that began later, more of these would have been asked, too.
      await send(queriesPath, many);
      expect(asked).toBe(1 + mostQueries);
    } finally {
      statements.mockRestore();
    }
  });

  it("come compressed, but for an answer that holds a secret", async () => {
    const headers = { "accept-encoding": "gzip" };
    const plain = await send(
      queriesPath,
      Array.from({ length: mostQueries }, () => policies),
      server.localAdmin,
      headers,
    );
    expect(plain.headers["content-encoding"]).toBe("gzip");
    const { name: repository } = await server.store.db
      .selectFrom("searchDomains")
      .select("name")
      .where("id", "=", world.sandbox)
      .executeTakeFirstOrThrow();
    const values = { query: IngestTokenValuesDocument, variables: { repository } };
    const secret = await send(
      queriesPath,
      [...Array.from({ length: mostQueries - 1 }, () => policies), values],
      server.localAdmin,
      headers,
    );
    expect(secret.headers["content-encoding"]).toBeUndefined();
  });

  it("are not taken where nothing beyond LogScale is served", async () => {
    const strict = await testServer(server.store, { extensions: false });
    const response = await strict.app.inject({
      method: "POST",
      url: queriesPath,
      headers: { "content-type": "application/json", authorization: `Bearer ${strict.localAdmin}` },
      payload: JSON.stringify([policies]),
    });
    expect(response.statusCode).toBe(404);
    await strict.app.close();
  });
});
