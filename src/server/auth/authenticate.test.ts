import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

import type { LightMyRequestResponse } from "fastify";
import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";

import { minute } from "#domain/duration.ts";
import { describeOnBothDatabases, openTestStore } from "#server/testing/databases.ts";
import { aToken } from "#server/testing/samples.ts";
import { cookieOf, testServer, type TestServer } from "#server/testing/server.ts";
import { bearerCredential, makeAuthenticator } from "./authenticate.ts";
import { lastUseRecorder, retryDelay } from "./lastUse.ts";
import { mintToken } from "./secrets.ts";

const generous = { failedSignIns: 1e6, failedRequests: 1e6 };

const missing = [401, "The resource requires authentication, which was not supplied with the request"];
const invalid = [401, "The supplied authentication is invalid"];
const address = [403, "Tokens can only be used from IP addresses accepted by the IP filter set for them if any."];
const accepted = [200, '{"data":{"__typename":"Query"}}'];

const ask = (server: TestServer, headers: Record<string, string>, remoteAddress = "127.0.0.1") =>
  server.app.inject({
    method: "POST",
    url: "/graphql",
    headers: { "content-type": "application/json", ...headers },
    remoteAddress,
    payload: '{"query":"{ __typename }"}',
  });
const outcome = ({ statusCode, body }: LightMyRequestResponse) => [statusCode, body];

