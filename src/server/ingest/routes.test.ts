import { deflateSync, gzipSync } from "node:zlib";

import { beforeEach, expect, it } from "vitest";

import { hour } from "#domain/duration.ts";
import { ask } from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime, type TestStore } from "#server/testing/databases.ts";
import { ingestToken, received, repository, send } from "#server/testing/ingest.ts";
import { cookieOf, testServer, type TestServer } from "#server/testing/server.ts";
import { repositoriesLimit } from "./tally.ts";

const structured = JSON.stringify([{ tags: {}, events: [{ timestamp: 1, attributes: { a: 1 } }] }]);
const unstructured = JSON.stringify([{ messages: ["one", "two"] }]);
const bulk = '{"create":{"_index":"logs"}}\n{"message":"one"}\n';

/** Each address with a body of its form, how many events that has, and the answer. */
const routes: readonly (readonly [url: string, body: string, events: number, answer: unknown])[] = [
  ["/api/v1/ingest/humio-structured", structured, 1, {}],
  ["/api/v1/ingest/humio-unstructured", unstructured, 2, {}],
  ["/api/v1/repositories/sandbox/ingest-messages", unstructured, 2, {}],
  ["/api/v1/ingest/raw", "one\ntwo", 1, {}],
  ["/api/v1/ingest/json", '[{"a":1},{"a":2},{"a":3}]', 3, {}],
  ["/api/v1/ingest/raw/json", '[{"a":1},"a text"]', 2, {}],
  ...["/api/v1/ingest/hec", "/services/collector"].flatMap((base) => [
    ...["", "/event", "/event/1.0"].map((path) => [base + path, '{"event":"one"}{"event":"two"}', 2, hecSuccess()] as const),
    ...["/raw", "/raw/1.0"].map((path) => [base + path, "one\ntwo\n", 2, hecSuccess()] as const),
  ]),
  ...["/_bulk", "/api/v1/ingest/elastic-bulk", "/api/v1/ingest/elastic-bulk/_bulk", "/api/v1/ingest/elastic-bulk/logs/_bulk"].map(
    (url) =>
      [
        url,
        bulk,
        1,
        { took: 0, errors: false, items: [{ create: { _index: "logs", _id: "", status: 201, result: "created" } }] },
      ] as const,
  ),
];

function hecSuccess() {
  return { text: "Success", code: 0 };
}

