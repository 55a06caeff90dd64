import { randomBytes } from "node:crypto";
import { openAsBlob } from "node:fs";

import { sql, type Kysely } from "kysely";
import { Client } from "pg";
import { afterAll, describe, inject, onTestFinished } from "vitest";

import { openStore, type Store } from "#server/store/client.ts";
import { openPglite } from "#server/store/pglite.ts";
import type { Engine } from "#server/store/pool.ts";
import type { Database } from "#server/store/schema.ts";
import { templateDatabase } from "./postgres.ts";

/** A store on a database of its own. */
export interface TestStore extends Store {
  /** Where others may open the same database; undefined for PGlite, which only this process has. */
  readonly databaseUrl: string | undefined;
}

/**
 * Describes what must hold on PGlite and on PostgreSQL alike. `open` gives a fresh, empty, migrated database at each call; it may
 * be called in tests and in hooks. What is opened in a test is closed at its end, the rest after the last test, unless that was done.
 */
export function describeOnBothDatabases(name: string, body: (open: () => Promise<TestStore>) => void): void {
  describeOn(["pglite", "postgres"], name, body);
}

/** The same for what hardly depends on the database: in `npm test` on PGlite alone, on both in `npm run test:all`. */
export function describeOnBothDatabasesInTime(name: string, body: (open: () => Promise<TestStore>) => void): void {
  describeOn(inject("everything") ? ["pglite", "postgres"] : ["pglite"], name, body);
}

function describeOn(kinds: readonly Store["kind"][], name: string, body: (open: () => Promise<TestStore>) => void): void {
  for (const kind of kinds) {
    describe(`${name} on ${kind === "pglite" ? "PGlite" : "PostgreSQL"}`, () => {
      const opened: TestStore[] = [];
      afterAll(async () => {
        await Promise.all(opened.map((store) => store.close()));
      });
      body(async () => {
        const store = await openTestStore(kind);
        try {
          onTestFinished(() => store.close());
        } catch {
          // Not in a test, but in a hook.
          opened.push(store);
        }
        return store;
      });
    });
  }
}

/** Opens a fresh, empty, migrated database. Tests change rows, never tables: when it is closed it is emptied, and used again. */
export async function openTestStore(kind: Store["kind"]): Promise<TestStore> {
  if (kind === "pglite") {
    const engine = idleEngines.pop() ?? (await reusableEngine());
    return { ...(await openStore({ engine }, { upToDate: true })), databaseUrl: undefined };
  }
  const database = idleDatabases.pop() ?? (await createDatabase());
  const databaseUrl = addressOf(database);
  const store = await openStore({ databaseUrl }, { upToDate: true });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await store.close();
    await emptyDatabase(databaseUrl);
    idleDatabases.push(database);
  };
  return { ...store, databaseUrl, close: () => (closing ??= close()) };
}

/** PGlites of this process that are open, empty and in nobody's use: starting another takes half a second. */
const idleEngines: Engine[] = [];

/** Databases of this process that are empty and in nobody's use: making and dropping one takes five times as long as emptying it. */
const idleDatabases: string[] = [];

/** A PGlite with empty tables, which is emptied and kept for the next test instead of being closed. */
async function reusableEngine(): Promise<Engine> {
  const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
  const reusable: Engine = {
    query: (text, parameters) => engine.query(text, parameters),
    async close() {
      await emptyAllTables(await openStore({ engine: { ...engine, close: () => Promise.resolve() } }, { upToDate: true }));
      await engine.query("discard all", []);
      idleEngines.push(reusable);
    },
  };
  return reusable;
}

async function createDatabase(): Promise<string> {
  const database = `test_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${database} template ${templateDatabase}`);
  return database;
}

/** Empties a database that is closed. Whoever has it open all the same, such as a program that a test killed, is sent away first. */
async function emptyDatabase(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);
    const { rows } = await client.query<{ tables: string }>(`select string_agg(quote_ident(tablename), ', ') as tables
      from pg_tables where schemaname = 'public' and tablename not like 'kysely_%'`);
    // The audit trail is kept from whoever would empty it.
    await client.query("set session_replication_role = replica");
    await client.query(`truncate ${rows[0]?.tables} restart identity`);
  });
}

/** Makes a database fresh again: much quicker than another one, for tests of very many small cases. */
export async function emptyAllTables({ db }: Store): Promise<void> {
  const { rows } = await sql<{ tablename: string }>`
    select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely_%'`.execute(db);
  await db.transaction().execute(async (trx) => {
    // The audit trail is kept from whoever would empty it.
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`truncate ${sql.join(rows.map(({ tablename }) => sql.id(tablename)))} restart identity`.execute(trx);
  });
}

/** How many connections to a PostgreSQL database wait for a lock: poll it to know that somebody has come as far as they can. */
export async function waitingForLocks(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(distinct pid) as n from pg_locks where not granted and pid in (
      select pid from pg_stat_activity where datname = current_database())`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Creates an empty database without any table on the test run's PostgreSQL and returns its address. Gone with the test run. */
export async function createEmptyDatabase(): Promise<string> {
  const database = `empty_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${database}`);
  return addressOf(database);
}

function addressOf(database: string): string {
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${database}`;
  return url.href;
}

function administer(statement: string): Promise<void> {
  return withClient(inject("postgresUrl"), async (client) => void (await client.query(statement)));
}

async function withClient(address: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
