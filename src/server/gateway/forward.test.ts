import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";

import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { httpAnswer, startUpstream, type Upstream } from "#server/testing/upstream.ts";

import { buildGateway, type GatewayOptions } from "./gateway.ts";

const key = new Uint8Array(32).fill(3);
const token = `${"u".repeat(24)}~${"s".repeat(44)}`;
const viewer = JSON.stringify({
  data: { viewer: { id: "u".repeat(24), username: "ann", fullName: null, isRoot: true, isOrganizationRoot: false } },
});

let upstream: Upstream;
let gateway: FastifyInstance;
let url: string;

async function start(options: Partial<GatewayOptions> = {}): Promise<void> {
  gateway = await buildGateway({ logscale: upstream.origin, key, ...options });
  url = await gateway.listen({ host: "127.0.0.1", port: 0 });
}

beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(async () => {
  gateway.server.closeAllConnections();
  await gateway.close();
  await upstream.close();
});

const json = { "content-type": "application/json" };

function graphql(headers: Record<string, string>, body: BodyInit = '{"query":"{ a }"}') {
  return fetch(new URL("/graphql", url), { method: "POST", headers: { ...json, ...headers }, body, redirect: "manual" });
}

/** Signs in as a browser does; the Cookie and Origin headers of its further requests. */
async function signedIn(): Promise<Record<string, string>> {
  upstream.answer = httpAnswer("200 OK", json, viewer);
  const response = await fetch(`${url}/session`, { method: "POST", headers: json, body: JSON.stringify({ token }) });
  expect(response.status).toBe(200);
  const cookie = response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  return { cookie, origin: url };
}

