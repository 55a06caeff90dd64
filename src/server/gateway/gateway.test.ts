import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";

import type { Session } from "#logscale/session.ts";
import type { MintedToken } from "#server/auth/secrets.ts";
import { testCertificate, testCertificateKey } from "#server/testing/certificate.ts";
import { administrator, testServer, toldSession, type TestServer } from "#server/testing/server.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { httpAnswer, startUpstream } from "#server/testing/upstream.ts";

import { buildGateway, type GatewayOptions } from "./gateway.ts";

const key = new Uint8Array(32).fill(9);
const json = { "content-type": "application/json" };
const failedSignIns = 1e6;

/** A second Tokenhouse in the part of the cluster, and a gateway in front of it. */
let cluster: TestServer;
let origin: string;
let gateway: FastifyInstance;
/** The administrator's personal token. */
let personal: MintedToken;

beforeAll(async () => {
  cluster = await testServer(await openTestStore("pglite"), { extensions: false });
  personal = await cluster.token({ kind: "personal" });
  origin = await cluster.app.listen({ host: "127.0.0.1", port: 0 });
  gateway = await buildGateway({ logscale: origin, key, failedSignIns });
});
afterAll(async () => {
  await gateway.close();
  cluster.app.server.closeAllConnections();
  await cluster.app.close();
  await cluster.store.close();
});

function signIn(token: string, app = gateway, headers: Record<string, string> = {}) {
  return app.inject({
    method: "POST",
    url: "/session",
    headers: { ...json, origin: "http://localhost:80", ...headers },
    payload: JSON.stringify({ token }),
  });
}

/** What a browser sends after a sign-in, as the cookie was set. */
function browserOf(response: Awaited<ReturnType<typeof signIn>>): Record<string, string> {
  const [cookie = ""] = [response.headers["set-cookie"]].flat();
  return { cookie: cookie.split(";", 1)[0] ?? "", origin: "http://localhost:80" };
}

async function sessionOf(headers: Record<string, string>): Promise<Session> {
  return toldSession((await gateway.inject({ url: "/session", headers })).json());
}

async function graphql(headers: Record<string, string>, query: string) {
  const response = await gateway.inject({
    method: "POST",
    url: "/graphql",
    headers: { ...json, ...headers },
    payload: JSON.stringify({ query }),
  });
  return { status: response.statusCode, text: response.body };
}

