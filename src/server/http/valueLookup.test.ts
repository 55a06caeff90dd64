import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { tokenIdOf } from "#domain/token/tokenString.ts";
import { lookupsAMinute, valueLookupPath, valueLookupSchema, type FoundValue, type ValueLookup } from "#logscale/valueLookup.ts";

import { administrator, cookieOf, testServer, type TestServer } from "#server/testing/server.ts";
import { ask, callerNames, makeCallers, type CallerName, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime, openTestStore } from "#server/testing/databases.ts";
import { ingestToken, repository } from "#server/testing/ingest.ts";
import { randomId } from "#server/store/ids.ts";

/** An organization with one of everything, and values that stand for something in it. */
interface World {
  readonly server: TestServer;
  readonly callers: Callers;
  readonly values: Readonly<Record<"sandbox" | "elsewhere" | "chosen" | "fleet" | "jwt" | "id", string>>;
}

let world: World;

function post(bearer: string | undefined, body: unknown, headers: Record<string, string> = {}) {
  return world.server.app.inject({
    method: "POST",
    url: valueLookupPath,
    headers: { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }), ...headers },
    payload: body as object,
  });
}

async function lookUp(bearer: string, values: readonly string[]): Promise<ValueLookup> {
  const response = await post(bearer, { values });
  expect(response.statusCode, response.body).toBe(200);
  expect(response.headers["cache-control"]).toBe("no-store");
  return valueLookupSchema.parse(response.json());
}

async function found(bearer: string, values: readonly string[]): Promise<(FoundValue["type"] | undefined)[]> {
  return (await lookUp(bearer, values)).results.map((result) => result?.type);
}

describeOnBothDatabasesInTime("the lookup of values", (open) => {
  beforeAll(async () => {
    const server = await testServer(await open());
    const callers = await makeCallers(server);
    const root = (query: string) => ask(server, server.localAdmin, query);
    await repository(server, "elsewhere");
    await root("mutation { enableFeature(feature: CustomIngestTokens) }");
    const sandbox = await ingestToken(server, { name: "a" });
    const elsewhere = await ingestToken(server, { name: "b", repositoryName: "elsewhere" });
    const chosen = await ingestToken(server, { name: "c", customToken: "winter is coming!".replaceAll(" ", "-") });
    const { data } = await root("{ fleetInstallationTokens { jwtToken } }");
    const { fleetInstallationTokens } = data as { fleetInstallationTokens: { jwtToken: string }[] };
    const jwt = fleetInstallationTokens[0]?.jwtToken ?? "";
    const values = { sandbox, elsewhere, chosen, fleet: callers.fleet.token, jwt, id: callers.tokens.organization };
    world = { server, callers, values };
  });

  it("tells what each value is, in their order, and of others nothing", async () => {
    const { values, callers } = world;
    const { results, ...rest } = await lookUp(callers.bearer.root, [
      randomUUID(),
      values.elsewhere,
      values.fleet,
      values.jwt,
      values.chosen,
      values.id,
      randomId(32),
    ]);
    expect(results).toEqual([
      null,
      { type: "ingest", repository: "elsewhere", name: "b" },
      { type: "fleet", name: "fleet token", configuration: null, jwt: false },
      { type: "fleet", name: "fleet token", configuration: null, jwt: true },
      { type: "ingest", repository: "sandbox", name: "c" },
      { type: "id", kind: "organization", id: values.id, name: "organization token" },
      null,
    ]);
    expect(rest).toEqual({ retryAfter: null, compared: { ingest: "all", fleet: true } });
  });

  it("tells it to those alone who may read the value, or list the token, anyway", async () => {
    const { values, callers } = world;
    const asked = [values.sandbox, values.elsewhere, values.chosen, values.fleet, values.jwt, values.id];
    const nothing = [undefined, undefined, undefined, undefined, undefined, undefined];
    const sandboxAlone = ["ingest", undefined, "ingest", undefined, undefined, undefined];
    const everything = ["ingest", "ingest", "ingest", "fleet", "fleet", "id"];
    const expected: Record<CallerName, readonly (string | undefined)[]> = {
      "view-": nothing,
      "view+": sandboxAlone,
      "organization-": nothing,
      "organization+": [undefined, undefined, undefined, "fleet", "fleet", "id"],
      "system-": nothing,
      "system+": nothing,
      user: nothing,
      delegate: sandboxAlone,
      member: sandboxAlone,
      owner: everything,
      root: everything,
      local: everything,
    };
    for (const name of callerNames) {
      expect(await found(callers.bearer[name], asked), name).toEqual(expected[name]);
      // The same rights by which GraphQL shows the value itself.
      const shown = await Promise.all(
        ["sandbox", "elsewhere"].map(async (repositoryName) => {
          const query = `{ repository(name: "${repositoryName}") { ingestTokens { token } } }`;
          return (await ask(world.server, callers.bearer[name], query)).text;
        }),
      );
      expect(
        [values.sandbox, values.elsewhere].map((value) => shown.some((text) => text.includes(value))),
        name,
      ).toEqual(expected[name].slice(0, 2).map((type) => type !== undefined));
    }
  });

  it("says what the values were held against", async () => {
    const { bearer } = world.callers;
    const compared = async (name: CallerName) => (await lookUp(bearer[name], [randomUUID()])).compared;
    expect(await compared("delegate")).toEqual({ ingest: "some", fleet: false });
    expect(await compared("user")).toEqual({ ingest: "none", fleet: false });
    expect(await compared("organization+")).toEqual({ ingest: "none", fleet: true });
  });

  it("is for those who say validly who they are, and from a browser for this server's own pages", async () => {
    const { server, callers, values } = world;
    const body = { values: [values.sandbox] };
    for (const bearer of [undefined, callers.bearer.expired, callers.bearer.rotated, values.sandbox]) {
      expect((await post(bearer, body)).statusCode).toBe(401);
    }
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    expect((await post(undefined, body, { cookie })).statusCode).toBe(400);
    expect((await post(undefined, body, { cookie, origin: "https://elsewhere.example.com" })).statusCode).toBe(400);
    const own = await post(undefined, body, { cookie, origin: "http://localhost:80" });
    expect(own.json()).toMatchObject({ results: [{ type: "ingest" }] });
  });

  it("answers a body of another form without a word of it", async () => {
    const { bearer } = world.callers;
    const secret = randomUUID();
    for (const body of [
      { values: [] },
      { values: secret },
      { values: [secret, 7] },
      { values: [""] },
      { values: Array.from({ length: lookupsAMinute + 1 }, () => secret) },
      { values: [secret.repeat(300)] },
      { values: [secret], more: secret },
      [secret],
    ]) {
      const response = await post(bearer.root, body);
      expect(response.statusCode).toBe(400);
      expect(response.body).not.toContain(secret);
    }
  });

  it("finds nothing for a value that no database can keep, and the others all the same", async () => {
    const { bearer } = world.callers;
    expect(await found(bearer.root, ["a\0b", world.values.sandbox, "\ud800"])).toEqual([undefined, "ingest", undefined]);
    expect(await found(bearer.root, ["\0"])).toEqual([undefined]);
  });

  it("no longer knows what was deleted, nor an id of somebody else's token", async () => {
    const { server, values, callers } = world;
    const root = (query: string) => ask(server, server.localAdmin, query);
    await root(`mutation { removeIngestToken(repositoryName: "sandbox", name: "a") { result } }`);
    await root(`mutation { deleteFleetInstallToken(token: "${values.fleet}") }`);
    await root(`mutation { deleteToken(input: { id: "${values.id}" }) }`);
    expect(await found(callers.bearer.root, [values.sandbox, values.fleet, values.jwt, values.id])).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });

  it("loses its rights with its caller's, on the next request", async () => {
    const { server, values, callers } = world;
    expect(await found(callers.bearer.delegate, [values.chosen])).toEqual(["ingest"]);
    await server.store.db.deleteFrom("userRoles").where("userId", "=", callers.users.delegate).execute();
    expect(await found(callers.bearer.delegate, [values.chosen])).toEqual([undefined]);
  });
});