/** Sends bytes as they are and gives what comes back until the connection ends. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  socket.write(bytes, "latin1");
  await once(socket, "close");
  return text;
}

const last = () => upstream.received.at(-1);
const lastHeaders = () => Object.fromEntries((last()?.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]));

describe("what goes to the cluster", () => {
  it("has the bytes of the body as they were sent, raw line breaks and packed ones too", async () => {
    await start();
    const withBreaks = Buffer.from('{ "query" : "mutation {\r\n\n\tx(a: \\"é\\")  }"\n }');
    await graphql({ authorization: `BEARER ${token}` }, withBreaks);
    expect(last()?.body).toEqual(withBreaks);
    expect(lastHeaders()).toMatchObject({ authorization: `BEARER ${token}`, "content-type": "application/json" });

    const packed = gzipSync("one line\n".repeat(100));
    const response = await fetch(`${url}/api/v1/ingest/raw?a=%20b&c=1%2C2`, {
      method: "POST",
      headers: { authorization: "Basic eDp5", "content-encoding": "gzip", "content-type": 'text/plain; charset="latin1"' },
      body: packed,
    });
    expect(response.status).toBe(200);
    expect(last()).toMatchObject({ method: "POST", target: "/api/v1/ingest/raw?a=%20b&c=1%2C2" });
    expect(last()?.body).toEqual(packed);
    expect(lastHeaders()).toMatchObject({
      authorization: "Basic eDp5",
      "content-encoding": "gzip",
      "content-type": 'text/plain; charset="latin1"',
      "content-length": String(packed.length),
    });
  });

  it("has the id that the answer has, and not the one that a stranger gave", async () => {
    await start();
    const given = "4d8b4f31-5a55-4c5e-9f3a-2c1f7a1f0b11";
    const response = await graphql({ authorization: `Bearer ${token}`, "x-request-id": given });
    const id = response.headers.get("x-request-id");
    expect(id).toMatch(/^[\da-f]{16}$/u);
    expect(lastHeaders()["x-request-id"]).toBe(id);
    upstream.answer = httpAnswer("200 OK", { ...json, "x-request-id": "the-cluster-s-own" });
    const next = await graphql({ authorization: `Bearer ${token}` });
    expect(next.headers.get("x-request-id")).toBe(lastHeaders()["x-request-id"]);
    await gateway.close();

    await start({ trustProxy: ["127.0.0.1"] });
    await graphql({ authorization: `Bearer ${token}`, "x-request-id": given });
    expect(lastHeaders()["x-request-id"]).toBe(given);
  });

  it("comes from the routes that are the cluster's, with any content type or none, in pieces or whole", async () => {
    await start();
    for (const path of [
      "/services/collector",
      "/services/collector/raw",
      "/_bulk",
      "/api/v1/ingest/elastic-bulk/_bulk",
      "/api/v1/repositories/my-logs/ingest-messages",
    ]) {
      await raw(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Splunk abc\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\nb\r\n2\r\n\xffc\r\n0\r\n\r\n`,
      );
      expect(last()).toMatchObject({ method: "POST", target: path });
      expect(last()?.body.toString("latin1")).toBe("a\nb\u00ffc");
    }
    await fetch(`${url}/api/v1/status`);
    expect(last()).toMatchObject({ method: "GET", target: "/api/v1/status" });
  });

  it("comes with every method that shippers ask by, and the answer says which ones the cluster knows", async () => {
    await start();
    upstream.answer = httpAnswer("200 OK", { allow: "POST, OPTIONS" });
    for (const [method, path] of [
      ["OPTIONS", "/services/collector/event/1.0"],
      ["OPTIONS", "/api/v1/ingest/hec"],
      ["GET", "/services/collector/health/1.0"],
      ["POST", "/services/collector/health"],
      ["POST", "/services/collector/ack"],
      ["HEAD", "/api/v1/ingest/elastic-bulk"],
      ["GET", "/api/v1/ingest/elastic-bulk/_license"],
      ["PUT", "/_bulk"],
      ["POST", "/api/v1/ingest/otlp/v1/logs"],
    ] as const) {
      const response = await fetch(`${url}${path}`, { method });
      expect([response.status, response.headers.get("allow")], `${method} ${path}`).toEqual([200, "POST, OPTIONS"]);
      expect(last()).toMatchObject({ method, target: path });
      expect(lastHeaders()).not.toHaveProperty("authorization");
    }
  });

  it("comes to its answer for Elasticsearch's clients when one asks at the root, where a browser gets the page", async () => {
    await start();
    const authorization = `Basic ${Buffer.from(`user:${token}`).toString("base64")}`;
    upstream.answer = httpAnswer("200 OK", { "x-elastic-product": "Elasticsearch", "content-type": "application/json" });
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch(`${url}/?pretty`, { method, headers: { authorization } });
      expect([response.status, response.headers.get("x-elastic-product")]).toEqual([200, "Elasticsearch"]);
      expect(last()).toMatchObject({ method, target: "/api/v1/ingest/elastic-bulk?pretty" });
      expect(lastHeaders()).toMatchObject({ authorization });
    }
    const before = upstream.received.length;
    for (const headers of [{ authorization, accept: "text/html,*/*;q=0.8" }, { authorization: `Bearer ${token}` }])
      await fetch(`${url}/`, { headers });
    expect(upstream.received.length).toBe(before);
  });

  it("has no cookie, no origin, no address of anybody, nothing of the connection, and nothing that a browser or proxy adds", async () => {
    await start({ trustProxy: ["127.0.0.1"] });
    const browser = await signedIn();
    const added = {
      referer: `${url}/policies`,
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-proto": "http",
      "x-forwarded-host": new URL(url).host,
      "x-real-ip": "203.0.113.9",
      "x-humio-user": "203.0.113.9",
      "x-logscale-user": "203.0.113.9",
      forwarded: "for=203.0.113.9",
      via: "1.1 proxy",
      "sec-fetch-site": "same-origin",
      "x-anything": "else",
      te: "trailers",
      accept: "application/json",
      "user-agent": "browser",
      "x-splunk-request-channel": "channel",
    };
    await graphql({ ...browser, ...added });
    expect(Object.keys(lastHeaders()).toSorted()).toEqual(
      ["accept", "accept-encoding", "accept-language", "authorization", "connection", "content-length", "content-type", "host"]
        .concat(["user-agent", "x-request-id", "x-splunk-request-channel"])
        .toSorted(),
    );
    expect(lastHeaders()).toMatchObject({
      authorization: `Bearer ${token}`,
      host: new URL(upstream.origin).host,
      connection: "keep-alive",
    });
    const everything = JSON.stringify(upstream.received.map(({ headers }) => headers));
    for (const leak of ["203.0.113.9", browser["cookie"]?.split("=")[1] ?? "", new URL(url).host]) {
      expect(everything).not.toContain(leak);
    }
  });

  it("keeps out headers that the caller names as those of the connection, and its wish to be asked first", async () => {
    await start();
    const answer = await raw(
      `POST /services/collector HTTP/1.1\r\nHost: x\r\nConnection: close, x-splunk-secret\r\nX-Splunk-Secret: 1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nz`,
    );
    expect(answer).toContain("HTTP/1.1 200");
    expect(lastHeaders()).not.toHaveProperty("x-splunk-secret");
    expect(lastHeaders()).not.toHaveProperty("expect");
  });

  it("never leaves the paths that are forwarded", async () => {
    await start();
    for (const path of [
      "/api/v1/ingest/../repositories",
      "/api/v1/ingest/%2e%2e/%2e%2e/admin",
      "/api/v1/ingest/..%2fadmin",
      "/api/v1/ingest/%252e%252e/admin",
      "/api/v1/ingest/\\..\\..\\admin",
      "/api/v1/ingest//evil.example.com/x",
      "/services/collector/http://evil.example.com/",
      "/api/v1/repositories/sandbox/query",
      "/api/v1/ingest/x;y",
    ]) {
      const answer = await raw(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      expect(answer, path).toMatch(/^HTTP\/1\.1 40[04]/u);
    }
    const absolute = await raw(
      `POST http://evil.example.com/graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(absolute).toMatch(/^HTTP\/1\.1 (?:200|40[04])/u);
    expect(upstream.received.every(({ target }) => target === "/graphql")).toBe(true);
    expect(lastHeaders()["host"] ?? new URL(upstream.origin).host).toBe(new URL(upstream.origin).host);
  });

  it("is refused when it is too large, announced or not", async () => {
    await start({ graphqlBodyLimit: 1000, ingestBodyLimit: 1000 });
    const announced = await graphql({ authorization: `Bearer ${token}` }, "x".repeat(1001));
    expect([announced.status, await announced.json()]).toEqual([
      413,
      { message: "The request is larger than the 1,000 bytes that this gateway takes." },
    ]);
    const answer = await raw(
      `POST /_bulk HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${`1f4\r\n${"y".repeat(500)}\r\n`.repeat(3)}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413/u);
    expect(upstream.received).toEqual([]);
    expect((await graphql({ authorization: `Bearer ${token}` }, "x".repeat(1000))).status).toBe(200);
  });
});