describeOnBothDatabases("a request", (open) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer(await open(), { limits: generous });
    return () => server.app.close();
  });

  const bearer = async (tokenString: string, remoteAddress?: string) =>
    outcome(await ask(server, { authorization: `Bearer ${tokenString}` }, remoteAddress));

  it("without a credential is refused in plain text", async () => {
    const response = await ask(server, {});
    expect(outcome(response)).toEqual(missing);
    expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(response.headers.date).toBeDefined();
  });

  it.each(["personal", "view", "organization", "system"] as const)("with a valid %s token is accepted", async (kind) => {
    const { tokenString } = await server.token({ kind });
    expect(await bearer(tokenString)).toEqual(accepted);
  });

  it("with the local administrator's token is accepted", async () => {
    expect(await bearer(server.localAdmin)).toEqual(accepted);
  });

  it.each(["Bearer", "bearer", "BEARER"])("may write the scheme as %s", async (scheme) => {
    const { tokenString } = await server.token();
    expect(outcome(await ask(server, { authorization: `${scheme} ${tokenString}` }))).toEqual(accepted);
  });

  it("with another scheme, no scheme or an empty header is refused", async () => {
    const { tokenString } = await server.token();
    const basic = Buffer.from(`${tokenString}:`).toString("base64");
    for (const authorization of [`Basic ${basic}`, `Splunk ${tokenString}`, tokenString, "Bearer", "Bearer ", ""]) {
      expect(outcome(await ask(server, { authorization }))).toEqual(invalid);
    }
  });

  it("with an unknown token, a wrong secret or another token's secret is refused", async () => {
    const [one, other] = [await server.token(), await server.token()];
    const unknown = mintToken("organization").tokenString;
    for (const tokenString of [unknown, `${one.id}~${"a".repeat(44)}`, `${one.id}~${other.secret}`, one.id, one.secret]) {
      expect(await bearer(tokenString)).toEqual(invalid);
    }
  });

  it("with a wrong local administrator's token is refused", async () => {
    expect(await bearer(`localroot~${"a".repeat(44)}`)).toEqual(invalid);
  });

  it("with an ingest or a fleet installation token is refused", async () => {
    expect(await bearer("4d8b4f31-5a55-4c5e-9f3a-2c1f7a1f0b11")).toEqual(invalid);
    expect(await bearer("abcdefghijklmnopqrstuvwxyz012345")).toEqual(invalid);
  });

  it("with a token is refused from the instant of its expiry on", async () => {
    const { tokenString } = await server.token({ expireAt: server.now + minute });
    server.now += minute - 1;
    expect(await bearer(tokenString)).toEqual(accepted);
    server.now += 1;
    expect(await bearer(tokenString)).toEqual(invalid);
  });

  it("with a token that was deleted or replaced is refused at once", async () => {
    const [deleted, replaced] = [await server.token(), await server.token()];
    expect(await bearer(deleted.tokenString)).toEqual(accepted);
    expect(await bearer(replaced.tokenString)).toEqual(accepted);
    await server.store.db.deleteFrom("tokens").where("id", "=", deleted.id).execute();
    const { secret, secretHash } = mintToken("organization");
    await server.store.db.updateTable("tokens").set({ secretHash }).where("id", "=", replaced.id).execute();
    expect(await bearer(deleted.tokenString)).toEqual(invalid);
    expect(await bearer(replaced.tokenString)).toEqual(invalid);
    expect(await bearer(`${replaced.id}~${secret}`)).toEqual(accepted);
  });

  it("with a token is judged by the token's IP filter as it is now", async () => {
    const filter = { id: "vpn", name: "VPN", ipFilter: "allow 10.0.0.0/8; allow 2001:db8::/32", createdAt: server.now };
    await server.store.db.insertInto("ipFilters").values(filter).execute();
    const { tokenString } = await server.token({ ipFilterId: "vpn" });
    expect(await bearer(tokenString, "10.9.8.7")).toEqual(accepted);
    expect(await bearer(tokenString, "::ffff:10.9.8.7")).toEqual(accepted);
    expect(await bearer(tokenString, "2001:db8::1")).toEqual(accepted);
    expect(await bearer(tokenString, "192.0.2.1")).toEqual(address);
    await server.store.db
      .updateTable("ipFilters")
      .set({ ipFilter: "deny 10.9.0.0/16; allow all" })
      .where("id", "=", "vpn")
      .execute();
    expect(await bearer(tokenString, "10.9.8.7")).toEqual(address);
    expect(await bearer(tokenString, "192.0.2.1")).toEqual(accepted);
  });

  it("with an expired token says so rather than anything about addresses", async () => {
    await server.store.db
      .insertInto("ipFilters")
      .values({ id: "none", name: "None", ipFilter: "deny all", createdAt: 0 })
      .execute();
    const { tokenString } = await server.token({ ipFilterId: "none", expireAt: server.now });
    expect(await bearer(tokenString)).toEqual(invalid);
  });

  it("from an address behind a filter that cannot be read is refused", async () => {
    await server.store.db
      .insertInto("ipFilters")
      .values({ id: "bad", name: "Bad", ipFilter: "allow all\npermit x", createdAt: 0 })
      .execute();
    const { tokenString } = await server.token({ ipFilterId: "bad" });
    expect(await bearer(tokenString)).toEqual(address);
  });

  it("cannot claim another address by a header", async () => {
    await server.store.db
      .insertInto("ipFilters")
      .values({ id: "one", name: "One", ipFilter: "allow 10.1.1.1", createdAt: 0 })
      .execute();
    const { tokenString } = await server.token({ ipFilterId: "one" });
    const headers = {
      authorization: `Bearer ${tokenString}`,
      "x-forwarded-for": "10.1.1.1",
      forwarded: "for=10.1.1.1",
      "x-real-ip": "10.1.1.1",
    };
    expect(outcome(await ask(server, headers, "192.0.2.1"))).toEqual(address);
  });

  it("whose credential is revoked while its body is still on the way is refused", async () => {
    const { id, tokenString } = await server.token();
    async function* slowly() {
      yield '{"query":';
      // The caller was accepted by now, or nobody would ask for the rest.
      await server.store.db.deleteFrom("tokens").where("id", "=", id).execute();
      server.now += 1000;
      yield '"{ __typename }"}';
    }
    const response = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json", authorization: `Bearer ${tokenString}` },
      payload: Readable.from(slowly()),
    });
    expect(outcome(response)).toEqual(invalid);
  });

  it("by a session is accepted from a page of this server alone", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    expect(outcome(await ask(server, { cookie, origin: "http://localhost:80" }))).toEqual(accepted);
    for (const headers of [
      { cookie },
      { cookie, origin: "null" },
      { cookie, origin: "http://localhost:81" },
      { cookie, origin: "http://evil.example" },
      { cookie, origin: "http://localhost:80", "content-type": "text/plain" },
      { cookie, origin: "http://localhost:80", "content-type": "application/x-www-form-urlencoded" },
      { cookie, origin: "http://localhost:80", "content-type": "text/plain; application/json" },
    ]) {
      expect((await ask(server, headers)).statusCode).toBe(400);
    }
  });

  it("with both is judged by the header alone", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    const { tokenString } = await server.token();
    const both = (authorization: string) => ask(server, { cookie, authorization, origin: "http://localhost:80" });
    expect(outcome(await both("Bearer nonsense"))).toEqual(invalid);
    expect(outcome(await both("Basic nonsense"))).toEqual(invalid);
    // No page of another site can set the header, so its origin says nothing.
    const response = await ask(server, { cookie, authorization: `Bearer ${tokenString}`, origin: "http://evil.example" });
    expect(outcome(response)).toEqual(accepted);
    const session = await server.session({ cookie, authorization: `Bearer ${tokenString}` });
    expect(session.user).toBeUndefined();
    expect(session.tokenKind).toBe("organization");
  });

  it("by a session that is over is refused", async () => {
    expect(outcome(await ask(server, { cookie: "tokenhouse-80=nonsense", origin: "http://localhost:80" }))).toEqual(invalid);
  });

  it("may have raw line breaks in its strings when it comes with a token, not with a cookie", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    const { tokenString } = await server.token();
    const send = (headers: Record<string, string>) =>
      server.app.inject({
        method: "POST",
        url: "/graphql?id=Anything",
        headers: { "content-type": "application/json", ...headers },
        payload: '{"query":"{\r\n\t__typename\n}"}',
      });
    expect(outcome(await send({ authorization: `BEARER ${tokenString}` }))).toEqual(accepted);
    const strict = await send({ cookie, origin: "http://localhost:80" });
    expect(outcome(strict)).toEqual([400, '{"message":"The body is not valid JSON."}']);
  });

  it("is not read before its caller is known, and not at all above 1 MiB", async () => {
    const { tokenString } = await server.token();
    const send = (headers: Record<string, string>) =>
      server.app.inject({
        method: "POST",
        url: "/graphql",
        headers: { "content-type": "application/json", ...headers },
        payload: `{"query":"{ __typename }","x":"${"a".repeat(1_048_576)}"}`,
      });
    expect((await send({})).statusCode).toBe(401);
    expect((await send({ authorization: `Bearer ${tokenString}` })).statusCode).toBe(413);
  });

  it("leaves its time and address with the token, at most once a minute", async () => {
    const { id, tokenString } = await server.token();
    const use = async (remoteAddress: string) => {
      expect(await bearer(tokenString, remoteAddress)).toEqual(accepted);
      await expect.poll(read).toBeDefined();
      return read();
    };
    const read = async () => {
      const row = await server.store.db
        .selectFrom("tokens")
        .select(["lastUsedAt", "lastUsedFrom"])
        .where("id", "=", id)
        .executeTakeFirst();
      return row?.lastUsedAt === null ? undefined : row;
    };
    const first = { lastUsedAt: server.now, lastUsedFrom: "192.0.2.1" };
    expect(await use("192.0.2.1")).toEqual(first);
    server.now += minute - 1;
    expect(await use("192.0.2.2")).toEqual(first);
    server.now += 1;
    expect(await bearer(tokenString, "192.0.2.3")).toEqual(accepted);
    await expect.poll(read).toEqual({ lastUsedAt: server.now, lastUsedFrom: "192.0.2.3" });
  });

  it("that is refused leaves nothing with the token", async () => {
    await server.store.db
      .insertInto("ipFilters")
      .values({ id: "out", name: "Out", ipFilter: "deny all", createdAt: 0 })
      .execute();
    const { id, tokenString } = await server.token({ ipFilterId: "out" });
    expect(await bearer(tokenString)).toEqual(address);
    expect(await bearer(`${id}~${"a".repeat(44)}`)).toEqual(invalid);
    const lastUsedAt = async (token: string) =>
      (await server.store.db.selectFrom("tokens").select("lastUsedAt").where("id", "=", token).executeTakeFirstOrThrow())
        .lastUsedAt;
    // Uses are recorded in order: once a later one is there, the earlier ones would be.
    const later = await server.token();
    expect(await bearer(later.tokenString)).toEqual(accepted);
    await expect.poll(() => lastUsedAt(later.id)).toBe(server.now);
    expect(await lastUsedAt(id)).toBeNull();
  });

  it("is never limited while its credential is right, in whatever crowd it comes", async () => {
    const limited = await testServer(await open(), { limits: { failedRequests: 2 } });
    const { tokenString } = await limited.token();
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => ask(limited, { authorization: `Bearer ${tokenString}` })),
    );
    expect(new Set(responses.map((response) => response.statusCode))).toEqual(new Set([200]));
    const wrong = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      wrong.push((await ask(limited, { authorization: "Bearer wrong" }, "192.0.2.1")).statusCode);
    }
    expect(wrong).toEqual([401, 401, 429, 429]);
    expect((await ask(limited, { authorization: `Bearer ${tokenString}` }, "192.0.2.1")).statusCode).toBe(200);
    await limited.app.close();
  });

  it("without a credential does not count as a failed one, however often a page of another site makes a browser send it", async () => {
    const limited = await testServer(await open(), { limits: { failedRequests: 2 } });
    const simple = { "content-type": "text/plain", origin: "https://evil.example" };
    for (let attempt = 0; attempt < 4; attempt++) expect((await ask(limited, simple)).statusCode).toBe(401);
    expect((await ask(limited, { authorization: "Bearer wrong" })).statusCode).toBe(401);
    await limited.app.close();
  });

  it("by a session whose own credential was replaced from the page goes on with the new one", async () => {
    await server.store.db.deleteFrom("tokens").where("kind", "=", "personal").execute();
    const { tokenString } = await server.token({ kind: "personal" });
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    const other = cookieOf(await server.signIn({ token: tokenString }));
    const response = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json", cookie, origin: "http://localhost:80" },
      payload: JSON.stringify({ query: "mutation { createPersonalUserTokenV2(input: {}) { token } }" }),
    });
    const { token } = response.json<{ data: { createPersonalUserTokenV2: { token: string } } }>().data.createPersonalUserTokenV2;
    expect(token).not.toBe(tokenString);
    expect(await bearer(tokenString)).toEqual(invalid);
    expect(await bearer(token)).toEqual(accepted);
    expect((await server.session({ cookie })).user?.username).toBe("admin");
    expect((await server.session({ cookie: other })).user).toBeUndefined();
  });
});

