import { sql } from "kysely";
import { beforeEach, expect, it } from "vitest";

import { hour } from "#domain/duration.ts";

import { openStore } from "./store/client.ts";
import { describeOnBothDatabases, openTestStore, waitingForLocks, type TestStore } from "./testing/databases.ts";
import { cookieOf, testServer, type TestServer } from "./testing/server.ts";

const patient = { timeout: 20_000 };

const full = "The disk of the server's database is full, so nothing was changed.";

describeOnBothDatabases("a server whose database's disk is full", (open) => {
  let store: TestStore;
  let server: TestServer;
  beforeEach(async () => {
    store = await open();
    server = await testServer(store);
    return () => server.app.close();
  });

  /** Lets the database say of one table what it says of a full or a broken disk, until the returned function is called. */
  async function failing(table: string, code: "53100" | "58030" | "25006"): Promise<() => Promise<void>> {
    await sql.raw(raising(code)).execute(store.db);
    await sql.raw(`create trigger fail before insert or update on ${table} execute function fail()`).execute(store.db);
    return async () => void (await sql.raw("drop function fail cascade").execute(store.db));
  }

  /** Lets the database say of one table what it says where a page of it cannot be read, until the returned function is called. */
  async function unreadable(table: string): Promise<() => Promise<void>> {
    const run = async (...statements: readonly string[]) => {
      for (const statement of statements) await sql.raw(statement).execute(store.db);
    };
    await run(
      // Stable, so that it is called for a table without rows, too.
      `create function fail_to_read() returns boolean language plpgsql stable as $$
        begin raise exception using errcode = '58030', message = 'could not read blocks 1..1 in file "base/1/2"'; end $$`,
      `alter table ${table} rename to kept`,
      `create view ${table} as select * from kept where fail_to_read()`,
    );
    return () => run(`drop view ${table}`, `alter table kept rename to ${table}`, "drop function fail_to_read");
  }

  const graphql = (headers: Record<string, string>, query: string) =>
    server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json", ...headers },
      payload: JSON.stringify({ query }),
    });

  it.each([
    ["53100", 507, "STORAGE_FULL", full],
    ["58030", 503, "STORAGE_FAILED", "The server's database cannot read or write its files, so nothing was changed."],
    ["25006", 503, "STORAGE_FAILED", "The server's database lets nobody write, so nothing was changed."],
  ] as const)(
    "says so of a change that fails with %s, and goes on answering what reads",
    async (code, status, named, message) => {
      const mend = await failing("ip_filters", code);
      const administrator = { authorization: `Bearer ${server.localAdmin}` };
      const create = 'mutation { createIPFilter(input: { name: "a", ipFilter: "allow all" }) { id } }';
      const failed = await graphql(administrator, create);
      expect(failed.statusCode).toBe(status);
      const { errors } = failed.json<{ errors: { message: string; extensions: unknown }[] }>();
      expect(errors).toMatchObject([{ message: expect.stringContaining(message), extensions: { code: named } }]);
      expect(server.log()).toContain("it failed");
      const read = await graphql(administrator, "{ ipFilters { id } }");
      expect([read.statusCode, read.json()]).toEqual([200, { data: { ipFilters: [] } }]);
      await mend();
      expect((await graphql(administrator, create)).json()).not.toHaveProperty("errors");
    },
  );

  it("does not say that nothing was changed where it cannot read what it has just made", async () => {
    const readable = await unreadable("ingest_tokens");
    const administrator = { authorization: `Bearer ${server.localAdmin}` };
    const create = 'mutation { createRepository(name: "made") { repository { name ingestTokens { name } } } }';
    const made = await graphql(administrator, create);
    expect(made.json()).toMatchObject({ errors: [{ extensions: { code: "INTERNAL" } }] });
    const read = await graphql(
      administrator,
      '{ searchDomain(name: "made") { name ... on Repository { ingestTokens { name } } } }',
    );
    expect([read.statusCode, read.json()]).toMatchObject([503, { errors: [{ extensions: { code: "STORAGE_FAILED" } }] }]);
    await readable();
    const found = await graphql(
      administrator,
      '{ searchDomain(name: "made") { name ... on Repository { ingestTokens { name } } } }',
    );
    expect(found.json()).toEqual({ data: { searchDomain: { name: "made", ingestTokens: [] } } });
  });

  it("does not say that nothing was changed where it cannot read what its answer begins with", async () => {
    const readable = await unreadable("organization");
    const administrator = { authorization: `Bearer ${server.localAdmin}` };
    const change = `mutation { updateTokenSecurityPolicies(input: { personalUserTokensEnabled: false,
      viewPermissionTokensEnabled: true, viewPermissionTokensAllowPermissionUpdates: true,
      organizationPermissionTokensEnabled: true, organizationPermissionTokensAllowPermissionUpdates: true }) { id } }`;
    const applied = await graphql(administrator, change);
    expect(applied.json()).toMatchObject({ errors: [{ extensions: { code: "INTERNAL" } }] });
    expect(server.log()).toContain("could not read blocks");
    await readable();
    const { rows } = await sql`select kind from token_policies where not enabled`.execute(store.db);
    expect(rows).toEqual([{ kind: "personal" }]);
  });

  it("does not say that nothing was changed where it cannot record the values that its answer holds", async () => {
    const administrator = { authorization: `Bearer ${server.localAdmin}` };
    const added = await graphql(
      administrator,
      'mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "shipper" }) { name } }',
    );
    expect(added.json()).not.toHaveProperty("errors");
    await sql.raw(raising("53100")).execute(store.db);
    await sql
      .raw(
        `create trigger fail before insert on audit_records for each row
          when (new.type = 'tokenhouse.values.reveal') execute function fail()`,
      )
      .execute(store.db);
    const assigned = await graphql(
      administrator,
      'mutation { assignParserToIngestTokenV2(input: { repositoryName: "sandbox", tokenName: "shipper", parser: "json" }) { token } }',
    );
    expect(assigned.json()).toMatchObject({ data: null, errors: [{ extensions: { code: "INTERNAL" } }] });
    const { rows } = await sql`select parser_name as parser from ingest_tokens`.execute(store.db);
    expect(rows).toEqual([{ parser: "json" }]);
    await sql`drop function fail cascade`.execute(store.db);
  });

  it("replaces no token of whose session it cannot note that it goes on with the new one", async () => {
    const { tokenString } = await server.token({ kind: "personal" });
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    const headers = { cookie, origin: "http://localhost:80" };
    const mend = await failing("sessions", "53100");
    for (const replace of [
      "createPersonalUserToken(input: {})",
      `rotateToken(input: { id: "${(await server.session({ cookie })).tokenId}" })`,
    ]) {
      const refused = await graphql(headers, `mutation { ${replace} }`);
      expect([refused.statusCode, refused.json()]).toMatchObject([
        507,
        { errors: [{ message: expect.stringContaining(full) as string }] },
      ]);
      const old = await graphql({ authorization: `Bearer ${tokenString}` }, "{ viewer { id } }");
      expect(old.statusCode).toBe(200);
    }
    await mend();
    expect((await graphql(headers, "mutation { createPersonalUserToken(input: {}) }")).json()).not.toHaveProperty("errors");
    expect((await graphql(headers, "{ viewer { id } }")).statusCode).toBe(200);
  });

  it("says so of a sign-in, and knows the sessions that there are", async () => {
    const cookie = cookieOf(await server.signIn({ token: server.localAdmin }));
    server.now += hour;
    const mend = await failing("sessions", "53100");
    const refused = await server.signIn({ token: server.localAdmin });
    expect([refused.statusCode, refused.json()]).toEqual([507, { message: expect.stringContaining(full) as string }]);
    expect((await server.session({ cookie })).tokenName).toBe("local administrator");
    await mend();
  });
});

