import { beforeAll, expect, it } from "vitest";

import { hour, minute } from "#domain/duration.ts";
import { embeddedExtensions, isSignedIn, type Session } from "#logscale/session.ts";
import { mintToken } from "#server/auth/secrets.ts";
import { openPolicies } from "#server/testing/callers.ts";
import { administrator, cookieOf, testServer, type TestServer } from "#server/testing/server.ts";
import { describeOnBothDatabasesInTime } from "#server/testing/databases.ts";

const generous = { failedSignIns: 1e6, failedRequests: 1e6 };
const addressRefusal = "Tokens can only be used from IP addresses accepted by the IP filter set for them if any.";

describeOnBothDatabasesInTime("sessions", (open) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer(await open(), { limits: generous });
    return () => server.app.close();
  });

  const sessions = () => server.store.db.selectFrom("sessions").selectAll().execute();

  it("tell a stranger the backend, its host and the address seen, and nothing else", async () => {
    const response = await server.app.inject({
      url: "/session",
      remoteAddress: "::ffff:192.0.2.7",
      headers: { host: "th:8080" },
    });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      clientAddress: "192.0.2.7",
      backend: "embedded",
      host: "th:8080",
      extensions: [...embeddedExtensions],
    });
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.headers.date).toBeDefined();
  });

  it("begun by link act as the administrator", async () => {
    const response = await server.signIn({ code: await server.code() });
    expect(response.statusCode).toBe(200);
    const session = await server.session({ cookie: cookieOf(response) });
    expect(session).toEqual(response.json());
    expect(session.user).toEqual({
      id: await administrator(server.store),
      username: "admin",
      fullName: "Administrator",
      isRoot: true,
      isOrgRoot: true,
    });
    expect(session.tokenId).toBeUndefined();
  });

  it("keep a hash of the cookie, never the cookie", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() })).split("=")[1] ?? "";
    expect(Buffer.from(cookie, "base64url")).toHaveLength(32);
    for (const { idHash } of await sessions()) {
      expect(Buffer.from(idHash).toString("base64url")).not.toBe(cookie);
      expect(idHash).toHaveLength(32);
    }
  });

  it("have a cookie that scripts, other sites and other paths cannot reach", async () => {
    const { headers } = await server.signIn({ code: await server.code() });
    expect(headers["set-cookie"]).toMatch(/^tokenhouse-80=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/u);
  });

  it("accept a code once", async () => {
    const code = await server.code();
    expect((await server.signIn({ code })).statusCode).toBe(200);
    const second = await server.signIn({ code });
    expect(second.statusCode).toBe(401);
    expect(second.json()).toEqual({
      message: "This sign-in link was used already or is older than ten minutes. Ask for a fresh one.",
    });
    expect(second.cookies).toEqual([]);
  });

  it("accept a code once, however many try at the same moment", async () => {
    const code = await server.code();
    const responses = await Promise.all(Array.from({ length: 8 }, () => server.signIn({ code })));
    expect(responses.filter((response) => response.statusCode === 200)).toHaveLength(1);
    expect(responses.filter((response) => response.statusCode === 401)).toHaveLength(7);
  });

  it("accept a code for ten minutes", async () => {
    const [early, late] = [await server.code(), await server.code()];
    server.now += 10 * minute - 1;
    expect((await server.signIn({ code: early })).statusCode).toBe(200);
    server.now += 1;
    expect((await server.signIn({ code: late })).statusCode).toBe(401);
  });

  it("get a new cookie at each sign-in, and the former one ends", async () => {
    const first = cookieOf(await server.signIn({ code: await server.code() }));
    const second = cookieOf(await server.signIn({ code: await server.code() }, { headers: { cookie: first } }));
    expect(second).not.toBe(first);
    expect(isSignedIn(await server.session({ cookie: first }))).toBe(false);
    expect(isSignedIn(await server.session({ cookie: second }))).toBe(true);
  });

  it("never take over a cookie that somebody planted", async () => {
    const planted = `tokenhouse-80=${"A".repeat(43)}`;
    const cookie = cookieOf(await server.signIn({ code: await server.code() }, { headers: { cookie: planted } }));
    expect(cookie).not.toBe(planted);
    expect(isSignedIn(await server.session({ cookie: planted }))).toBe(false);
  });

  it("end after twelve hours without a request, and go on with one", async () => {
    const idle = cookieOf(await server.signIn({ code: await server.code() }));
    const busy = cookieOf(await server.signIn({ code: await server.code() }));
    server.now += 12 * hour - 1;
    expect(isSignedIn(await server.session({ cookie: busy }))).toBe(true);
    server.now += 1;
    expect(isSignedIn(await server.session({ cookie: idle }))).toBe(false);
    expect(isSignedIn(await server.session({ cookie: busy }))).toBe(true);
  });

  it("end after seven days in any case", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    const ends = server.now + 7 * 24 * hour;
    for (; server.now < ends; server.now += 11 * hour) expect(isSignedIn(await server.session({ cookie }))).toBe(true);
    server.now = ends;
    expect(isSignedIn(await server.session({ cookie }))).toBe(false);
  });

  it("end on request, and the browser is told to forget the cookie", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    const response = await server.app.inject({
      method: "DELETE",
      url: "/session",
      headers: { cookie, origin: "http://localhost:80" },
    });
    expect(response.statusCode).toBe(204);
    expect(response.headers["set-cookie"]).toMatch(/^tokenhouse-80=; .*Expires=Thu, 01 Jan 1970/u);
    expect(isSignedIn(await server.session({ cookie }))).toBe(false);
  });

  it("that are over are forgotten by the browser", async () => {
    const response = await server.app.inject({ url: "/session", headers: { cookie: "tokenhouse-80=nonsense" } });
    expect(response.statusCode).toBe(200);
    expect(response.headers["set-cookie"]).toMatch(/^tokenhouse-80=; /u);
  });

  it("end with their user", async () => {
    const userId = mintToken("view").id.slice(0, 24);
    await server.store.db
      .insertInto("users")
      .values({ id: userId, username: `leaver-${userId}`, createdAt: server.now })
      .execute();
    const { tokenString } = await server.token({ kind: "personal", id: userId });
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    expect((await server.session({ cookie })).user?.id).toBe(userId);
    await server.store.db.deleteFrom("users").where("id", "=", userId).execute();
    expect(isSignedIn(await server.session({ cookie }))).toBe(false);
  });

  it("begun by a personal token act as its user and name the token", async () => {
    const { tokenString, id } = await server.token({ kind: "personal", name: "admin" });
    const session = (await server.signIn({ token: ` ${tokenString}\n` })).json<unknown>();
    expect(session).toMatchObject({ user: { id, username: "admin" }, tokenId: id, tokenKind: "personal", tokenName: "admin" });
    await server.store.db.deleteFrom("tokens").where("id", "=", id).execute();
  });

  it.each(["view", "organization", "system"] as const)("begun by a %s token act as that token", async (kind) => {
    const { tokenString, id } = await server.token({ kind, name: "nightly" });
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    const session = await server.session({ cookie });
    expect(session).toMatchObject({ tokenId: id, tokenKind: kind, tokenName: "nightly" });
    expect(session.user).toBeUndefined();
  });

  it("begun by the local administrator's token have a name and no user", async () => {
    const cookie = cookieOf(await server.signIn({ token: server.localAdmin }));
    const session = await server.session({ cookie });
    expect(session).toMatchObject({ tokenName: "local administrator" });
    expect(session).not.toHaveProperty("user");
    expect(session).not.toHaveProperty("tokenId");
    expect(isSignedIn(session)).toBe(true);
  });

  it("begun by a token end when it is deleted", async () => {
    const { tokenString, id } = await server.token();
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    await server.store.db.deleteFrom("tokens").where("id", "=", id).execute();
    expect(isSignedIn(await server.session({ cookie }))).toBe(false);
  });

  it("begun by a token end when its secret is replaced", async () => {
    const { tokenString, id } = await server.token();
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    const { secretHash } = mintToken("organization");
    await server.store.db.updateTable("tokens").set({ secretHash }).where("id", "=", id).execute();
    expect(isSignedIn(await server.session({ cookie }))).toBe(false);
  });

  it("begun by a token end when it expires", async () => {
    const { tokenString } = await server.token({ expireAt: server.now + minute });
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    server.now += minute - 1;
    expect(isSignedIn(await server.session({ cookie }))).toBe(true);
    server.now += 1;
    expect(isSignedIn(await server.session({ cookie }))).toBe(false);
  });

  it("begun by a personal token end when a policy disables the kind, and those begun by link go on", async () => {
    const { tokenString } = await server.token({ kind: "personal" });
    const byToken = cookieOf(await server.signIn({ token: tokenString }));
    const byLink = cookieOf(await server.signIn({ code: await server.code() }));
    const apply = (personalUserTokensEnabled: boolean) =>
      server.app.inject({
        method: "POST",
        url: "/graphql",
        headers: { "content-type": "application/json", cookie: byLink, origin: "http://localhost:80" },
        payload: JSON.stringify({
          query: "mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }",
          variables: { input: { ...openPolicies, personalUserTokensEnabled } },
        }),
      });
    expect((await apply(false)).json()).not.toHaveProperty("errors");
    expect(isSignedIn(await server.session({ cookie: byToken }))).toBe(false);
    expect(isSignedIn(await server.session({ cookie: byLink }))).toBe(true);
    // The page that the administrator is on goes on working, and nothing that was deleted comes back.
    expect((await apply(true)).json()).not.toHaveProperty("errors");
    expect(isSignedIn(await server.session({ cookie: byToken }))).toBe(false);
    expect((await server.signIn({ token: tokenString })).statusCode).toBe(401);
  });

  it("begun by a token obey its IP filter at every request, but can be ended from anywhere", async () => {
    const { tokenString, id } = await server.token();
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    await server.store.db
      .insertInto("ipFilters")
      .values({ id: "office", name: "Office", ipFilter: "allow 192.0.2.0/24", createdAt: server.now })
      .execute();
    await server.store.db.updateTable("tokens").set({ ipFilterId: "office" }).where("id", "=", id).execute();

    const refused = await server.app.inject({ url: "/session", headers: { cookie } });
    expect([refused.statusCode, refused.body]).toEqual([403, addressRefusal]);
    const accepted = await server.app.inject({ url: "/session", headers: { cookie }, remoteAddress: "192.0.2.9" });
    expect(accepted.json()).toMatchObject({ tokenId: id, clientAddress: "192.0.2.9" });

    await server.app.inject({ method: "DELETE", url: "/session", headers: { cookie, origin: "http://localhost:80" } });
    expect(isSignedIn(await server.session({ cookie }))).toBe(false);
    expect((await server.signIn({ token: tokenString })).statusCode).toBe(403);
  });

  it.each([
    [
      "4d8b4f31-5a55-4c5e-9f3a-2c1f7a1f0b11",
      400,
      "That is an ingest token. It can only send data, so nobody can sign in with it.",
    ],
    [
      "abcdefghijklmnopqrstuvwxyz012345",
      400,
      "That is a fleet installation token. It can only enrol log collectors, so nobody can sign in with it.",
    ],
    [`${"a".repeat(32)}~${"b".repeat(44)}`, 401, "The supplied authentication is invalid"],
    [`localroot~${"b".repeat(44)}`, 401, "The supplied authentication is invalid"],
    ["something-else", 401, "The supplied authentication is invalid"],
    ["something else", 400, "This is no token as it stands. Character 10 is a space, which no token has."],
    [
      `"${"a".repeat(32)}~${"b".repeat(44)}"`,
      400,
      "This is no token as it stands. It is wrapped in quotation marks. Leave them out.",
    ],
    [
      `${"a".repeat(32)}~\u200b${"b".repeat(44)}`,
      400,
      "This is no token as it stands. Character 34 is an invisible zero-width space (U+200B), which no token has.",
    ],
  ])("refuse to begin with %s", async (token, status, message) => {
    const response = await server.signIn({ token });
    expect([response.statusCode, response.json()]).toEqual([status, { message }]);
    expect(response.cookies).toEqual([]);
  });

  it.each([[{}], [{ code: "a", token: "b" }], [{ code: 1 }], [{ code: "" }], [[]], [null], ["code"]])(
    "refuse the body %j",
    async (body) => {
      const response = await server.app.inject({
        method: "POST",
        url: "/session",
        headers: { "content-type": "application/json" },
        payload: JSON.stringify(body),
      });
      expect([response.statusCode, response.json()]).toEqual([400, { message: "Send either a code or a token." }]);
    },
  );

  it("refuse a sign-in that another site's page sends, and leave its code usable", async () => {
    const code = await server.code();
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "http://localhost:81" },
      { origin: "null" },
      { "content-type": "text/plain" },
      { "content-type": "application/x-www-form-urlencoded" },
    ]) {
      const response = await server.signIn({ code }, { headers });
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
      expect(response.statusCode).toBeLessThan(500);
      expect(response.cookies).toEqual([]);
    }
    expect((await server.signIn({ code })).statusCode).toBe(200);
  });

  it("refuse a sign-out that another site's page sends", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    for (const headers of [{ cookie }, { cookie, origin: "https://evil.example" }]) {
      expect((await server.app.inject({ method: "DELETE", url: "/session", headers })).statusCode).toBe(400);
    }
    expect(isSignedIn(await server.session({ cookie }))).toBe(true);
  });

  it("are not for Bearer callers", async () => {
    const response = await server.signIn(
      { token: server.localAdmin },
      { headers: { authorization: `Bearer ${server.localAdmin}` } },
    );
    expect(response.statusCode).toBe(400);
    expect(response.cookies).toEqual([]);
  });

  it("make links for the local administrator's token alone", async () => {
    const ask = (headers: Record<string, string>) => server.app.inject({ method: "POST", url: "/session/link", headers });
    const { tokenString } = await server.token({ kind: "system" });
    const cookie = cookieOf(await server.signIn({ token: server.localAdmin }));
    expect((await ask({})).statusCode).toBe(401);
    expect((await ask({ authorization: `Bearer ${tokenString}` })).statusCode).toBe(403);
    expect((await ask({ cookie, origin: "http://localhost:80" })).statusCode).toBe(403);

    const { url } = (await ask({ authorization: `bearer ${server.localAdmin}`, host: "127.0.0.1:8080" })).json<{ url: string }>();
    const [page, code] = url.split("#code=");
    expect(page).toBe("http://127.0.0.1:8080/sign-in");
    expect((await server.signIn({ code: code ?? "" })).json()).toMatchObject({ user: { username: "admin" } });
  });
});

