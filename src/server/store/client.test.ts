import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { DatabaseError } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createEmptyDatabase, describeOnBothDatabases, openTestStore } from "#server/testing/databases.ts";
import { anIpFilter, aToken, aUser, sampleId } from "#server/testing/samples.ts";
import { openStore } from "./client.ts";
import { migrate } from "./migrate.ts";
import { migrationProvider } from "./migrations.ts";
import { foreignKeyViolation, StoreInUseError, uniqueViolation } from "./failures.ts";

describeOnBothDatabases("the store", (open) => {
  it("knows after maintenance how many rows there are, with which it plans", async () => {
    const { db, kind, maintain } = await open();
    await db
      .insertInto("ipFilters")
      .values(Array.from({ length: 50 }, (_, index) => anIpFilter({ id: sampleId(8, index) })))
      .execute();
    await maintain();
    const { rows } = await sql<{ reltuples: number }>`select reltuples from pg_class where relname = 'ip_filters'`.execute(db);
    // PostgreSQL does it by itself, some time later.
    if (kind === "pglite") expect(rows[0]?.reltuples).toBe(50);
  });

  it("brings a long log into the database's files, and leaves a short one alone", async () => {
    const { db, kind, keepLogShort } = await open();
    const log = async () => {
      const { rows } = await sql<{ length: number; from: string }>`
        select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint as length, redo_lsn as from from pg_control_checkpoint()`.execute(
        db,
      );
      return rows[0] ?? { length: Infinity, from: "" };
    };
    if (kind === "postgres") return;
    await sql`create table filling as select repeat('x', 1000) || n as text from generate_series(1, 70000) as n`.execute(db);
    expect((await log()).length).toBeGreaterThan(67_108_864);
    await keepLogShort();
    const { length, from } = await log();
    expect(length).toBeLessThan(1_000_000);
    await sql`insert into filling select repeat('x', 1000) from generate_series(1, 1000)`.execute(db);
    await keepLogShort();
    expect(await log()).toMatchObject({ from });
    await sql`drop table filling`.execute(db);
  });

  it("reads times and counts as numbers, bytes as plain bytes and lists as lists", async () => {
    const { db } = await open();
    const hash = Uint8Array.from({ length: 32 }, (_, index) => index * 8);
    const token = aToken({
      id: sampleId(32, 1),
      secretHash: hash,
      createdAt: 1_700_000_000_123,
      expireAt: Number.MAX_SAFE_INTEGER,
      permissions: ["ReadAccess", 'a"b\\c,d{e}'],
      viewIds: [],
    });
    await db.insertInto("tokens").values(token).execute();
    expect(await db.selectFrom("tokens").selectAll().execute()).toStrictEqual([token]);
    const counted = await db
      .selectFrom("tokens")
      .select(({ fn }) => [
        fn.countAll().as("rows"),
        fn.max("createdAt").as("latest"),
        fn.agg<number[]>("array_agg", ["createdAt"]).as("all"),
      ])
      .executeTakeFirstOrThrow();
    expect(counted).toStrictEqual({ rows: 1, latest: 1_700_000_000_123, all: [1_700_000_000_123] });
  });

  it("says how many rows a statement changed", async () => {
    const { db } = await open();
    await db
      .insertInto("featureFlags")
      .values([{ name: "a" }, { name: "b" }])
      .execute();
    expect((await db.deleteFrom("featureFlags").where("name", "=", "a").executeTakeFirst()).numDeletedRows).toBe(1n);
    expect((await db.deleteFrom("featureFlags").where("name", "=", "a").executeTakeFirst()).numDeletedRows).toBe(0n);
  });

  it("is refused by a release that is older than its tables, and not touched", async () => {
    const { db } = await open();
    const tables = async () => (await sql`select * from kysely_migration order by name`.execute(db)).rows;
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(db);
    const before = await tables();
    await expect(migrate(db)).rejects.toMatchObject({
      name: "StartError",
      lasting: true,
      message: expect.stringMatching(
        /^The database was last used by a newer release of Tokenhouse .*\(9999-later\)\. Start the newer release/u,
      ) as string,
    });
    expect(await tables()).toEqual(before);
    await sql`delete from kysely_migration where name = '9999-later'`.execute(db);
    await migrate(db);
  });

  it("orders names and ids bytewise", async () => {
    const { db } = await open();
    await db
      .insertInto("tokens")
      .values(["b", "a", "B", "ä", "_"].map((name, index) => aToken({ id: sampleId(32, index), name })))
      .execute();
    const names = await db.selectFrom("tokens").select("name").orderBy("name").execute();
    expect(names.map(({ name }) => name)).toEqual(["B", "_", "a", "b", "ä"]);
  });

  it("undoes a transaction that fails", async () => {
    const { db } = await open();
    const failing = db.transaction().execute(async (trx) => {
      await trx.insertInto("featureFlags").values({ name: "a" }).execute();
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await db.selectFrom("featureFlags").selectAll().execute()).toEqual([]);
  });

  it("runs twenty transactions at once without losing anything", async () => {
    const { db } = await open();
    await db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "counter", createdAt: 0 }))
      .execute();
    const add = () =>
      db.transaction().execute(async (trx) => {
        const { createdAt } = await trx
          .selectFrom("ipFilters")
          .select("createdAt")
          .where("id", "=", "counter")
          .forUpdate()
          .executeTakeFirstOrThrow();
        await trx
          .updateTable("ipFilters")
          .set({ createdAt: createdAt + 1 })
          .execute();
      });
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await db.selectFrom("ipFilters").select("createdAt").execute()).toEqual([{ createdAt: 20 }]);
  });

  it("goes on after a statement that failed", async () => {
    const { db, ping } = await open();
    // More than there are connections, so that one that is not given back would be missed.
    for (let i = 0; i < 15; i++) {
      await expect(sql`select 1 from nowhere`.execute(db)).rejects.toMatchObject({ code: "42P01" });
      await expect(db.transaction().execute((trx) => sql`select 1 / 0`.execute(trx))).rejects.toMatchObject({ code: "22012" });
    }
    await ping();
  });

  it("keeps a user to one personal token, with the user's id", async () => {
    const { db } = await open();
    const [id, other] = [sampleId(24, 1), sampleId(24, 2)];
    await db
      .insertInto("users")
      .values([aUser({ id }), aUser({ id: other })])
      .execute();
    const insert = (token: Parameters<typeof aToken>[0]) => db.insertInto("tokens").values(aToken(token)).execute();
    await insert({ id, kind: "personal", userId: id });
    await expect(insert({ id: other, kind: "personal", userId: id })).rejects.toMatchObject({ constraint: "tokens_owner" });
    await expect(insert({ id: other, kind: "personal", userId: null })).rejects.toMatchObject({ constraint: "tokens_owner" });
    await expect(insert({ id: other, kind: "view", userId: other })).rejects.toMatchObject({ constraint: "tokens_owner" });
  });

  it("lets a personal token go with its user", async () => {
    const { db } = await open();
    const id = sampleId(24, 1);
    await db.insertInto("users").values(aUser({ id })).execute();
    await db
      .insertInto("tokens")
      .values(aToken({ id, kind: "personal", userId: id }))
      .execute();
    await db.deleteFrom("users").execute();
    expect(await db.selectFrom("tokens").selectAll().execute()).toEqual([]);
  });

  it("keeps an IP filter that a token or a policy names", async () => {
    const { db } = await open();
    await db
      .insertInto("ipFilters")
      .values([anIpFilter({ id: "a" }), anIpFilter({ id: "b" })])
      .execute();
    await db
      .insertInto("tokens")
      .values(aToken({ id: sampleId(32, 1), ipFilterId: "a" }))
      .execute();
    await db
      .insertInto("tokenPolicies")
      .values({ kind: "view", enabled: true, ipFilterId: "b", allowPermissionUpdates: false })
      .execute();
    const remove = (id: string) => db.deleteFrom("ipFilters").where("id", "=", id).execute();
    expect(foreignKeyViolation(await remove("a").catch((error: unknown) => error))).toBe("tokens_ip_filter_id_fkey");
    expect(foreignKeyViolation(await remove("b").catch((error: unknown) => error))).toBe("token_policies_ip_filter_id_fkey");
  });

  it("refuses every statement once it is closed, and may be closed twice", async () => {
    const { db, close } = await open();
    await close();
    await close();
    await expect(db.selectFrom("tokens").selectAll().execute()).rejects.toThrow();
  });
});