describeOnBothDatabases("recording a use", (open) => {
  it("does nothing for a secret that was replaced meanwhile", async () => {
    const server = await testServer(await open());
    const { id, secretHash } = await server.token();
    await server.store.db
      .updateTable("tokens")
      .set({ secretHash: mintToken("view").secretHash })
      .where("id", "=", id)
      .execute();
    const errors: unknown[] = [];
    const recorder = lastUseRecorder(server.store.db, (error) => errors.push(error));
    recorder.record({ id, secretHash, lastUsedAt: null, at: server.now, address: "192.0.2.1" });
    await recorder.settled();
    const row = await server.store.db.selectFrom("tokens").select("lastUsedAt").where("id", "=", id).executeTakeFirstOrThrow();
    expect(row.lastUsedAt).toBeNull();
    expect(errors).toEqual([]);
    await server.app.close();
  });

  it("reports its own failure and fails nobody", async () => {
    const store = await open();
    const errors: unknown[] = [];
    const recorder = lastUseRecorder(store.db, (error) => errors.push(error));
    await store.close();
    const { id, secretHash } = mintToken("view");
    recorder.record({ id, secretHash, lastUsedAt: null, at: 0, address: "192.0.2.1" });
    await recorder.settled();
    expect(errors).toHaveLength(1);
  });
});