describeOnBothDatabasesInTime("sign-ins", (open) => {
  it("are limited for an address that fails, and for that one alone; a right secret begins a session all the same", async () => {
    const server = await testServer(await open(), { limits: { failedSignIns: 3 }, localAdminFrom: ["192.0.2.1"] });
    const wrong = (remoteAddress: string) => server.signIn({ code: "wrong" }, { remoteAddress });
    const statuses = [];
    for (let attempt = 0; attempt < 4; attempt++) statuses.push((await wrong("192.0.2.1")).statusCode);
    expect(statuses).toEqual([401, 401, 401, 429]);
    const limited = await server.signIn({ token: `${"a".repeat(32)}~${"b".repeat(44)}` }, { remoteAddress: "192.0.2.1" });
    expect(limited.statusCode).toBe(429);
    expect(Number(limited.headers["retry-after"])).toBeGreaterThan(0);
    const { tokenString } = await server.token();
    for (const right of [{ code: await server.code() }, { token: tokenString }, { token: server.localAdmin }]) {
      expect((await server.signIn(right, { remoteAddress: "192.0.2.1" })).statusCode).toBe(200);
    }
    expect((await wrong("192.0.2.2")).statusCode).toBe(401);
    await server.app.close();
  });

  it("that succeed are never limited, nor put off by what pages of other sites send", async () => {
    const server = await testServer(await open());
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 100; attempt++) {
      const type = attempt % 2 === 0 ? "text/plain" : "application/json";
      const headers = { "content-type": type, origin: "https://evil.example" };
      statuses.add((await server.signIn({ code: "wrong" }, { headers })).statusCode);
    }
    expect(statuses).toEqual(new Set([400]));
    for (let attempt = 0; attempt < 70; attempt++) {
      expect((await server.signIn({ token: server.localAdmin })).statusCode).toBe(200);
    }
    expect((await server.signIn({ code: "wrong" })).statusCode).toBe(401);
    await server.app.close();
  });

  it("and links that a wrong local administrator's token asks for are limited, while the right one gets its link", async () => {
    const server = await testServer(await open(), { limits: { failedSignIns: 2 } });
    const ask = async (headers: Record<string, string>) =>
      (await server.app.inject({ method: "POST", url: "/session/link", headers })).statusCode;
    const wrong = { authorization: `Bearer localroot~${"b".repeat(44)}` };
    expect([await ask({}), await ask({}), await ask({})]).toEqual([401, 401, 401]);
    expect([await ask(wrong), await ask(wrong), await ask(wrong)]).toEqual([401, 401, 429]);
    expect(await ask({ authorization: `Bearer ${server.localAdmin}` })).toBe(200);
    await server.app.close();
  });

  it("behind TLS get a cookie that never travels without it", async () => {
    const server = await testServer(await open(), { publicUrl: "https://tokens.example.com" });
    const response = await server.signIn({ code: await server.code() }, { headers: { origin: "https://tokens.example.com" } });
    expect(response.headers["set-cookie"]).toMatch(/^__Host-tokenhouse=[\w-]{43}; .*Secure/u);
    expect(response.headers["strict-transport-security"]).toBe("max-age=31536000");
    expect((await server.session({ cookie: cookieOf(response) })).host).toBe("tokens.example.com");
    await server.app.close();
  });

  it.each([
    // PUBLIC_URL, the Host that arrives, the Origin, and whether it is ours.
    ["https://tokens.example.com", "tokens.example.com", "https://tokens.example.com", true],
    ["https://tokens.example.com", "tokens.example.com", "http://tokens.example.com", false],
    ["https://tokens.example.com", "127.0.0.1:8080", "http://tokens.example.com", false],
    ["https://tokens.example.com", "tokens.example.com", "https://tokens.example.com:8443", false],
    ["https://tokens.example.com:8443", "tokens.example.com:8443", "https://tokens.example.com", false],
    ["https://tokens.example.com", "127.0.0.1:8080", "http://127.0.0.1:8080", true],
    ["https://tokens.example.com", "127.0.0.1:8080", "https://127.0.0.1:8080", false],
    ["http://tokens.example.com", "tokens.example.com", "https://tokens.example.com", false],
    [undefined, "localhost:8080", "http://localhost:8080", true],
    [undefined, "localhost", "http://localhost:80", true],
    [undefined, "localhost:8080", "https://localhost:8080", false],
    [undefined, "localhost:8080", "http://localhost:8081", false],
    [undefined, "localhost:8080", "ftp://localhost:8080", false],
    [undefined, "localhost:8080", "null", false],
  ])("with PUBLIC_URL %s, asked for at %s, from a page of %s: %s", async (publicUrl, host, origin, ours) => {
    const server = await testServer(await open(), { publicUrl });
    const response = await server.signIn({ token: server.localAdmin }, { headers: { host, origin } });
    expect(response.statusCode).toBe(ours ? 200 : 400);
    const bySession = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: {
        "content-type": "application/json",
        host,
        origin,
        cookie: cookieOf(
          await server.signIn({ token: server.localAdmin }, { headers: { host, origin: publicUrl ?? `http://${host}` } }),
        ),
      },
      payload: '{"query":"{ __typename }"}',
    });
    expect(bySession.statusCode).toBe(ours ? 200 : 400);
    await server.app.close();
  });

  it("behind TLS on two ports of a host neither see nor end each other", async () => {
    const store = await open();
    const serve = (port: number) => testServer(store, { publicUrl: `https://tokens.example.com:${port}` });
    const [one, other] = [await serve(8443), await serve(9443)];
    const headers = { origin: "https://tokens.example.com:8443" };
    const response = await one.signIn({ code: await one.code() }, { headers });
    expect(response.headers["set-cookie"]).toMatch(/^__Host-tokenhouse-8443=[\w-]{43}; .*Secure/u);
    // Browsers send it to every port of the host.
    const cookie = cookieOf(response);
    const elsewhere = await other.app.inject({ url: "/session", headers: { cookie } });
    expect([elsewhere.json<Session>().user, elsewhere.headers["set-cookie"]]).toEqual([undefined, undefined]);
    expect((await one.session({ cookie })).user?.username).toBe("admin");
    await Promise.all([one.app.close(), other.app.close()]);
  });

  it("believe X-Forwarded-… headers from the named proxies alone", async () => {
    const server = await testServer(await open(), { trustProxy: ["10.0.0.0/8"] });
    const headers = {
      "x-forwarded-for": "203.0.113.5, 192.0.2.77",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "tokens.example.com",
      origin: "https://tokens.example.com",
    };
    const seen = async (remoteAddress: string) => {
      const response = await server.app.inject({ url: "/session", headers, remoteAddress });
      return response.json<{ clientAddress: string; host: string }>();
    };
    expect(await seen("198.51.100.1")).toMatchObject({ clientAddress: "198.51.100.1", host: "localhost" });
    // What the client itself claimed, further left, does not count: the proxy saw it at 192.0.2.77.
    expect(await seen("10.1.2.3")).toMatchObject({ clientAddress: "192.0.2.77", host: "tokens.example.com" });
    const response = await server.signIn({ code: await server.code() }, { headers, remoteAddress: "10.1.2.3" });
    expect(response.headers["set-cookie"]).toMatch(/^__Host-tokenhouse=.*Secure/u);
    await server.app.close();
  });

  it.each([
    ["203.0.113.5:5555", "203.0.113.5"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["198.51.100.9, 203.0.113.5:1, 10.0.0.9:5555, [fd00::9]:443", "203.0.113.5"],
    ["198.51.100.9, gibberish", "unknown"],
  ])("read X-Forwarded-For: %s of a trusted proxy as %s, in filters, sessions and the log alike", async (forwarded, address) => {
    const server = await testServer(await open(), { trustProxy: ["127.0.0.1", "10.0.0.0/8", "fd00::/8"] });
    const headers = { "x-forwarded-for": forwarded, "x-forwarded-host": "localhost:80" };
    await server.store.db
      .insertInto("ipFilters")
      .values({ id: "own", name: "Own", ipFilter: `allow ${address === "unknown" ? "all" : address}`, createdAt: 0 })
      .execute();
    const { id, tokenString } = await server.token({ ipFilterId: "own" });
    const response = await server.signIn({ token: tokenString }, { headers });
    if (address === "unknown") {
      expect(response.statusCode).toBe(403);
    } else {
      expect(response.json()).toMatchObject({ tokenId: id, clientAddress: address });
      const session = await server.store.db.selectFrom("sessions").select("address").executeTakeFirstOrThrow();
      expect(session.address).toBe(address);
    }
    expect(server.log()).toContain(`"address":"${address}"`);
    expect(server.log()).not.toContain(forwarded);
    await server.app.close();
  });

  it.each(["203.0.113.5:%", "[2001:db8::%]:443", "gibberish %"])(
    "are limited by the address alone where a trusted proxy writes %s",
    async (forwarded) => {
      const server = await testServer(await open(), { limits: { failedSignIns: 10 }, trustProxy: ["127.0.0.1"] });
      const statuses: number[] = [];
      for (let attempt = 1; attempt <= 30; attempt++) {
        const headers = { "x-forwarded-for": forwarded.replace("%", String(attempt)) };
        statuses.push((await server.signIn({ code: "wrong" }, { headers })).statusCode);
      }
      expect(statuses.filter((status) => status === 429)).toHaveLength(20);
      await server.app.close();
    },
  );

  it("ignore X-Forwarded-For where no proxy is named", async () => {
    const server = await testServer(await open());
    const response = await server.app.inject({
      url: "/session",
      headers: { "x-forwarded-for": "192.0.2.77" },
      remoteAddress: "10.1.2.3",
    });
    expect(response.json()).toMatchObject({ clientAddress: "10.1.2.3" });
    await server.app.close();
  });
});