it("a server is not ready from a failure of its database's disk on until the database can write again", async () => {
  const store = await openTestStore("pglite");
  const server = await testServer(store);
  const ready = async () => {
    const { statusCode, body } = await server.app.inject({ url: "/readyz" });
    return [statusCode, body];
  };
  await sql.raw(raising("53100")).execute(store.db);
  await sql`create trigger fail before update on users execute function fail()`.execute(store.db);
  // Stands in the way of what the server writes when it tries, as a full disk does. Until something fails, it does not try.
  await sql`create temporary table writable (in_the_way int)`.execute(store.db);
  expect(await ready()).toEqual([200, "ok\n"]);
  await expect(sql`update users set full_name = 'x'`.execute(store.db)).rejects.toMatchObject({ code: "53100" });
  expect((await ready())[0]).toBe(503);
  expect((await ready())[0]).toBe(503);
  await sql`drop table writable`.execute(store.db);
  expect(await ready()).toEqual([200, "ok\n"]);
  await sql`drop function fail cascade`.execute(store.db);
  await server.app.close();
  await store.close();
});

it("readiness is told at once while the tokens are locked, and within seconds while nothing of the database is free", async () => {
  const lent = await openTestStore("postgres");
  const store = await openStore({ databaseUrl: lent.databaseUrl ?? "" }, { connections: 2 });
  const server = await testServer(store, { metrics: { token: "scraper" } });
  const ready = async () => {
    const { statusCode, body } = await server.app.inject({ url: "/readyz" });
    return [statusCode, body];
  };
  const scrape = () => server.app.inject({ url: "/metrics", headers: { authorization: "Bearer scraper" } });
  await lent.db.transaction().execute(async (trx) => {
    await sql`lock table tokens in access exclusive mode`.execute(trx);
    await expect.poll(ready, patient).toEqual([200, "ok\n"]);
    // Both connections wait for the lock from here on.
    const scrapes = [scrape(), scrape()];
    await expect.poll(() => waitingForLocks(lent.db), patient).toBe(2);
    const answers = await Promise.all([ready(), ready()]);
    expect(answers).toEqual([
      [503, "The database does not answer.\n"],
      [503, "The database does not answer.\n"],
    ]);
    for (const answer of await Promise.all(scrapes)) {
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain("tokenhouse_http_requests_total");
      expect(answer.body).not.toContain("tokenhouse_tokens{");
    }
  });
  await expect.poll(ready, patient).toEqual([200, "ok\n"]);
  await server.app.close();
  await store.close();
  await lent.close();
});