describe("recording a use", () => {
  it("does not wait for a transaction that holds the token, and is made up for when it is over", async () => {
    const store = await openTestStore("postgres");
    const server = await testServer(store);
    const { id, secretHash } = await server.token();
    const lastUsedAt = async () =>
      (await store.db.selectFrom("tokens").select("lastUsedAt").where("id", "=", id).executeTakeFirstOrThrow()).lastUsedAt;
    const recorder = lastUseRecorder(store.db, () => {});
    await store.db.transaction().execute(async (trx) => {
      // As the judgement of a mutation that the token is used for does.
      await trx.selectFrom("tokens").select("id").where("id", "=", id).forShare().execute();
      recorder.record({ id, secretHash, lastUsedAt: null, at: server.now, address: "192.0.2.1" });
      // Would never come about if it waited for the row, which is let go only afterwards.
      await recorder.settled();
      expect(await lastUsedAt()).toBeNull();
    });
    // Of itself, without another use and without being asked.
    await expect.poll(lastUsedAt).toBe(server.now);
    await recorder.settled();
    await server.app.close();
    await store.close();
  });

  it("goes on when a later use was written before the one that a transaction kept from it is tried again", async () => {
    const store = await openTestStore("postgres");
    const server = await testServer(store);
    const { id, secretHash } = await server.token();
    const recorder = lastUseRecorder(store.db, () => {});
    const use = (at: number) => recorder.record({ id, secretHash, lastUsedAt: null, at, address: "192.0.2.1" });
    const lastUsedAt = async () =>
      (await store.db.selectFrom("tokens").select("lastUsedAt").where("id", "=", id).executeTakeFirstOrThrow()).lastUsedAt;
    await store.db.transaction().execute(async (trx) => {
      await trx.selectFrom("tokens").select("id").where("id", "=", id).forShare().execute();
      use(server.now);
      await recorder.settled();
    });
    use(server.now + 60_000);
    await recorder.settled();
    // By now it was tried again, with nothing left to write.
    await delay(2 * retryDelay);
    use(server.now + 120_000);
    await expect.poll(lastUsedAt).toBe(server.now + 120_000);
    await server.app.close();
    await store.close();
  });
});