describe("a session in front of a cluster", () => {
  it("is nobody's at first, and says what stands behind", async () => {
    expect(await sessionOf({})).toEqual({
      clientAddress: "127.0.0.1",
      backend: "gateway",
      host: new URL(origin).host,
      scheme: "http",
      extensions: ["auditUse", "auditLog"],
    });
  });

  it("acts as the user whose personal token was pasted", async () => {
    const { id, tokenString } = personal;
    const response = await signIn(` Bearer ${tokenString}\n`);
    expect(response.statusCode).toBe(200);
    const session = await sessionOf(browserOf(response));
    expect(session).toEqual(response.json());
    expect(session).toMatchObject({
      user: { id, username: "admin", isRoot: true, isOrgRoot: true },
      tokenId: id,
      tokenKind: "personal",
      tokenName: "admin",
    });
    expect(await graphql(browserOf(response), "{ viewer { id } }")).toEqual({
      status: 200,
      text: `{"data":{"viewer":{"id":"${await administrator(cluster.store)}"}}}`,
    });
  });

  it("has kind and name of a token that may read its own kind, and the id alone of one that may not", async () => {
    const able = await cluster.token({ kind: "organization", name: "able", permissions: ["ChangeOrganizationPermissions"] });
    expect(await sessionOf(browserOf(await signIn(able.tokenString)))).toMatchObject({
      tokenId: able.id,
      tokenKind: "organization",
      tokenName: "able",
    });
    const unable = await cluster.token({ kind: "organization", name: "unable", permissions: ["ViewUsage"] });
    const session = await sessionOf(browserOf(await signIn(unable.tokenString)));
    expect(session).toMatchObject({ tokenId: unable.id, tokenName: "API token" });
    expect([session.tokenKind, session.user]).toEqual([undefined, undefined]);
  });

  it("is begun by nothing but a token that the cluster accepts", async () => {
    const { tokenString } = await cluster.token({ kind: "organization", expireAt: cluster.now });
    const answers = async (token: string) => {
      const response = await signIn(token);
      return [response.statusCode, response.headers["set-cookie"], response.json<{ message: string }>().message];
    };
    expect(await answers(tokenString)).toEqual([401, undefined, "The supplied authentication is invalid"]);
    expect(await answers(`${"x".repeat(24)}~${"y".repeat(44)}`)).toEqual([
      401,
      undefined,
      "The supplied authentication is invalid",
    ]);
    expect((await answers("0a1b2c3d-0000-4000-8000-0123456789ab"))[2]).toMatch(/^That is an ingest token/u);
    expect((await answers("x".repeat(32)))[2]).toMatch(/^That is a fleet installation token/u);
    expect((await answers("two words"))[2]).toBe("This is no token as it stands. Character 4 is a space, which no token has.");
    expect((await answers(`"${tokenString}"`))[2]).toBe(
      "This is no token as it stands. It is wrapped in quotation marks. Leave them out.",
    );
    expect((await answers(`“${tokenString}`))[2]).toMatch(/Character 1 is a curly quote/u);
    const code = await gateway.inject({ method: "POST", url: "/session", headers: json, payload: '{"code":"x"}' });
    expect([code.statusCode, code.json<{ message: string }>().message]).toEqual([
      400,
      "In front of a LogScale cluster there are no sign-in links. Paste an API token of the cluster.",
    ]);
    const foreign = await signIn(tokenString, gateway, { origin: "http://evil.example.com" });
    expect(foreign.statusCode).toBe(400);
  });

  it("has the token in a sealed cookie alone, which scripts, other sites and other gateways cannot use", async () => {
    const { tokenString } = personal;
    const response = await signIn(tokenString);
    const [cookie = ""] = [response.headers["set-cookie"]].flat();
    expect(cookie).toMatch(/^tokenhouse-80=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/u);
    for (const text of [cookie, decodeURIComponent(cookie), response.body]) expect(text).not.toContain(tokenString.split("~")[1]);

    const changed = {
      ...browserOf(response),
      cookie: browserOf(response)["cookie"]?.replace(/=./u, (text) => `=${text === "=A" ? "B" : "A"}`) ?? "",
    };
    expect((await sessionOf(changed)).user).toBeUndefined();
    const open = async (options: Partial<GatewayOptions>) => {
      const other = await buildGateway({ logscale: origin, key, failedSignIns, ...options });
      const session = await other.inject({ url: "/session", headers: browserOf(response) });
      await other.close();
      return session.json<Session>().user?.username;
    };
    // Another process with the same key and cluster knows the session: none of it is in the process.
    expect(await open({})).toBe("admin");
    expect(await open({ key: new Uint8Array(32).fill(1) })).toBeUndefined();
    const elsewhere = await startUpstream();
    elsewhere.answer = httpAnswer(
      "200 OK",
      json,
      '{"data":{"viewer":{"id":"x","username":"thief","isRoot":true,"isOrganizationRoot":true}}}',
    );
    expect(await open({ logscale: elsewhere.origin })).toBeUndefined();
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  it("has a cookie of the secure kind where browsers come by https", async () => {
    const { tokenString } = personal;
    const secure = await buildGateway({ logscale: origin, key, publicUrl: "https://tokens.example.com" });
    const response = await signIn(tokenString, secure, { origin: "https://tokens.example.com" });
    expect(response.headers["set-cookie"]).toMatch(
      /^__Host-tokenhouse=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/u,
    );
    await secure.close();
  });

  it("is over when its token is, and when its user leaves", async () => {
    const { id, tokenString } = await cluster.token({ kind: "organization" });
    const browser = browserOf(await signIn(tokenString));
    await cluster.store.db.deleteFrom("tokens").where("id", "=", id).execute();
    expect(await graphql(browser, "{ meta { version } }")).toEqual({
      status: 401,
      text: "The supplied authentication is invalid",
    });
    const response = await gateway.inject({ url: "/session", headers: browser });
    expect(response.json<Session>().tokenName).toBeUndefined();
    expect(response.headers["set-cookie"]).toMatch(/^tokenhouse-80=; /u);

    const left = await gateway.inject({ method: "DELETE", url: "/session", headers: browser });
    expect([left.statusCode, left.headers["set-cookie"]]).toEqual([204, expect.stringMatching(/^tokenhouse-80=; /u)]);
  });

  it("is not touched by a Bearer header, which goes through as it is", async () => {
    const { tokenString } = await cluster.token({ kind: "organization", name: "script" });
    const { tokenString: other } = personal;
    const browser = browserOf(await signIn(other));
    const script = { ...browser, authorization: `bearer ${tokenString}` };
    expect((await sessionOf(script)).user).toBeUndefined();
    expect((await graphql(script, "{ viewer { id } }")).text).not.toContain('"id"');
  });

  it("may be tried ten times a minute in vain, and is begun by a right token all the same", async () => {
    const strict = await buildGateway({ logscale: origin, key });
    const statuses: number[] = [];
    for (let count = 0; count < 11; count++)
      statuses.push((await signIn(`${"x".repeat(24)}~${"y".repeat(44)}`, strict)).statusCode);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect((await signIn(personal.tokenString, strict)).statusCode).toBe(200);
    await strict.close();
  });

  it("is not put off by what pages of other sites send", async () => {
    const strict = await buildGateway({ logscale: origin, key });
    const statuses = new Set<number>();
    for (let count = 0; count < 100; count++) {
      const headers = { "content-type": count % 2 === 0 ? "text/plain" : "application/json", origin: "https://evil.example" };
      statuses.add((await signIn("x", strict, headers)).statusCode);
    }
    expect(statuses).toEqual(new Set([400]));
    expect((await signIn(`${"x".repeat(24)}~${"y".repeat(44)}`, strict)).statusCode).toBe(401);
    expect((await signIn(personal.tokenString, strict)).statusCode).toBe(200);
    await strict.close();
  });

  it.each([
    ["10.0.0.1:5555", "10.0.0.1"],
    ["[2001:db8::1]:443", "2001:db8::1"],
  ])("is seen at the address of a trusted proxy's %s, and limited by it whatever the port", async (forwarded, address) => {
    const strict = await buildGateway({ logscale: origin, key, failedSignIns: 3, trustProxy: ["127.0.0.1"] });
    const from = (count: number) => ({ "x-forwarded-for": forwarded.replace(/\d+$/u, String(1000 + count)) });
    expect((await strict.inject({ url: "/session", headers: from(0) })).json()).toMatchObject({ clientAddress: address });
    const statuses: number[] = [];
    for (let count = 0; count < 5; count++)
      statuses.push((await signIn(`${"x".repeat(24)}~${"y".repeat(44)}`, strict, from(count))).statusCode);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    await strict.close();
  });

  it("tells a cluster that is no LogScale from one that refuses", async () => {
    const upstream = await startUpstream();
    const odd = await buildGateway({ logscale: upstream.origin, key, failedSignIns });
    const { host } = new URL(upstream.origin);
    for (const [status, answer] of [
      [200, httpAnswer("200 OK", { "content-type": "text/html" }, "<h1>Log in</h1>")],
      [302, httpAnswer("302 Found", { location: "https://login.example.com" })],
      [500, httpAnswer("500 Oh", json, "{}")],
    ] as const) {
      upstream.answer = answer;
      const response = await signIn("some-token", odd);
      expect(response.statusCode).toBe(502);
      expect(response.json<{ message: string }>().message).toMatch(
        new RegExp(`${host.replace(".", "\\.")} .*\\(status ${status}\\).*check its --logscale\\.$`, "u"),
      );
      expect(response.headers["set-cookie"]).toBeUndefined();
    }
    await upstream.close();
    await odd.close();
  });
});

describe("the pages of a gateway", () => {
  it("stand at every address but those of machines, which answer in their own form", async () => {
    const webRoot = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
    writeFileSync(join(webRoot, "index.html"), "<!doctype html>the app");
    const app = await buildGateway({ logscale: origin, key, failedSignIns, webRoot });
    const get = (url: string) => app.inject({ url, headers: { accept: "text/html,*/*;q=0.8" } });
    for (const url of ["/", "/tokens/ingest/in/payments.eu", "/tokens/ingest/token?repository=payments.eu&name=web.v2"]) {
      expect((await get(url)).body, url).toBe("<!doctype html>the app");
    }
    for (const url of [
      "/api/x",
      "/graphql",
      "/graphql/x",
      "/session/x",
      "/services/x",
      "/_bulk/x",
      "/assets/x",
      "/healthz/x",
      "/metrics",
    ]) {
      const { statusCode, headers } = await get(url);
      expect([statusCode, headers["content-type"]], url).toEqual([
        url === "/graphql" ? 405 : 404,
        "application/json; charset=utf-8",
      ]);
    }
    await app.close();
    rmSync(webRoot, { recursive: true });
  });
});

describe("a server in the part of a cluster", () => {
  it("serves LogScale's schema alone, without codes and without looking at plans", async () => {
    const { tokenString } = personal;
    const bearer = { authorization: `Bearer ${tokenString}` };
    for (const field of ["personalTokens(skip: 0, limit: 1) { totalResults }", "tokenVisibility { view }"]) {
      const { text } = await graphql(bearer, `{ ${field} }`);
      expect(text).toContain("Cannot query field");
      expect(text).not.toContain("extensions");
    }
    expect(toldSession((await cluster.app.inject({ url: "/session", headers: bearer })).json()).extensions).toEqual([]);
  });
});

describe("a cluster behind TLS", () => {
  it("must have a certificate of a known authority for its name, and gets nothing otherwise", async () => {
    let requests = 0;
    const server = createServer({ key: testCertificateKey, cert: testCertificate }, (_request, response) => {
      requests++;
      response
        .writeHead(200, json)
        .end('{"data":{"viewer":{"id":"x","username":"ann","isRoot":false,"isOrganizationRoot":false}}}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const attempt = async (options: Partial<GatewayOptions>) => {
      const app = await buildGateway({ logscale: `https://localhost:${port}`, key, ...options });
      const url = await app.listen({ host: "127.0.0.1", port: 0 });
      const post = (path: string, body: string, headers = {}) =>
        fetch(`${url}${path}`, { method: "POST", headers: { ...json, ...headers }, body });
      const response = await post("/session", '{"token":"some-token"}');
      const forwarded = await post("/graphql", "{}", { authorization: "Bearer x" });
      const { message } = (await response.json()) as { message?: string };
      app.server.closeAllConnections();
      await app.close();
      return [response.status, forwarded.status, message] as const;
    };
    const refused = expect.stringMatching(/^No safe connection to the LogScale cluster .* --logscale-ca\. Nothing was sent\.$/u);
    // An environment that turns checks off changes nothing.
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await attempt({})).toEqual([502, 502, refused]);
    vi.unstubAllEnvs();
    expect(await attempt({ logscale: `https://127.0.0.1:${port}`, logscaleCa: testCertificate })).toEqual([502, 502, refused]);
    expect(requests).toBe(0);
    expect(await attempt({ logscaleCa: testCertificate })).toEqual([200, 200, undefined]);
    expect(requests).toBe(2);
    server.closeAllConnections();
    server.close();
  });
});