const noValues = { sandbox: "", elsewhere: "", chosen: "", fleet: "", jwt: "", id: "" };

describe("the number of values that may be asked about", () => {
  const unknown = (length: number) => Array.from({ length }, () => randomUUID());

  it("is thirty a minute and user, whatever session or token is used and however they are spread over requests", async () => {
    const server = await testServer(await openTestStore("pglite"));
    const callers = await makeCallers(server);
    world = { server, callers, values: noValues };
    expect((await lookUp(callers.bearer.root, unknown(20))).retryAfter).toBeNull();
    // The same user by a session.
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    const rest = await post(undefined, { values: unknown(20) }, { cookie, origin: "http://localhost:80" });
    expect(callers.users.root).toBe(await administrator(server.store));
    const { results, retryAfter } = valueLookupSchema.parse(rest.json());
    expect(results).toHaveLength(10);
    expect(retryAfter).toBeGreaterThan(0);
    const refused = await post(callers.bearer.root, { values: unknown(1) });
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, expect.any(String)]);
    expect(refused.json()).toEqual({ message: expect.stringMatching(/^You may ask about 30 values a minute/u) });
    // Others have their own.
    expect((await lookUp(callers.bearer.owner, unknown(30))).results).toHaveLength(30);
    expect(tokenIdOf(callers.bearer.root)).toBe(callers.users.root);
    await server.app.close();
    await server.store.close();
  });
});

describeOnBothDatabasesInTime("values that are looked up", (open) => {
  it("stand in no log line, whatever becomes of the request", async () => {
    const server = await testServer(await open());
    const callers = await makeCallers(server);
    world = { server, callers, values: noValues };
    const value = await ingestToken(server);
    const chosen = "nobody-would-guess-4711";
    for (const values of [
      [value, chosen, callers.fleet.token],
      [value, 7],
    ])
      await post(callers.bearer.root, { values });
    for (let tries = 0; tries < 11; tries++) await post(callers.bearer.root, { values: [value, chosen, callers.fleet.token] });
    await server.app.inject({ method: "POST", url: `${valueLookupPath}/${value}?value=${chosen}`, payload: { values: [value] } });
    await server.app.inject({
      method: "POST",
      url: valueLookupPath,
      headers: { authorization: `Bearer ${callers.bearer.root}`, "content-type": "application/json" },
      payload: `{"values":["${value}`,
    });
    await server.store.close();
    const failed = await post(callers.bearer.root, { values: [value, chosen] });
    expect(failed.statusCode).toBeGreaterThanOrEqual(500);
    expect(failed.body).not.toContain(value);
    await server.app.close();
    expect(server.log()).toContain(valueLookupPath);
    for (const secret of [value, chosen, callers.fleet.token]) expect(server.log()).not.toContain(secret);
  });
});

describe("a server that is as plain as a LogScale", () => {
  it("has no such lookup", async () => {
    const store = await openTestStore("pglite");
    const server = await testServer(store, { extensions: false });
    const headers = { authorization: `Bearer ${server.localAdmin}` };
    const response = await server.app.inject({ method: "POST", url: valueLookupPath, headers, payload: { values: ["x"] } });
    expect(response.statusCode).toBe(404);
    await server.app.close();
    await store.close();
  });
});