it("a server is not ready from the first change on that a read-only PostgreSQL refuses, until it may write again", async () => {
  const lent = await openTestStore("postgres");
  const store = await openStore({ databaseUrl: lent.databaseUrl ?? "" });
  const server = await testServer(store);
  const ready = async () => (await server.app.inject({ url: "/readyz" })).statusCode;
  const create = async () => {
    const { statusCode } = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json", authorization: `Bearer ${server.localAdmin}` },
      payload: JSON.stringify({ query: 'mutation { createIPFilter(input: { name: "a", ipFilter: "allow all" }) { id } }' }),
    });
    return statusCode;
  };
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(lent.db);
  const database = sql.id(rows[0]?.name ?? "");
  // Waits for the end of each, so that nobody writes by one that is still there.
  const cut = sql`
    select pg_terminate_backend(pid, 30000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await lent.db.connection().execute(async (connection) => {
    await sql`alter database ${database} set default_transaction_read_only = on`.execute(connection);
    await cut.execute(connection);
    await expect.poll(create, patient).toBe(503);
    expect(await ready()).toBe(503);
    await sql`alter database ${database} reset default_transaction_read_only`.execute(connection);
    await cut.execute(connection);
  });
  await expect.poll(ready, patient).toBe(200);
  expect(await create()).toBe(200);
  await server.app.close();
  await store.close();
  await lent.close();
});

/** A trigger's function that fails as on a full or a broken disk. */
function raising(code: "53100" | "58030" | "25006"): string {
  return `create function fail() returns trigger language plpgsql as $$
    begin raise exception using errcode = '${code}', message = 'could not extend file "base/1/2": it failed'; end $$`;
}