describe("both databases", () => {
  it("have the same tables and columns", async () => {
    const [pglite, postgres] = await Promise.all(
      (["pglite", "postgres"] as const).map(async (kind) => {
        const store = await openTestStore(kind);
        const { rows } = await sql`
          select table_name, column_name, data_type, is_nullable, column_default, collation_name
          from information_schema.columns where table_schema = 'public' order by table_name collate "C", ordinal_position`.execute(
          store.db,
        );
        await store.close();
        return rows;
      }),
    );
    expect(pglite?.length).toBeGreaterThan(60);
    expect(pglite).toEqual(postgres);
  });

  it("report a violated constraint alike, and without the values of the statement beyond what PostgreSQL tells", async () => {
    const [pglite, postgres] = await Promise.all(
      (["pglite", "postgres"] as const).map(async (kind) => {
        const { db, close } = await openTestStore(kind);
        const insert = () =>
          db
            .insertInto("users")
            .values(aUser({ id: sampleId(24, 1), username: "somebody" }))
            .execute();
        await insert();
        const again = db
          .insertInto("users")
          .values(aUser({ id: sampleId(24, 2), username: "somebody" }))
          .execute();
        const error: unknown = await again.catch((error: unknown) => error);
        expect(error).toBeInstanceOf(DatabaseError);
        expect(uniqueViolation(error)).toBe("users_username_key");
        expect(foreignKeyViolation(error)).toBeUndefined();
        expect(error).not.toHaveProperty("params");
        await close();
        const { name, message, severity, code, detail, schema, table, constraint } = error as DatabaseError;
        return { name, message, severity, code, detail, schema, table, constraint };
      }),
    );
    expect(pglite).toEqual(postgres);
  });
});