describe("the credential of an Authorization header", () => {
  it("is what stands behind the scheme, whatever the scheme's case", () => {
    expect(bearerCredential("bEaReR  abc~1 ")).toBe("abc~1");
    expect(bearerCredential("Bearer a b")).toBeNull();
    expect(bearerCredential("Bearerabc")).toBeNull();
  });
});

describeOnBothDatabases("who asks", (open) => {
  it("is looked up for many requests by few statements, and never from memory", async () => {
    const store = await open();
    const server = await testServer(store);
    let statements = 0;
    const counted = store.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult({ result }) {
        statements++;
        return Promise.resolve(result);
      },
    });
    const authenticator = makeAuthenticator({
      db: counted,
      lastUse: { record: () => {}, settled: () => Promise.resolve() },
      localAdminHash: new Uint8Array(32),
    });
    const place = { address: "127.0.0.1", admitsLocalAdmin: false };
    const tokens = await Promise.all(Array.from({ length: 20 }, () => server.token()));
    const lookUps = () =>
      Promise.all(tokens.map(({ tokenString }) => authenticator.authenticateToken(tokenString, place, server.now)));
    const wrong = authenticator.authenticateToken(`${tokens[0]?.id}~${tokens[1]?.secret}`, place, server.now);
    expect((await lookUps()).map(({ ok }) => ok)).toEqual(tokens.map(() => true));
    expect(await wrong).toEqual({ ok: false, refusal: "invalid" });
    expect(statements).toBeLessThanOrEqual(2);

    // As another instance on the same database does.
    const gone = tokens[7]?.id ?? expect.unreachable();
    await store.db.deleteFrom("tokens").where("id", "=", gone).execute();
    expect((await lookUps()).map(({ ok }) => ok)).toEqual(tokens.map(({ id }) => id !== gone));
    await server.app.close();
  });

  it("is planned once and by key where there are many tokens, and each time where there are few", async () => {
    const { db } = await open();
    const { tokenString, secretHash, id } = mintToken("organization");
    await db
      .insertInto("tokens")
      .values(aToken({ id, kind: "organization", secretHash }))
      .execute();
    const authenticator = makeAuthenticator({
      db,
      lastUse: { record: () => {}, settled: () => Promise.resolve() },
      localAdminHash: new Uint8Array(32),
    });
    const lookUps = async () => {
      for (let count = 0; count < 20; count++) {
        const { ok } = await authenticator.authenticateToken(tokenString, { address: "::1", admitsLocalAdmin: false }, 1);
        expect(ok).toBe(true);
      }
      const { rows } = await sql<{ name: string; once: number }>`select name, generic_plans as once from pg_prepared_statements
        where statement like '%from tokens left join%' order by prepare_time`.execute(db);
      return rows;
    };
    expect(await lookUps()).toMatchObject([{ once: 0 }]);
    await sql`insert into tokens (id, kind, name, secret_hash, created_at, permissions, view_ids, created_by)
      select number::text, 'organization', 'many', sha256(number::text::bytea), 1, '{}', '{}', '' from generate_series(1, 10000) as number`.execute(
      db,
    );
    await lookUps();
    const [, many] = await lookUps();
    expect(many?.once).toBeGreaterThan(20);
    const { rows } = await sql`explain execute ${sql.id(many?.name ?? "")} ('{a}')`.execute(db);
    expect(JSON.stringify(rows)).toMatch(/tokens_pkey/u);
    expect(JSON.stringify(rows)).not.toMatch(/Seq Scan on tokens/u);
  });
});
