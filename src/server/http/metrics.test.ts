import { readFileSync } from "node:fs";

import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { sealAudit } from "#server/audit/seal.ts";
import { sessionIdleTimeout } from "#server/auth/sessions.ts";
import { buildGateway } from "#server/gateway/gateway.ts";
import { ask } from "#server/testing/callers.ts";
import { describeOnBothDatabases, openTestStore, type TestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { createVault } from "#server/vault.ts";

/** The figures of a scrape by name and labels, as `name{label="value"}` says them. */
async function scrape(server: TestServer, headers: Record<string, string> = {}): Promise<Map<string, number>> {
  const response = await server.app.inject({ url: "/metrics", headers });
  if (response.statusCode !== 200) throw new Error(`/metrics answered ${response.statusCode}: ${response.body}`);
  const lines = response.body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

describeOnBothDatabases("metrics", (open) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer(await open(), { metrics: {} });
    return () => server.app.close();
  });
  beforeEach(async () => {
    await server.store.db.deleteFrom("tokens").execute();
  });

  it("counts tokens by kind and state, and those that end soon, up to the very instant", async () => {
    const { now } = server;
    await server.token({ kind: "view", permissions: ["ReadAccess"], viewIds: [], expireAt: null });
    for (const expireAt of [now, now + 1, now + 7 * day, now + 7 * day + 1, now + 30 * day, now + 30 * day + 1]) {
      await server.token({ kind: "organization", expireAt });
    }
    const figures = await scrape(server);
    expect(figures.get('tokenhouse_tokens{kind="view",state="unlimited"}')).toBe(1);
    expect(figures.get('tokenhouse_tokens{kind="organization",state="expired"}')).toBe(1);
    expect(figures.get('tokenhouse_tokens{kind="organization",state="limited"}')).toBe(5);
    expect(figures.get('tokenhouse_tokens{kind="organization",state="unlimited"}')).toBe(0);
    expect(figures.get('tokenhouse_tokens_expiring{kind="organization",within="7d"}')).toBe(2);
    expect(figures.get('tokenhouse_tokens_expiring{kind="organization",within="30d"}')).toBe(4);
    for (const kind of ["personal", "system", "ingest", "fleet"]) {
      expect(figures.get(`tokenhouse_tokens{kind="${kind}",state="unlimited"}`)).toBe(0);
    }
  });

  it("says nothing of a kind that has no tokens any more but 0", async () => {
    const { id } = await server.token({ kind: "system", expireAt: null });
    expect((await scrape(server)).get('tokenhouse_tokens{kind="system",state="unlimited"}')).toBe(1);
    await server.store.db.deleteFrom("tokens").where("id", "=", id).execute();
    expect((await scrape(server)).get('tokenhouse_tokens{kind="system",state="unlimited"}')).toBe(0);
  });

  it("counts sessions by how they were begun, and none that is over", async () => {
    const sessions = async () => {
      const figures = await scrape(server);
      return ["link", "token"].map((begun) => figures.get(`tokenhouse_sessions{begun="${begun}"}`));
    };
    expect(await sessions()).toEqual([0, 0]);
    await server.signIn({ code: await server.code() });
    await server.signIn({ code: await server.code() });
    await server.signIn({ token: (await server.token({ kind: "personal" })).tokenString });
    expect(await sessions()).toEqual([2, 1]);
    const { now } = server;
    server.now += sessionIdleTimeout;
    expect(await sessions()).toEqual([0, 0]);
    server.now = now;
    await server.store.db.deleteFrom("sessions").execute();
  });

  it("tells how much of the audit trail is chained, how much waits and for how long", async () => {
    const trail = async () => {
      const figures = await scrape(server);
      const records = (state: string) => figures.get(`tokenhouse_audit_records{state="${state}"}`) ?? Number.NaN;
      return { sealed: records("sealed"), waiting: records("waiting"), age: figures.get("tokenhouse_audit_waiting_seconds") };
    };
    await sealAudit(server.store.db, createVault(new Uint8Array(32).fill(7)), server.now);
    const before = await trail();
    expect(before).toMatchObject({ waiting: 0, age: 0 });
    await ask(server, server.localAdmin, 'mutation { createIPFilter(input: { name: "a", ipFilter: "allow all" }) { id } }');
    server.now += 5000;
    expect(await trail()).toEqual({ sealed: before.sealed, waiting: 1, age: 5 });
    await sealAudit(server.store.db, createVault(new Uint8Array(32).fill(7)), server.now);
    expect(await trail()).toEqual({ sealed: before.sealed + 1, waiting: 0, age: 0 });
  });

  it("counts requests to the webhook by what became of them", async () => {
    const request = { body: "{}", tokens: 1, createdAt: server.now };
    await server.store.db
      .insertInto("noticeDeliveries")
      .values([
        { ...request, id: "a", nextAt: server.now },
        { ...request, id: "b", nextAt: server.now, tries: 2 },
        { ...request, id: "c", nextAt: null, tries: 1, deliveredAt: server.now },
        { ...request, id: "d", nextAt: null, tries: 9 },
        { ...request, id: "e", nextAt: null, tries: 9 },
      ])
      .execute();
    const figures = await scrape(server);
    const states = ["waiting", "failing", "delivered", "given-up"];
    expect(states.map((state) => figures.get(`tokenhouse_webhook_requests{state="${state}"}`))).toEqual([1, 1, 1, 2]);
  });

  it("tells what the connections to the database do, and how many requests wait for one", async () => {
    const load = async () => {
      const figures = await scrape(server);
      const connections = (state: string) => figures.get(`tokenhouse_database_connections{state="${state}"}`) ?? Number.NaN;
      return { used: connections("used"), idle: connections("idle"), waiting: figures.get("tokenhouse_database_waiting") };
    };
    // The uses of tokens by the tests before may still be written.
    await expect.poll(load).toMatchObject({ used: 0, waiting: 0 });
    expect((await load()).idle).toBeGreaterThan(0);
    let holding: Promise<unknown>[] = [];
    await server.store.db.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx);
      // More than there are connections to PostgreSQL; PGlite's only one is the transaction's.
      holding = Array.from({ length: 40 }, () => sql`select pg_sleep(0.05)`.execute(server.store.db));
      // While they hold the connections nothing can be read, so what is known without reading is asked for directly.
      await expect
        .poll(
          () => {
            const { used, waiting } = server.store.load();
            return used > 0 && waiting > 0;
          },
          { interval: 5 },
        )
        .toBe(true);
    });
    await Promise.all(holding);
    expect(await load()).toMatchObject({ used: 0, waiting: 0 });
  });

  it("tells how long the event loop was held up", async () => {
    const figures = await scrape(server);
    for (const figure of ["lag_seconds", "lag_p99_seconds"]) {
      expect(figures.get(`tokenhouse_nodejs_eventloop_${figure}`)).toBeGreaterThanOrEqual(0);
    }
  });

  it("measures plan and apply once for each change of the policies", async () => {
    const key = (phase: string) => `tokenhouse_policy_${phase}_duration_seconds`;
    const before = await scrape(server);
    const { errors } = await ask(
      server,
      server.localAdmin,
      `mutation { updateTokenSecurityPolicies(input: { personalUserTokensEnabled: true, viewPermissionTokensEnabled: true,
        viewPermissionTokensAllowPermissionUpdates: false, organizationPermissionTokensEnabled: true,
        organizationPermissionTokensAllowPermissionUpdates: false }) { id } }`,
    );
    expect(errors).toEqual([]);
    const after = await scrape(server);
    for (const phase of ["plan", "apply"]) {
      expect(after.get(`${key(phase)}_count`)).toBe((before.get(`${key(phase)}_count`) ?? 0) + 1);
    }
    const spent = (phase: string) => (after.get(`${key(phase)}_sum`) ?? 0) - (before.get(`${key(phase)}_sum`) ?? 0);
    expect(spent("plan")).toBeGreaterThan(0);
    expect(spent("apply")).toBeGreaterThan(spent("plan"));
  });
});

