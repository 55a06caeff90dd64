import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { CamelCasePlugin, Kysely, PostgresDialect, sql, type PostgresPool } from "kysely";
import { Pool, TypeOverrides } from "pg";

import type { StoreFailedError } from "./failures.ts";
import { lockFolder } from "./folder-lock.ts";
import { parseInt8Array } from "./int8.ts";
import { migrate } from "./migrate.ts";
import { openPglite } from "./pglite.ts";
import { openPgliteThread } from "./pglite-thread.ts";
import { SingleConnectionPool, type Engine } from "./pool.ts";
import type { Database } from "./schema.ts";

/** An open, migrated database. */
export interface Store {
  readonly db: Kysely<Database>;
  readonly kind: "pglite" | "postgres";
  /** Throws when the database does not answer. */
  readonly ping: () => Promise<void>;
  /**
   * Clears away dead rows and brings the planner's statistics up to date, which PostgreSQL does by itself and PGlite does not: without
   * statistics a page of a long list costs twice as much. Holds up other statements on PGlite for less than a second.
   */
  readonly maintain: () => Promise<void>;
  /** Lets running work finish and closes the database. */
  readonly close: () => Promise<void>;
}

/**
 * Where the data is: in a folder (PGlite in `<dataDir>/database`, in a thread of its own in the built server), in a PostgreSQL
 * database, or in memory for as long as the process lives.
 */
export type StoreLocation =
  | { readonly dataDir: string }
  | { readonly databaseUrl: string }
  | {
      readonly memory: true;
      /** A dump made by `dumpMemory` to start from. */
      readonly template?: Blob;
    }
  /** A PGlite that the caller has started. It is closed with the store. */
  | { readonly engine: Engine };

/** What a caller may decide. */
export interface StoreOptions {
  /**
   * Told when the embedded database dies while it is open: the process can do nothing useful any more. By default the error is
   * thrown outside any call, which ends the process with a stack trace.
   */
  readonly onFailure?: (error: StoreFailedError) => void;
  /** How many connections to PostgreSQL may be open at once; 10 by default. */
  readonly connections?: number;
}

/**
 * Opens the store and brings its tables up to date. Several processes may open the same PostgreSQL database at once, empty or not.
 * Throws StoreInUseError when another process has the data folder.
 */
export async function openStore(location: StoreLocation, options: StoreOptions = {}): Promise<Store> {
  const store = await connect(location, options);
  try {
    await migrate(store.db);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

async function connect(location: StoreLocation, options: StoreOptions): Promise<Store> {
  if ("databaseUrl" in location) return postgresStore(location.databaseUrl, options.connections ?? 10);
  if ("dataDir" in location) return folderStore(location.dataDir, options.onFailure ?? throwOutside);
  if ("engine" in location) return makeStore("pglite", new SingleConnectionPool(location.engine));
  const engine = await openPglite(location.template === undefined ? {} : { template: location.template });
  return makeStore("pglite", new SingleConnectionPool(engine));
}

/**
 * A migrated database in memory as an archive, from which others start much sooner than from nothing. For tests. `fill` puts in what
 * they are to start with.
 */
export async function dumpMemory(fill: (db: Kysely<Database>) => Promise<unknown> = async () => undefined): Promise<Blob> {
  const engine = await openPglite({});
  const store = makeStore("pglite", new SingleConnectionPool(engine));
  try {
    await migrate(store.db);
    await fill(store.db);
    return await engine.dump();
  } finally {
    await store.close();
  }
}

function makeStore(kind: Store["kind"], pool: PostgresPool, afterwards?: () => void): Store {
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
  let closing: Promise<void> | undefined;
  const close = async () => {
    try {
      await db.destroy();
      // Does nothing after the former, but Kysely leaves alone a pool that it never used.
      await pool.end();
    } finally {
      afterwards?.();
    }
  };
  return {
    db,
    kind,
    async ping() {
      await sql`select 1`.execute(db);
    },
    async maintain() {
      if (kind === "pglite") await sql`vacuum (analyze)`.execute(db);
    },
    close: () => (closing ??= close()),
  };
}

async function folderStore(dataDir: string, onFailure: (error: StoreFailedError) => void): Promise<Store> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const folder = join(dataDir, "database");
  const lock = await lockFolder(folder);
  try {
    const worker = builtWorker();
    const engine = worker === undefined ? await openPglite({ folder }) : await openPgliteThread(worker, folder, onFailure);
    return makeStore("pglite", new SingleConnectionPool(engine), () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The built file of the database's thread: beside this module, or one folder up where the build puts shared parts into one of
 * their own. There is none when the server runs from its TypeScript source, which a thread cannot load on Node 20.
 */
function builtWorker(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  return [here, dirname(here)].map((folder) => join(folder, "pglite-worker.js")).find((file) => existsSync(file));
}

function throwOutside(error: StoreFailedError): void {
  setImmediate(() => {
    throw error;
  });
}

function postgresStore(databaseUrl: string, connections: number): Store {
  // The same JS values as PGlite gives: numbers for int8, plain bytes instead of a Buffer.
  const types = new TypeOverrides();
  types.setTypeParser(20, Number);
  types.setTypeParser(1016, parseInt8Array);
  types.setTypeParser(17, (text: string) => Uint8Array.from(Buffer.from(text.slice(2), "hex")));
  const pool = new Pool({
    connectionString: databaseUrl,
    max: connections,
    types,
    connectionTimeoutMillis: 60_000,
    application_name: "tokenhouse",
  });
  // A connection that breaks is dropped, its statement fails, and the next one opens another: there is nothing more to do. Unheard,
  // the events would end the process. The first is for connections that wait in the pool, the second for those in use.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  let ended: Promise<void> | undefined;
  return makeStore("postgres", {
    connect: () => pool.connect(),
    end: () => (ended ??= pool.end()),
  });
}
