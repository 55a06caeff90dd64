import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { isSignedIn } from "#logscale/session.ts";
import { localAdminPlaces } from "#server/auth/localAdmin.ts";
import type { Store } from "#server/store/client.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { cookieOf, testServer, type TestServer } from "#server/testing/server.ts";

let store: Store;
beforeAll(async () => {
  store = await openTestStore("pglite");
});
const servers = new Map<string, Promise<TestServer>>();
afterAll(async () => {
  for (const server of servers.values()) await (await server).app.close();
  await store.close();
});

/** A server with these settings; the same for the same. */
function serverWith(settings: Pick<From, "trustProxy" | "localAdminFrom">): Promise<TestServer> {
  const key = JSON.stringify(settings);
  const server = servers.get(key) ?? testServer(store, { ...settings, limits: { failedRequests: 1e6 } });
  servers.set(key, server);
  return server;
}

const accepted = [200, '{"data":{"__typename":"Query"}}'];
const refused = [403, localAdminPlaces];

interface From {
  readonly trustProxy?: readonly string[];
  readonly localAdminFrom?: readonly string[];
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a server makes of the local administrator's token that is sent from somewhere. */
async function tried({ trustProxy = [], localAdminFrom = [], address = "127.0.0.1", headers = {} }: From): Promise<unknown[]> {
  const server = await serverWith({ trustProxy, localAdminFrom });
  const { statusCode, body } = await server.app.inject({
    method: "POST",
    url: "/graphql",
    remoteAddress: address,
    headers: { "content-type": "application/json", authorization: `Bearer ${server.localAdmin}`, ...headers },
    payload: '{"query":"{ __typename }"}',
  });
  return [statusCode, body];
}

describe("the local administrator's token", () => {
  it.each(["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])(
    "is taken from %s, which is the server's own machine",
    async (address) => {
      expect(await tried({ address })).toEqual(accepted);
    },
  );

  it.each(["192.0.2.7", "10.0.0.1", "172.17.0.1", "2001:db8::1", "::ffff:192.0.2.7", "169.254.0.1", "0.0.0.0"])(
    "is refused from %s, with what to do",
    async (address) => {
      expect(await tried({ address })).toEqual(refused);
    },
  );

  it.each([
    ["192.0.2.7", ["192.0.2.7"], true],
    ["192.0.2.8", ["192.0.2.7"], false],
    ["172.17.0.1", ["10.0.0.1", "172.16.0.0/12"], true],
    ["::ffff:172.17.0.1", ["172.16.0.0/12"], true],
    ["2001:db8::5", ["2001:db8::/64"], true],
    ["2001:db9::5", ["2001:db8::/64"], false],
    // This machine needs no naming.
    ["127.0.0.1", ["192.0.2.7"], true],
  ])("from %s is judged by LOCAL_ADMIN_FROM=%j: %s", async (address, localAdminFrom, isTaken) => {
    expect(await tried({ address, localAdminFrom })).toEqual(isTaken ? accepted : refused);
  });

  it.each([
    { "x-forwarded-for": "127.0.0.1" },
    { "x-forwarded-for": "203.0.113.5" },
    { "x-forwarded-for": "" },
    { "x-forwarded-host": "127.0.0.1" },
    { "x-forwarded-proto": "https" },
    { "x-forwarded-port": "443" },
    { "x-forwarded-server": "proxy" },
    { "x-forwarded": "for=127.0.0.1" },
    { forwarded: "for=127.0.0.1" },
    { via: "1.1 proxy" },
    { "x-real-ip": "127.0.0.1" },
    { "x-client-ip": "127.0.0.1" },
    { "x-cluster-client-ip": "127.0.0.1" },
    { "true-client-ip": "127.0.0.1" },
    { "cf-connecting-ip": "127.0.0.1" },
    { "fastly-client-ip": "127.0.0.1" },
    { "x-original-forwarded-for": "127.0.0.1" },
    { "x-envoy-external-address": "127.0.0.1" },
    { "x-nf-client-connection-ip": "127.0.0.1" },
    { "x-vercel-forwarded-for": "127.0.0.1" },
    { "x-vercel-proxied-for": "127.0.0.1" },
    { "x-appengine-user-ip": "127.0.0.1" },
    { "x-originating-ip": "127.0.0.1" },
    { "x-remote-addr": "127.0.0.1" },
    { "x-remote-ip": "127.0.0.1" },
    { "x-azure-socketip": "127.0.0.1" },
    { "ali-cdn-real-ip": "127.0.0.1" },
  ] as Record<string, string>[])("is refused from a loopback address with %j, where no proxy is named", async (headers) => {
    expect(await tried({ headers })).toEqual(refused);
    // Nor does it matter that some other proxy is named, or which addresses may use the token.
    expect(await tried({ headers, trustProxy: ["10.0.0.1"], localAdminFrom: ["203.0.113.0/24"] })).toEqual(refused);
  });

  it.each([
    // TRUST_PROXY, the socket's address, X-Forwarded-For, and whether that is this machine.
    [["127.0.0.1"], "127.0.0.1", "127.0.0.1", true],
    [["127.0.0.1"], "127.0.0.1", "[::1]:5555", true],
    [["127.0.0.1"], "127.0.0.1", "203.0.113.5", false],
    [["127.0.0.1"], "127.0.0.1", "127.0.0.1, 203.0.113.5", false],
    [["127.0.0.1"], "127.0.0.1", "203.0.113.5, 127.0.0.1", false],
    [["127.0.0.1"], "127.0.0.1", "gibberish", false],
    [["127.0.0.1"], "127.0.0.1", "", false],
    // The proxy's own loopback address is not this machine's.
    [["10.0.0.1"], "10.0.0.1", "127.0.0.1", false],
    [["10.0.0.1", "127.0.0.1"], "127.0.0.1", "127.0.0.1, 10.0.0.1", false],
    [["10.0.0.1"], "127.0.0.1", "127.0.0.1", false],
  ])(
    "through the proxies %j, seen from %s with X-Forwarded-For: %s, is taken: %s",
    async (trustProxy, address, forwarded, isTaken) => {
      const headers = { "x-forwarded-for": forwarded };
      expect(await tried({ trustProxy, address, headers })).toEqual(isTaken ? accepted : refused);
    },
  );

  it.each([
    ["203.0.113.5", true],
    ["198.51.100.9", false],
    // Somebody whom the named proxy saw says it asks for somebody else: nobody knows for whom.
    ["198.51.100.9, 203.0.113.5", false],
    ["unknown", false],
  ])("through a named proxy that saw %s is judged by LOCAL_ADMIN_FROM: %s", async (forwarded, isTaken) => {
    const headers = { "x-forwarded-for": forwarded };
    const from = { trustProxy: ["127.0.0.1"], localAdminFrom: ["203.0.113.0/24"], headers };
    expect(await tried(from)).toEqual(isTaken ? accepted : refused);
  });

  it("is refused through a named proxy that does not say for whom it asks by X-Forwarded-For", async () => {
    for (const headers of [{ forwarded: "for=127.0.0.1" }, { "x-real-ip": "127.0.0.1" }, { via: "1.1 proxy" }])
      expect(await tried({ trustProxy: ["127.0.0.1"], headers })).toEqual(refused);
  });

  describe("from elsewhere", () => {
    let server: TestServer;
    const elsewhere = { remoteAddress: "192.0.2.7" };
    beforeAll(async () => {
      server = await testServer(store);
      return () => server.app.close();
    });

    it("begins no session, and one that was begun here is nobody's there", async () => {
      const refusedSignIn = await server.signIn({ token: server.localAdmin }, elsewhere);
      expect([refusedSignIn.statusCode, refusedSignIn.json()]).toEqual([403, { message: localAdminPlaces }]);
      const cookie = cookieOf(await server.signIn({ token: server.localAdmin }));
      const moved = await server.app.inject({ url: "/session", headers: { cookie }, ...elsewhere });
      expect([moved.statusCode, moved.body]).toEqual(refused);
      const asked = await server.app.inject({
        method: "POST",
        url: "/graphql",
        headers: { "content-type": "application/json", origin: "http://localhost:80", cookie },
        payload: '{"query":"{ __typename }"}',
        ...elsewhere,
      });
      expect([asked.statusCode, asked.body]).toEqual(refused);
      expect(isSignedIn(await server.session({ cookie }))).toBe(true);
    });

    it("makes no sign-in link and sends no events", async () => {
      const headers = { authorization: `Bearer ${server.localAdmin}` };
      for (const url of ["/session/link", "/api/v1/ingest/raw"]) {
        const response = await server.app.inject({ method: "POST", url, headers, ...elsewhere });
        expect(response.statusCode).toBe(403);
        expect(response.body).toContain("LOCAL_ADMIN_FROM");
      }
    });

    it("is not told from a wrong one by its place", async () => {
      const headers = { authorization: `Bearer localroot~${"b".repeat(44)}` };
      const response = await server.app.inject({ url: "/session", headers, ...elsewhere });
      expect([response.statusCode, response.body]).toEqual([401, "The supplied authentication is invalid"]);
    });
  });
});