describe("the log of what is forwarded", () => {
  it.each([
    ["no proxy", [], "127.0.0.1"],
    ["a proxy", ["127.0.0.1"], "203.0.113.9"],
  ])("names the client's address also when the body is gone, behind %s", async (_behind, trustProxy, address) => {
    const lines: string[] = [];
    await start({ trustProxy, log: { write: (line) => void lines.push(line) } });
    const response = await graphql({ authorization: "Bearer a", "x-forwarded-for": "203.0.113.9" });
    expect(response.status).toBe(200);
    await expect.poll(() => lines.find((line) => line.includes('"msg":"request"'))).toBeDefined();
    expect(JSON.parse(lines.find((line) => line.includes('"msg":"request"')) ?? "")).toMatchObject({
      method: "POST",
      path: "/graphql",
      status: 200,
      address,
    });
  });
});

describe("who may have requests forwarded", () => {
  it("at /graphql: a caller with a header, or a session whose page asks", async () => {
    await start();
    const browser = await signedIn();
    const before = upstream.received.length;
    const refused = [
      [{}, 401],
      [{ cookie: "tokenhouse-1=x" }, 401],
      [{ ...browser, origin: "http://evil.example.com" }, 400],
      [{ cookie: browser["cookie"] ?? "" }, 400],
      [{ ...browser, "content-type": "text/plain" }, 400],
    ] as const;
    for (const [headers, status] of refused) expect((await graphql(headers)).status).toBe(status);
    expect(upstream.received).toHaveLength(before);
    expect((await graphql(browser)).status).toBe(200);
    // The header wins, and the cookie is ignored altogether.
    await graphql({ cookie: browser["cookie"] ?? "", authorization: "Bearer other" });
    expect(lastHeaders()["authorization"]).toBe("Bearer other");
  });

  it("where data is sent to: anybody, but never by session", async () => {
    await start();
    const browser = await signedIn();
    await fetch(`${url}/api/v1/ingest/json`, { method: "POST", headers: { ...json, ...browser }, body: "[]" });
    expect(lastHeaders()).not.toHaveProperty("authorization");
  });
});

it("strangers who send slowly keep nobody waiting", async () => {
  await start();
  const strangers = Array.from({ length: 300 }, () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => undefined);
    socket.write("POST /_bulk HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx");
    return socket;
  });
  await expect.poll(() => upstream.connections).toBe(strangers.length);
  expect((await graphql({ authorization: "Bearer a" })).status).toBe(200);
  for (const socket of strangers) socket.destroy();
});