describe("metrics of requests", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore("pglite");
  });
  afterAll(() => store.close());

  it("counts requests by method, route pattern and status, and refusals by reason", async () => {
    const server = await testServer(store, { metrics: {} });
    const first = await scrape(server);
    expect(first.get('tokenhouse_refusals_total{reason="plan-changed"}')).toBe(0);
    await ask(server, server.localAdmin, "{ organization { id } }");
    await ask(server, "nobody", "{ organization { id } }");
    await ask(server, server.localAdmin, "{ token(tokenId: 5) { id } nothing }");
    await ask(
      server,
      (await server.token({ permissions: ["ViewUsage"] })).tokenString,
      "mutation { enableFeature(feature: CustomIngestTokens) }",
    );
    await server.app.inject("/some/page/of/somebody");
    await server.app.inject("/another/page");
    await server.app.inject("/api/nothing");
    const figures = await scrape(server);
    expect(figures.get('tokenhouse_http_requests_total{method="POST",route="/graphql",status="200"}')).toBe(3);
    expect(figures.get('tokenhouse_http_requests_total{method="POST",route="/graphql",status="401"}')).toBe(1);
    expect(figures.get('tokenhouse_http_request_duration_seconds_count{route="/graphql"}')).toBe(4);
    expect(figures.get('tokenhouse_http_requests_total{method="GET",route="page",status="503"}')).toBe(2);
    expect(figures.get('tokenhouse_http_requests_total{method="GET",route="none",status="404"}')).toBe(1);
    expect(figures.get('tokenhouse_refusals_total{reason="unauthenticated"}')).toBe(1);
    expect(figures.get('tokenhouse_refusals_total{reason="bad-input"}')).toBeGreaterThan(0);
    expect(figures.get('tokenhouse_refusals_total{reason="not-allowed"}')).toBe(1);
    await server.app.close();
  });

  it("stands in docs/running.md with each of its names but those of Node.js and the process", async () => {
    const server = await testServer(store, { metrics: {} });
    const { body } = await server.app.inject("/metrics");
    const names = [...body.matchAll(/^# TYPE (tokenhouse_\w+)/gmu)].map(([, name = ""]) => name);
    const ours = names.filter((name) => !/^tokenhouse_(?:nodejs|process)_/u.test(name));
    expect(ours.length).toBeGreaterThan(10);
    const told = readFileSync("docs/running.md", "utf8");
    expect(ours.filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(["tokenhouse_nodejs_eventloop_lag_seconds", "tokenhouse_nodejs_eventloop_lag_p99_seconds"]),
    );
    await server.app.close();
  });

  it("has no name, id or address in a label, whoever asked for whatever", async () => {
    const server = await testServer(store, { metrics: {} });
    const token = await server.token({ name: "payroll-export" });
    await ask(server, token.tokenString, "query Secretive { organization { id } }");
    for (const url of [`/tokens/organization/${token.id}`, `/${token.id}?${token.secret}`, "/api/v1/ingest/raw", "/%E0%A4%A"]) {
      await server.app.inject({ method: "POST", url });
      await server.app.inject({ url });
    }
    const { body } = await server.app.inject("/metrics");
    for (const secret of [token.id, token.secret, "payroll", "Secretive", "127.0.0.1", "admin"])
      expect(body).not.toContain(secret);
    const routes = new Set([...body.matchAll(/route="([^"]*)"/gu)].map(([, route]) => route));
    expect(routes.size).toBeGreaterThan(1);
    expect(routes.size).toBeLessThan(10);
    await server.app.close();
  });
});

describe("metrics of a gateway", () => {
  it("have nothing about tokens, policies and the errors of GraphQL, which are the cluster's", async () => {
    const gateway = await buildGateway({ logscale: "http://127.0.0.1:1", key: new Uint8Array(32), metrics: {} });
    const { body } = await gateway.inject("/metrics");
    expect(body).toContain('tokenhouse_refusals_total{reason="unauthenticated"} 0');
    for (const theirs of ["tokenhouse_policy", "tokenhouse_tokens", "plan-changed", "tokenhouse_sessions", "tokenhouse_audit"])
      expect(body).not.toContain(theirs);
    await gateway.close();
  });

  it("count the requests that the cluster did not answer", async () => {
    const gateway = await buildGateway({ logscale: "http://127.0.0.1:1", key: new Uint8Array(32), metrics: {} });
    const count = async () =>
      /^tokenhouse_refusals_total\{reason="cluster-unreachable"\} (\d+)$/mu.exec((await gateway.inject("/metrics")).body)?.[1];
    expect(await count()).toBe("0");
    const headers = { authorization: "Bearer x", "content-type": "application/json" };
    const answer = await gateway.inject({ method: "POST", url: "/graphql", headers, payload: '{"query":"{ a }"}' });
    expect(answer.statusCode).toBe(502);
    expect(await count()).toBe("1");
    await gateway.close();
  });
});

describe("the route of the metrics", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore("pglite");
  });
  afterAll(() => store.close());
  const status = async (server: TestServer, headers: Record<string, string>, remoteAddress = "127.0.0.1") =>
    (await server.app.inject({ url: "/metrics", headers, remoteAddress })).statusCode;

  it("is not there unless it was asked for, not even as a page", async () => {
    const server = await testServer(store);
    expect(await status(server, { accept: "text/html,*/*" })).toBe(404);
    expect((await server.app.inject("/metrics")).body).not.toContain("tokenhouse_");
    await server.app.close();
  });

  it("without a token answers this machine alone, and nothing that a proxy on it passes on", async () => {
    const server = await testServer(store, { metrics: {} });
    expect(await status(server, {})).toBe(200);
    expect(await status(server, {}, "::1")).toBe(200);
    expect(await status(server, {}, "::ffff:127.0.0.1")).toBe(200);
    expect(await status(server, {}, "10.0.0.1")).toBe(403);
    expect(await status(server, { authorization: `Bearer ${server.localAdmin}` }, "10.0.0.1")).toBe(403);
    for (const header of ["x-forwarded-for", "forwarded", "via"])
      expect(await status(server, { [header]: "127.0.0.1" })).toBe(403);
    for (const host of ["localhost:8080", "127.0.0.1:9", "[::1]:8080"]) expect(await status(server, { host })).toBe(200);
    for (const host of ["tokens.example.com", "evil.example:8080", "127.0.0.1.example", "10.0.0.1:8080", "?"])
      expect(await status(server, { host })).toBe(403);
    await server.app.close();
  });

  it("with a token answers whoever shows it, from anywhere, and nobody else, not even this machine", async () => {
    const token = "a token for the scraper, long enough".replaceAll(/\W/gu, "-");
    const server = await testServer(store, { metrics: { token } });
    expect(await status(server, { authorization: `Bearer ${token}` }, "10.0.0.1")).toBe(200);
    expect(await status(server, { authorization: `Bearer ${token}x` })).toBe(401);
    expect(await status(server, { authorization: `Basic ${token}` })).toBe(401);
    expect(await status(server, { authorization: `Bearer ${server.localAdmin}` })).toBe(401);
    expect(await status(server, {})).toBe(401);
    expect(server.log()).not.toContain(token);
    await server.app.close();
  });
});