describe("a PostgreSQL database", () => {
  it("is set up once when several processes open it at the same time, empty", async () => {
    const databaseUrl = await createEmptyDatabase();
    const stores = await Promise.all(Array.from({ length: 5 }, () => openStore({ databaseUrl }, { connections: 2 })));
    const { rows } = await sql`select name from kysely_migration order by name`.execute(stores[0]?.db ?? expect.unreachable());
    expect(rows).toEqual(Object.keys(await migrationProvider.getMigrations()).map((name) => ({ name })));
    await Promise.all(stores.map((store) => store.close()));
  });

  it("may break off connections, in use or not, and serves the next statement again", async () => {
    const { db, close } = await openTestStore("postgres");
    const breakOff = sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    // Two at once: later one of them is in use and the other is not.
    await db.connection().execute(() => sql`select 1`.execute(db));
    await db
      .transaction()
      .execute(async (trx) => {
        await trx.insertInto("featureFlags").values({ name: "lost" }).execute();
        await breakOff.execute(db);
        await trx.insertInto("featureFlags").values({ name: "lost too" }).execute();
      })
      .then(
        () => expect.unreachable(),
        (error: unknown) => expect(error).toBeInstanceOf(Error),
      );
    expect(await db.selectFrom("featureFlags").selectAll().execute()).toEqual([]);
    await close();
  });
});

describe("a data folder", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "tokenhouse-store-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it("keeps what was written, and is refused to a second server for as long as the first is there", async () => {
    const first = await openStore({ dataDir });
    await first.db.insertInto("featureFlags").values({ name: "kept" }).execute();
    const refused: unknown = await openStore({ dataDir }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreInUseError);
    expect(refused).toMatchObject({ folder: join(dataDir, "database"), pid: process.pid });
    await first.close();

    const second = await openStore({ dataDir });
    expect(await second.db.selectFrom("featureFlags").selectAll().execute()).toEqual([{ name: "kept" }]);
    await second.close();
  });
});