describe("what comes back from the cluster", () => {
  it("has its status and the bytes of its body, packed or not, whatever they are", async () => {
    await start();
    const bytes = Buffer.from([0, 255, 10, 13, 10, 128]);
    for (const status of [
      "200 OK",
      "201 Created",
      "400 Bad Request",
      "403 Forbidden",
      "404 Not Found",
      "429 Slow",
      "500 Oh",
      "503 No",
    ]) {
      upstream.answer = httpAnswer(status, { "content-type": "text/plain; charset=x", "retry-after": "7" }, bytes);
      const response = await graphql({ authorization: "Bearer a" });
      expect(response.status).toBe(Number(status.slice(0, 3)));
      expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=x");
      expect(response.headers.get("retry-after")).toBe("7");
    }
    // Asked once each: nothing is tried again behind the caller's back.
    expect(upstream.received).toHaveLength(8);
    const packed = gzipSync('{"data":{"a":1}}');
    upstream.answer = httpAnswer("200 OK", { ...json, "content-encoding": "gzip" }, packed);
    expect(await (await graphql({ authorization: "Bearer a" })).json()).toEqual({ data: { a: 1 } });
  });

  it("has none of its cookies and none of the headers that would change what browsers think of this host", async () => {
    await start();
    upstream.answer = httpAnswer(
      "200 OK",
      {
        ...json,
        "set-cookie": "session=cluster; Path=/",
        "access-control-allow-origin": "*",
        "access-control-allow-credentials": "true",
        "clear-site-data": '"*"',
        "content-security-policy": "default-src *",
        "strict-transport-security": "max-age=1",
        "service-worker-allowed": "/",
        "www-authenticate": "Basic",
        date: "Sat, 01 Jan 2000 00:00:00 GMT",
      },
      "{}",
    );
    const { headers } = await graphql({ authorization: "Bearer a" });
    expect(headers.getSetCookie()).toEqual([]);
    for (const name of ["access-control-allow-origin", "clear-site-data", "strict-transport-security", "www-authenticate"]) {
      expect(headers.get(name), name).toBeNull();
    }
    expect(headers.get("content-security-policy")).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
    // The cluster's clock is the one that counts, and the gateway's own answers name none.
    expect(headers.get("date")).toBe("Sat, 01 Jan 2000 00:00:00 GMT");
    expect((await fetch(`${url}/session`)).headers.get("date")).toBeNull();
  });

  it("is never followed to another address", async () => {
    const elsewhere = await startUpstream();
    await start();
    for (const status of ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"]) {
      upstream.answer = httpAnswer(status, { location: new URL("/graphql", elsewhere.origin).href, ...json }, "{}");
      const response = await graphql({ authorization: `Bearer ${token}` });
      expect(response.status).toBe(502);
      expect(response.headers.get("location")).toBeNull();
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "CLUSTER_UNEXPECTED" } }] });
    }
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  it("is cut off when it is too large", async () => {
    await start({ answerLimit: 1000 });
    upstream.answer = httpAnswer("200 OK", json, "x".repeat(1001));
    const response = await graphql({ authorization: "Bearer a" });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "CLUSTER_UNEXPECTED" } }] });
    const chunk = `1f4\r\n${"x".repeat(500)}\r\n`;
    upstream.answer = Buffer.from(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`,
    );
    await expect(graphql({ authorization: "Bearer a" }).then((endless) => endless.text())).rejects.toThrow();
  });
});

describe("a client that hangs up", () => {
  let lines: Record<string, unknown>[];
  /** Starts a gateway, sends bytes to it, and hangs up once `when` holds; resolves when the gateway has noticed. */
  async function hangUp(bytes: string, when: (text: string) => boolean): Promise<void> {
    lines = [];
    await start({ log: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) } });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1").on("data", (part: string) => (text += part));
    socket.write(bytes, "latin1");
    await expect.poll(() => when(text)).toBe(true);
    socket.destroy();
    await expect.poll(() => lines.some(({ path }) => path !== undefined)).toBe(true);
  }
  const head = "POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n";

  it("keeps no connection to the cluster waiting, which has the whole request all the same", async () => {
    upstream.answer = "hang";
    await hangUp(`${head}Content-Length: 11\r\n\r\n{"query":1}`, () => upstream.received.length === 1);
    await expect.poll(() => upstream.connections).toBe(0);
    expect(last()?.body.toString()).toBe('{"query":1}');
    // Said once, and the cluster is not blamed for it.
    expect(lines.filter(({ level }) => Number(level) > 30)).toEqual([]);
    expect(lines.filter(({ path }) => path !== undefined)).toMatchObject([{ path: "/graphql", status: 499 }]);
    upstream.answer = httpAnswer("200 OK", json, "{}");
    expect((await graphql({ authorization: "Bearer a" })).status).toBe(200);
    expect(upstream.received).toHaveLength(2);
  });

  it("in the midst of the answer is not read to any further", async () => {
    upstream.answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{");
    await hangUp(`${head}Content-Length: 2\r\n\r\n{}`, (text) => text.endsWith("\r\n\r\n{"));
    await expect.poll(() => upstream.connections).toBe(0);
    expect(lines.filter(({ path }) => path !== undefined)).toMatchObject([{ path: "/graphql", status: 200 }]);
  });

  it.each([
    ["announced", `Content-Length: 12\r\n\r\n{"query":1}`],
    ["in pieces", `Transfer-Encoding: chunked\r\n\r\nb\r\n{"query":1}\r\n`],
  ])("in the midst of a body that is %s leaves the cluster without a whole request", async (_how, body) => {
    await hangUp(`${head}${body}`, () => upstream.connections === 1);
    await expect.poll(() => upstream.connections).toBe(0);
    expect(upstream.received).toEqual([]);
    expect(lines.filter(({ level }) => Number(level) > 30)).toEqual([]);
  });
});

describe("a cluster in trouble", () => {
  it("that is down is told as such, and that nothing was sent", async () => {
    await start();
    await upstream.close();
    const response = await graphql({ authorization: "Bearer a" });
    expect(response.status).toBe(502);
    const { host } = new URL(upstream.origin);
    const message = `The LogScale cluster at ${host} cannot be reached (ECONNREFUSED). Nothing was sent to it. Try again once it is back.`;
    expect(await response.json()).toEqual({ message, errors: [{ message, extensions: { code: "CLUSTER_UNREACHABLE" } }] });
    const ingest = await fetch(`${url}/_bulk`, { method: "POST", body: "{}" });
    expect([ingest.status, await ingest.json()]).toEqual([502, { message }]);
    upstream = await startUpstream();
  });

  it("that does not answer in time is told as such, and that it may still do what it was asked", async () => {
    await start({ timeout: 1000 });
    upstream.answer = "hang";
    const response = await graphql({ authorization: "Bearer a" });
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "CLUSTER_SILENT" } }] });
    await expect.poll(() => upstream.received.length).toBe(1);
    await expect.poll(() => upstream.connections).toBe(0);
  });

  it("that breaks the connection off is told as such, and is not asked twice", async () => {
    await start();
    upstream.answer = "cut";
    const response = await graphql({ authorization: "Bearer a" });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "CLUSTER_SILENT" } }] });
    expect(upstream.received).toHaveLength(1);
    upstream.answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 10\r\ncontent-type: application/json\r\n\r\n{");
    const half = await graphql({ authorization: "Bearer a" });
    expect(half.status).toBe(200);
    const rest = half.text();
    await upstream.close();
    await expect(rest).rejects.toThrow();
    expect(upstream.received).toHaveLength(2);
    upstream = await startUpstream();
  });

  it("whose answer is none that can be read is told as such, and nothing of the answer is logged", async () => {
    const lines: string[] = [];
    await start({ log: { write: (line) => void lines.push(line) } });
    const secret = "s3cret".repeat(8);
    for (const answer of [
      // Its head, a header of it, its length, its first piece.
      `HTTP/1.1 2x0 ${secret}\r\n\r\n`,
      `HTTP/1.1 200 OK\r\nset-cookie ${secret}\r\ncontent-length: 2\r\n\r\n{}`,
      `HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 9\r\n\r\n{}${secret}`,
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{"token":"${secret}"}\r\n`,
    ]) {
      upstream.answer = Buffer.from(answer);
      const response = await graphql({ authorization: "Bearer a" });
      expect([response.status, await response.json()], answer).toMatchObject([
        502,
        { errors: [{ extensions: { code: "CLUSTER_SILENT" } }] },
      ]);
    }
    expect(lines.join("")).toContain("HTTPParserError");
    expect(lines.join("")).not.toContain(secret);
  });

  it("whose answer is a page keeps status and page, which can do nothing here", async () => {
    await start();
    upstream.answer = httpAnswer("403 Forbidden", { "content-type": "text/html" }, "<script>alert(1)</script>");
    const response = await graphql({ authorization: "Bearer a" });
    expect([response.status, await response.text()]).toEqual([403, "<script>alert(1)</script>"]);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });
});
