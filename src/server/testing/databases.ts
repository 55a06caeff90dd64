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

/** A store on a database of its own, which is removed when it is closed. */
export interface TestStore extends Store {
  /** Where others may open the same database; undefined for PGlite, which only this process has. */
  readonly databaseUrl: string | undefined;
}

/**
 * Describes what must hold on PGlite and on PostgreSQL alike. `open` gives a fresh, empty, migrated database at each call; it may
 * be called in tests and in hooks. What is opened in a test is closed at its end, the rest after the last test, unless that was done.
 */
export function describeOnBothDatabases(name: string, body: (open: () => Promise<TestStore>) => void): void {
  for (const kind of ["pglite", "postgres"] as const) {
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

/** Opens a fresh, empty, migrated database, which goes when it is closed. Tests change rows, never tables: what PGlite holds is emptied and used again. */
export async function openTestStore(kind: Store["kind"]): Promise<TestStore> {
  if (kind === "pglite")
    return { ...(await openStore({ engine: idle.pop() ?? (await reusableEngine()) })), databaseUrl: undefined };
  const database = `test_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${database} template ${templateDatabase}`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${database}`;
  const store = await openStore({ databaseUrl: url.href });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await store.close();
    await administer(`drop database ${database} with (force)`);
  };
  return { ...store, databaseUrl: url.href, close: () => (closing ??= close()) };
}

/** PGlites of this test file that are open, empty and in nobody's use: starting another takes half a second. */
const idle: Engine[] = [];

/** A PGlite with empty tables, which is emptied and kept for the next test instead of being closed. */
async function reusableEngine(): Promise<Engine> {
  const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
  const reusable: Engine = {
    query: (text, parameters) => engine.query(text, parameters),
    async close() {
      await emptyAllTables(await openStore({ engine: { ...engine, close: () => Promise.resolve() } }));
      await engine.query("discard all", []);
      idle.push(reusable);
    },
  };
  return reusable;
}

/** Makes a database fresh again: much quicker than another one, for tests of very many small cases. */
export async function emptyAllTables({ db }: Store): Promise<void> {
  const { rows } = await sql<{ tablename: string }>`
    select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely_%'`.execute(db);
  await sql`truncate ${sql.join(rows.map(({ tablename }) => sql.id(tablename)))}`.execute(db);
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
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