describeOnBothDatabasesInTime("ingest routes", (open) => {
  let server: TestServer;
  let store: TestStore;
  beforeEach(async () => {
    store = await open();
    server = await testServer(store, { ingestBodyLimit: 2000 });
    return () => server.app.close();
  });

  const counted = async () => (await received(server)).ingestTokens.map(({ events, bytes }) => ({ events, bytes }));

  it("take their form, whatever Content-Type it comes with, and count it", async () => {
    const token = await ingestToken(server, { parser: "json" });
    let events = 0;
    let bytes = 0;
    for (const [url, body, count, answer] of routes) {
      for (const type of [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain; charset=utf-8",
        "application/x-ndjson",
        undefined,
      ]) {
        const response = await send(
          server,
          url,
          `Bearer ${token}`,
          body,
          type === undefined ? {} : { headers: { "content-type": type } },
        );
        expect([response.statusCode, response.json()], `${url} as ${type}`).toEqual([200, answer]);
        expect(response.headers).toMatchObject({ "tokenhouse-events": "not-stored", "cache-control": "no-store" });
        events += count;
        bytes += Buffer.byteLength(body);
      }
    }
    expect((await received(server)).ingestTokens).toEqual([
      { name: "a shipper", events, bytes, eventsInLastDay: events, lastUsedAt: server.now, lastUsedFrom: "127.0.0.1" },
    ]);
  });

  it("show the last hundred events of the repository as received, with the parser that took them", async () => {
    const token = await ingestToken(server, { parser: "syslog" });
    for (let number = 0; number < 60; number++) {
      await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, `event ${number}`);
      await send(server, "/services/collector", `Bearer ${token}`, `{ "event": "hec ${number}" }`);
    }
    const { recentEvents } = await received(server);
    expect(recentEvents).toHaveLength(100);
    expect(recentEvents.slice(0, 2)).toEqual([
      { text: '{ "event": "hec 59" }', size: 21, tokenName: "a shipper", parserName: "syslog", receivedAt: server.now },
      { text: "event 59", size: 8, tokenName: "a shipper", parserName: "syslog", receivedAt: server.now },
    ]);
    expect(recentEvents.at(-1)?.text).toBe("event 10");
    await repository(server, "other");
    expect((await received(server, "other")).recentEvents).toEqual([]);
  });

  it("show the events only to who may read there", async () => {
    const token = await ingestToken(server);
    await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, "for few eyes");
    const { id } = await store.db
      .selectFrom("searchDomains")
      .select("id")
      .where("name", "=", "sandbox")
      .executeTakeFirstOrThrow();
    const ask1 = async (permissions: string[]) => {
      const { tokenString } = await server.token({ kind: "view", viewIds: [id], permissions });
      return ask(server, tokenString, `{ repository(name: "sandbox") { recentEvents { text } } }`);
    };
    expect((await ask1(["ReadAccess"])).data).toEqual({ repository: { recentEvents: [{ text: "for few eyes" }] } });
    const refused = await ask1(["ChangeIngestTokens"]);
    expect(refused.errors[0]).toMatchObject({ message: "Read events not allowed", extensions: { code: "NOT_ALLOWED" } });
    expect(refused.text).not.toContain("few eyes");
  });

  it("take compressed bodies, and count what is in them", async () => {
    const token = await ingestToken(server);
    for (const [encoding, compress] of [
      ["gzip", gzipSync],
      ["x-gzip", gzipSync],
      ["GZIP", gzipSync],
      ["deflate", deflateSync],
    ] as const) {
      const response = await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, compress("ten bytes!"), {
        headers: { "content-encoding": encoding },
      });
      expect(response.statusCode, encoding).toBe(200);
    }
    expect(await counted()).toEqual([{ events: 4, bytes: 40 }]);
  });

  it("accept the token as Bearer in any case, as Basic user or password, and as Splunk on HEC alone", async () => {
    const token = await ingestToken(server);
    const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
    const everywhere = [
      `Bearer ${token}`,
      `bearer ${token}`,
      `BEARER  ${token} `,
      basic(`${token}:`),
      basic(`${token}:x`),
      basic(`:${token}`),
      basic(`user:${token}`),
    ];
    for (const [url, body] of routes) {
      for (const header of everywhere) expect((await send(server, url, header, body)).statusCode, `${url} ${header}`).toBe(200);
      const isHec = url.includes("hec") || url.startsWith("/services");
      for (const scheme of ["Splunk", "splunk"]) {
        expect((await send(server, url, `${scheme} ${token}`, body)).statusCode, url).toBe(isHec ? 200 : 401);
      }
    }
  });

  it("refuse everybody without a right token, in the words of the family, and count nothing", async () => {
    const token = await ingestToken(server);
    const personal = await server.token({ kind: "personal" });
    const missing = "The resource requires authentication, which was not supplied with the request";
    const invalid = "The supplied authentication is invalid";
    const cases: readonly (readonly [header: string | undefined, status: number, message: string, code: number])[] = [
      [undefined, 401, missing, 2],
      ["", 401, invalid, 3],
      [token, 401, invalid, 3],
      ["Bearer", 401, invalid, 3],
      ["Token abc", 401, invalid, 3],
      ["Basic Og==", 401, invalid, 3],
      ["Bearer 00000000-0000-0000-0000-000000000000", 401, invalid, 4],
      [`Bearer ${token.toUpperCase()}`, 401, invalid, 4],
      [`Bearer ${token}x`, 401, invalid, 4],
      [`Bearer ${"a".repeat(32)}~${"b".repeat(44)}`, 401, invalid, 4],
      [`Bearer ${personal.tokenString}`, 403, "This token may not send data.", 4],
      [`Bearer ${server.localAdmin}`, 403, "This token may not send data.", 4],
    ];
    for (const [url, body] of routes) {
      for (const [header, status, message, code] of cases) {
        const response = await send(server, url, header, body);
        expect(response.statusCode, `${url} ${header}`).toBe(status);
        if (url.includes("hec") || url.startsWith("/services")) expect(response.json()).toEqual({ text: message, code });
        else if (url.includes("bulk"))
          expect(response.json()).toEqual({ error: { type: "security_exception", reason: message }, status });
        else expect(response.body).toBe(message);
      }
    }
    expect(await counted()).toEqual([{ events: 0, bytes: 0 }]);
  });

  it("say of a credential what came along with it unseen, and take one that has its quotation marks by right", async () => {
    const token = await ingestToken(server);
    const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
    const invalid = "The supplied authentication is invalid";
    for (const [header, fault] of [
      [basic(`user:${token}\n`), "It ends in a line break, as echo adds one. Use printf '%s', or echo -n."],
      [basic(`${token}\r\n`), "It ends in a line break, as echo adds one. Use printf '%s', or echo -n."],
      [basic(`user:"${token}"`), "It is wrapped in quotation marks. Leave them out."],
      [basic(`user:${token}\u200b`), "Character 37 is an invisible zero-width space (U+200B), which no token has."],
      [`Bearer "${token}"`, "It is wrapped in quotation marks. Leave them out."],
      [
        `Bearer ${Buffer.from(`\ufeff${token}`).toString("latin1")}`,
        "Character 1 is an invisible byte order mark (U+FEFF), which no token has.",
      ],
      [`Bearer ${token} x`, "Character 37 is a space, which no token has."],
    ] as const) {
      const response = await send(server, "/api/v1/ingest/raw", header, "x");
      expect([response.statusCode, response.body]).toEqual([401, `${invalid}. ${fault}`]);
    }
    await ask(server, server.localAdmin, "mutation { enableFeature(feature: CustomIngestTokens) }");
    const quoted = await ingestToken(server, { name: "quoted", customToken: '"quoted-by-right"' });
    for (const header of [`Bearer ${quoted}`, basic(`:${quoted}`)])
      expect((await send(server, "/api/v1/ingest/raw", header, "x")).statusCode).toBe(200);
  });

  it("ignore cookies", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    for (const [url, body] of routes) {
      expect((await send(server, url, undefined, body, { headers: { cookie } })).statusCode).toBe(401);
    }
  });

  it("refuse a token from the moment it is removed, and one whose repository is deleted", async () => {
    const removed = await ingestToken(server, { name: "removed" });
    await repository(server, "short-lived");
    const orphaned = await ingestToken(server, { repositoryName: "short-lived" });
    for (const token of [removed, orphaned])
      expect((await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, "x")).statusCode).toBe(200);
    await ask(server, server.localAdmin, `mutation { removeIngestToken(repositoryName: "sandbox", name: "removed") { result } }`);
    await ask(server, server.localAdmin, `mutation { deleteSearchDomain(name: "short-lived") { result } }`);
    for (const token of [removed, orphaned])
      expect((await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, "x")).statusCode).toBe(401);
  });

  it("refuse what is malformed with 400, and count nothing of it", async () => {
    const token = await ingestToken(server);
    const bad: readonly (readonly [url: string, body: string])[] = [
      ["/api/v1/ingest/humio-structured", unstructured],
      ["/api/v1/ingest/humio-unstructured", structured],
      ["/api/v1/ingest/humio-unstructured", '[{"messages":["good"]},{"messages":"bad"}]'],
      ["/api/v1/ingest/raw", ""],
      ["/api/v1/ingest/json", "text"],
      ["/api/v1/ingest/hec", '{"event":"good"}{"no":"event"}'],
      ["/services/collector", ""],
      ["/services/collector/raw", "\n"],
      ["/_bulk", '{"create":{}}\n{"good":1}\n{"create":{}}\n'],
    ];
    for (const [url, body] of bad) {
      const response = await send(server, url, `Bearer ${token}`, body);
      expect(response.statusCode, `${url} ${body}`).toBe(400);
      expect(response.body).not.toBe("");
      expect(response.headers["tokenhouse-events"]).toBe("not-stored");
    }
    const damaged = gzipSync("x").subarray(0, 12);
    for (const [body, encoding, status] of [
      [damaged, "gzip", 400],
      ["plain", "gzip", 400],
      ["plain", "br", 415],
      ["plain", "zstd", 415],
    ] as const) {
      const response = await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, body, {
        headers: { "content-encoding": encoding },
      });
      expect(response.statusCode, encoding).toBe(status);
    }
    expect(await counted()).toEqual([{ events: 0, bytes: 0 }]);
    expect((await received(server)).recentEvents).toEqual([]);
  });

  it("refuse what is too large with 413 that names the limit, compressed or not, and take what just fits", async () => {
    const token = await ingestToken(server);
    const fits = "x".repeat(2000);
    for (const [body, headers, status] of [
      [fits, {}, 200],
      [gzipSync(fits), { "content-encoding": "gzip" }, 200],
      [`${fits}x`, {}, 413],
      [gzipSync("x".repeat(5_000_000)), { "content-encoding": "gzip" }, 413],
    ] as const) {
      const response = await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, body, { headers });
      expect(response.statusCode).toBe(status);
      if (status === 413) expect(response.body).toContain("2,000 bytes accepted here (INGEST_BODY_LIMIT)");
    }
    expect(await counted()).toEqual([{ events: 2, bytes: 4000 }]);
  });

  it("refuse events for repositories that do not exist, however many they name", async () => {
    const { tokenString } = await server.token({ permissions: ["IngestAcrossAllReposWithinOrganization"] });
    const roomy = await testServer(store);
    const body = (repositories: number) =>
      Array.from({ length: repositories }, (_, place) => `{"event":1,"index":"${place}"}`).join("");
    for (const [repositories, text] of [
      [repositoriesLimit, "Incorrect index: there is no such repository."],
      [66_000, "Incorrect index: one body may name 1,000 repositories at most."],
    ] as const) {
      const response = await send(roomy, "/services/collector", `Bearer ${tokenString}`, body(repositories));
      expect([response.statusCode, response.json()]).toEqual([400, { text, code: 7 }]);
    }
    await roomy.app.close();
  });

  it("keep no more than 4096 bytes of an event, and no part of a character", async () => {
    const large = await testServer(store);
    const token = await ingestToken(large);
    const event = `${"x".repeat(4095)}üx\0`;
    await send(large, "/api/v1/ingest/raw", `Bearer ${token}`, event);
    await send(large, "/api/v1/ingest/raw", `Bearer ${token}`, "nul \0");
    const { recentEvents } = await received(large);
    expect(recentEvents.map(({ text, size }) => ({ text, size }))).toEqual([
      { text: "nul \uFFFD", size: 5 },
      { text: "x".repeat(4095), size: 4099 },
    ]);
    await large.app.close();
  });

  it("check that HEC's index names the token's repository", async () => {
    const token = await ingestToken(server);
    const index = async (name: string) =>
      (await send(server, "/services/collector", `Splunk ${token}`, JSON.stringify({ event: "e", index: name }))).json<object>();
    expect(await index("sandbox")).toEqual(hecSuccess());
    for (const name of ["Sandbox", "humio", "", "other"]) {
      expect(await index(name)).toEqual({
        text: 'Incorrect index: this token sends to the repository "sandbox" alone. Leave index out, or name that repository.',
        code: 7,
      });
    }
    const raw = async (query: string) =>
      (await send(server, `/services/collector/raw?${query}`, `Splunk ${token}`, "line")).statusCode;
    expect(await raw("index=sandbox&channel=x")).toBe(200);
    expect(await raw("index=other")).toBe(400);
    expect(await raw("index=sandbox&index=sandbox")).toBe(400);
    expect(await counted()).toMatchObject([{ events: 2 }]);
  });

  it("let organization and system tokens with the permission send to the repository that each event names", async () => {
    await repository(server, "web");
    const all = await server.token({
      kind: "organization",
      name: "all repositories",
      permissions: ["IngestAcrossAllReposWithinOrganization"],
    });
    const cluster = await server.token({ kind: "system", permissions: ["IngestAcrossAllReposWithinCluster"] });
    const events = '{"event":"one","index":"web"}{"event":"two","index":"sandbox"}{"event":"three","index":"web"}';
    for (const { tokenString } of [all, cluster]) {
      expect((await send(server, "/services/collector", `Splunk ${tokenString}`, events)).json()).toEqual(hecSuccess());
    }
    expect((await received(server, "web")).recentEvents.map(({ text }) => text)).toHaveLength(4);
    expect((await received(server)).recentEvents[1]).toMatchObject({ tokenName: "all repositories", parserName: null });

    const refused = async (body: string, url = "/services/collector") =>
      (await send(server, url, `Bearer ${all.tokenString}`, body)).statusCode;
    expect(await refused('{"event":"e"}')).toBe(400);
    expect(await refused('{"event":"e","index":"nowhere"}')).toBe(400);
    expect(await refused('{"event":"e","index":"web"}{"event":"e"}')).toBe(400);
    expect(await refused('{"event":"e","index":"humio"}'), "the system's own").toBe(400);
    const namingNone = routes.filter(([url]) => !/hec|^\/services|ingest-messages$/u.test(url));
    for (const [url, body] of namingNone) expect(await refused(body, url), url).toBe(400);
    expect((await received(server, "web")).recentEvents).toHaveLength(4);
  });

  it("take messages for the repository that the address names, from who may send there", async () => {
    await repository(server, "web logs");
    const token = await ingestToken(server);
    const all = await server.token({ kind: "organization", permissions: ["IngestAcrossAllReposWithinOrganization"] });
    const status = async (name: string, credential: string) =>
      (await send(server, `/api/v1/repositories/${name}/ingest-messages`, `Bearer ${credential}`, unstructured)).statusCode;
    expect(await status("web%20logs", all.tokenString)).toBe(200);
    expect((await received(server, "web logs")).recentEvents.map(({ text }) => text)).toEqual(["two", "one"]);
    expect(await status("sandbox", token)).toBe(200);
    expect(await status("web%20logs", token)).toBe(400);
    expect(await status("nowhere", all.tokenString)).toBe(400);
    expect(await status("humio", all.tokenString), "the system's own").toBe(400);
    expect((await received(server, "web logs")).recentEvents).toHaveLength(2);
  });

  it("refuse API tokens without the permission, expired or from a wrong address", async () => {
    await store.db
      .insertInto("ipFilters")
      .values({ id: "f".repeat(32), name: "office", ipFilter: "allow 192.0.2.0/24", createdAt: 0 })
      .execute();
    const right = { kind: "organization", permissions: ["IngestAcrossAllReposWithinOrganization"] } as const;
    const withRight = (row: object) => server.token({ ...right, permissions: [...right.permissions], ...row });
    const body = '{"event":"e","index":"sandbox"}';
    const status = async ({ tokenString }: { tokenString: string }, remoteAddress = "127.0.0.1") =>
      (await send(server, "/services/collector", `Bearer ${tokenString}`, body, { remoteAddress })).statusCode;
    expect(await status(await withRight({}))).toBe(200);
    expect(await status(await server.token({ kind: "organization", permissions: ["ViewUsage"] }))).toBe(403);
    expect(await status(await server.token({ kind: "system", permissions: ["IngestAcrossAllReposWithinOrganization"] }))).toBe(
      403,
    );
    expect(await status(await withRight({ kind: "view" }))).toBe(403);
    expect(await status(await withRight({ expireAt: server.now }))).toBe(401);
    const filtered = await withRight({ ipFilterId: "f".repeat(32) });
    expect(await status(filtered)).toBe(403);
    expect(await status(filtered, "192.0.2.7")).toBe(200);
  });

  it("answer deletions and updates of a bulk request each with its own error", async () => {
    const token = await ingestToken(server);
    const response = await send(server, "/_bulk", `Bearer ${token}`, `${bulk}{"delete":{"_id":"1"}}\n`);
    expect(response.json()).toMatchObject({
      errors: true,
      items: [{ create: { status: 201 } }, { delete: { status: 400, _id: "1" } }],
    });
    expect(await counted()).toMatchObject([{ events: 1 }]);
  });

  it("tell Elasticsearch's shippers a version, and Splunk's that all is well", async () => {
    const token = await ingestToken(server);
    const headers = { authorization: `Basic ${Buffer.from(`user:${token}`).toString("base64")}` };
    for (const url of ["/api/v1/ingest/elastic-bulk", "/api/v1/ingest/elastic-bulk/", "/api/v1/ingest/elastic-bulk/_license"]) {
      const response = await server.app.inject({ url, headers });
      expect(response.statusCode, url).toBe(200);
      expect(response.headers["x-elastic-product"]).toBe("Elasticsearch");
      expect((await server.app.inject({ url })).statusCode, url).toBe(401);
    }
    for (const url of ["/services/collector/health", "/services/collector/health/1.0", "/api/v1/ingest/hec/health"]) {
      expect((await server.app.inject({ url })).statusCode).toBe(200);
    }
  });

  it("say that all is well, or what they take, to who asks without a token before sending, as Docker does", async () => {
    for (const [url, allow] of [
      ["/services/collector/event/1.0", "POST, OPTIONS"],
      ["/services/collector/ack", "POST, OPTIONS"],
      ["/api/v1/ingest/hec", "POST, OPTIONS"],
      ["/api/v1/ingest/humio-unstructured", "POST, OPTIONS"],
      ["/api/v1/ingest/raw/json", "POST, OPTIONS"],
      ["/api/v1/repositories/sandbox/ingest-messages", "POST, OPTIONS"],
      ["/_bulk", "POST, PUT, OPTIONS"],
      ["/api/v1/ingest/elastic-bulk", "POST, PUT, GET, HEAD, OPTIONS"],
    ] as const) {
      const options = await server.app.inject({ method: "OPTIONS", url });
      expect([options.statusCode, options.body, options.headers["allow"]]).toEqual([200, "", allow]);
      const wrong = await server.app.inject({ method: "PATCH", url });
      expect([wrong.statusCode, wrong.headers["allow"]]).toEqual([405, allow]);
    }
    const wrong = await server.app.inject({ url: "/services/collector" });
    expect([wrong.statusCode, wrong.json()]).toEqual([405, { text: "Here is only POST, OPTIONS.", code: 6 }]);
  });

  it("refuse to acknowledge, with Splunk's own code", async () => {
    const token = await ingestToken(server);
    for (const url of ["/services/collector/ack", "/api/v1/ingest/hec/ack"]) {
      const response = await send(server, `${url}?channel=x`, `Splunk ${token}`, '{"acks":[0]}');
      expect([response.statusCode, response.json()]).toEqual([400, { text: "ACK is disabled", code: 14 }]);
      expect((await send(server, url, "Splunk wrong", "{}")).statusCode).toBe(401);
    }
  });

  it("answer OPTIONS and methods that mean nothing also where a body comes along", async () => {
    const token = await ingestToken(server, { name: "with a body" });
    for (const type of ["text/plain", "application/json", undefined]) {
      const ask = (method: "OPTIONS" | "PUT" | "DELETE" | "PATCH") =>
        server.app.inject({
          method,
          url: "/services/collector/event/1.0",
          headers: { authorization: `Splunk ${token}`, ...(type !== undefined && { "content-type": type }) },
          payload: Buffer.from("no JSON"),
        });
      expect((await ask("OPTIONS")).statusCode).toBe(200);
      for (const method of ["PUT", "DELETE", "PATCH"] as const) {
        const response = await ask(method);
        expect([response.statusCode, response.json()]).toEqual([405, { text: "Here is only POST, OPTIONS.", code: 6 }]);
      }
    }
  });

  it("answer at the root as Elasticsearch does to its clients, and to nobody else", async () => {
    const token = await ingestToken(server);
    const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
    const root = (headers: Record<string, string>, method: "GET" | "HEAD" = "GET") =>
      server.app.inject({ method, url: "/", headers: { accept: "application/json", ...headers } });
    const found = await root({ authorization: basic(`user:${token}`) });
    expect([found.statusCode, found.json()]).toEqual([
      200,
      (await server.app.inject({ url: "/api/v1/ingest/elastic-bulk", headers: { authorization: basic(`:${token}`) } })).json(),
    ]);
    expect(found.headers["x-elastic-product"]).toBe("Elasticsearch");
    expect((await root({ authorization: basic(`user:${token}`) }, "HEAD")).statusCode).toBe(200);
    const refused = await root({ authorization: basic("user:wrong") });
    expect([refused.statusCode, refused.json<{ error: object }>().error]).toMatchObject([401, { type: "security_exception" }]);
    const page = (await server.app.inject({ url: "/", headers: { accept: "text/html" } })).body;
    const byProxy = { accept: "text/html,application/xhtml+xml,*/*;q=0.8", authorization: basic("proxy:password") };
    for (const headers of [byProxy, { accept: "text/html", authorization: `Bearer ${token}` }]) {
      const answer = await root(headers);
      expect([answer.body, answer.headers["x-elastic-product"]]).toEqual([page, undefined]);
    }
  });

  it("say 429 to who keeps bringing wrong tokens, and take right ones from the same address all the while", async () => {
    const strict = await testServer(store, { limits: { failedRequests: 2 } });
    const token = await ingestToken(strict, { name: "strict" });
    const statuses: number[] = [];
    // Any page can make a visitor's browser send this much.
    for (let attempt = 0; attempt < 4; attempt++) {
      const { statusCode } = await strict.app.inject({ method: "POST", url: "/api/v1/ingest/raw", payload: "x" });
      expect(statusCode).toBe(401);
    }
    for (const value of ["a", "b", "c", "d"])
      statuses.push((await send(strict, "/api/v1/ingest/raw", `Bearer ${value}`, "x")).statusCode);
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await send(strict, "/api/v1/ingest/raw", `Bearer ${token}`, "x")).statusCode).toBe(200);
    await strict.app.close();
  });

  it("count the last day by the hour", async () => {
    const token = await ingestToken(server);
    const start = server.now;
    for (let hours = 0; hours < 60; hours++) {
      server.now = start + hours * hour;
      await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, "x");
    }
    expect((await received(server)).ingestTokens).toMatchObject([{ events: 60, eventsInLastDay: 25, lastUsedAt: server.now }]);
    const hours = await store.db.selectFrom("ingestHours").select("hour").execute();
    expect(hours.length).toBeLessThanOrEqual(49);
  });

  it("name in the answer to a bulk request the repository where an action names none", async () => {
    const token = await ingestToken(server);
    const body = '{"create":{}}\n{"a":1}\n\n{"create":{"_index":"own"}}\n{"a":2}\n';
    for (const [url, index] of [
      ["/_bulk", "sandbox"],
      ["/api/v1/ingest/elastic-bulk/_bulk", "sandbox"],
      ["/api/v1/ingest/elastic-bulk/logs/_bulk", "logs"],
    ] as const) {
      const response = await send(server, url, `Bearer ${token}`, body);
      expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
      expect(response.json()).toMatchObject({
        errors: false,
        items: [{ create: { _index: index, status: 201 } }, { create: { _index: "own", status: 201 } }],
      });
    }
    expect(await counted()).toMatchObject([{ events: 6 }]);
  });

  it("have counted everything when the server has closed", async () => {
    const token = await ingestToken(server);
    await Promise.all(Array.from({ length: 50 }, () => send(server, "/api/v1/ingest/raw", `Bearer ${token}`, "x")));
    await server.app.close();
    const { events } = await store.db.selectFrom("ingestTokens").select("events").executeTakeFirstOrThrow();
    expect(events).toBe(50);
  });
});
