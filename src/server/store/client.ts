import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { CamelCasePlugin, Kysely, PostgresDialect, sql, type LogConfig, type PostgresPool } from "kysely";

import { dataFolderError, makeDataFolder } from "#server/dataFolder.ts";
import { storageTrouble, StoreUnreachableError, type StoreFailedError } from "./failures.ts";
import { lockFolder } from "./folderLock.ts";
import { migrate } from "./migrate.ts";
import { runInParts, settleParts, type InParts } from "./parts.ts";
import { openPglite } from "./pglite.ts";
import { openDatabaseFolder } from "./pgliteFolder.ts";
import { openPgliteThread } from "./pgliteThread.ts";
import { SingleConnectionPool, type ConnectionLoad, type Engine } from "./pool.ts";
import { postgresPool, postgresTrouble } from "./postgres.ts";
import { readingPool, type ReadMeter } from "./reading.ts";
import type { Database } from "./schema.ts";
import { inSnapshot, readInSteps, type InSteps } from "./snapshot.ts";

/** An open, migrated database. */
export interface Store {
  readonly db: Kysely<Database>;
  readonly kind: "pglite" | "postgres";
  /** The same database for one reader, all of whose statements go one after the other and are counted by `meter`. */
  readonly reading: (meter: ReadMeter) => Kysely<Database>;
  /** How an act that writes much lets others read meanwhile; undefined where they have connections of their own. */
  readonly inParts: InParts | undefined;
  /** How whoever reads much lets others read meanwhile. */
  readonly inSteps: InSteps;
  /**
   * A number that stays the same for as long as a look-up gives what it gave before; undefined where others may change the database. See
   * {@link SingleConnectionPool.asked}.
   */
  readonly asked: (() => number) | undefined;
  readonly load: () => ConnectionLoad;
  /** Throws when the database does not answer. After a statement failed because of the disk, throws until the disk can be written again. */
  readonly ping: () => Promise<void>;
  /**
   * Removes dead rows and updates the planner's statistics. PostgreSQL does so by itself, PGlite does not: without statistics a page of a
   * long list costs twice as much. On PGlite, other statements wait for less than a second.
   */
  readonly maintain: () => Promise<void>;
  /**
   * Brings what its log holds into the database's files where the log has grown long, so that its room is used again. PostgreSQL does so by
   * itself, PGlite never while it runs: its log would fill the disk. On PGlite, other statements wait for about a second.
   */
  readonly keepLogShort: () => Promise<void>;
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
  | { readonly memory: true }
  /** A PGlite that the caller has started. It is closed with the store. */
  | { readonly engine: Engine };

/** What a caller may decide. */
export interface StoreOptions {
  /**
   * Told when the embedded database dies while it is open: the process can do nothing useful any more. By default the error is
   * thrown outside any call, which ends the process with a stack trace.
   */
  readonly onFailure?: (error: StoreFailedError) => void;
  /** Told before an embedded database is made where there is none yet, which takes some seconds. */
  readonly onCreate?: () => void;
  /** Told why a search of names has no index, where PostgreSQL lets nobody make it. By default nobody is told. */
  readonly onNoNameIndex?: (reason: string) => void;
  /** How many connections to PostgreSQL may be open at once; {@link usualConnections} by default. */
  readonly connections?: number;
  /** Whether the tables are known to be up to date, as those of a copy are. Otherwise they are looked at and brought up to date. */
  readonly upToDate?: boolean;
}

/**
 * How many connections to PostgreSQL may be open at once: more than mutations that run at once. While a policy is applied, which may take
 * minutes, each of these waits on a connection of its own, and others go on reading.
 */
export const usualConnections = 20;

/** How many bytes of PGlite's log are kept before they are brought into its files. A start after a crash reads as many. */
const longestLog = 67_108_864;

/**
 * Opens the store and brings its tables up to date. Several processes may open the same PostgreSQL database at once, empty or not.
 *
 * @throws StoreInUseError when another process has the data folder
 * @throws StartError when the data folder or the PostgreSQL database cannot be used
 */
export async function openStore(location: StoreLocation, options: StoreOptions = {}): Promise<Store> {
  const store = await connect(location, options);
  let connected = false;
  try {
    await store.ping();
    connected = true;
    if (store.kind === "pglite") await settleParts(store.db);
    if (options.upToDate !== true) {
      const trouble = await migrate(store.db);
      if (trouble !== undefined) options.onNoNameIndex?.(trouble);
    }
  } catch (error) {
    await store.close();
    throw "databaseUrl" in location ? postgresTrouble(error, location.databaseUrl, connected) : error;
  }
  return store;
}

async function connect(location: StoreLocation, options: StoreOptions): Promise<Store> {
  if ("databaseUrl" in location) return postgresStore(location.databaseUrl, options.connections ?? usualConnections);
  if ("dataDir" in location) return folderStore(location.dataDir, options);
  if ("engine" in location) return makeStore("pglite", new SingleConnectionPool(location.engine));
  return makeStore("pglite", new SingleConnectionPool(await openPglite({})));
}

/** A migrated, empty database in memory as an archive, from which others start much sooner than from nothing. For tests. */
export async function dumpMemory(): Promise<Blob> {
  const engine = await openPglite({});
  const store = makeStore("pglite", new SingleConnectionPool(engine));
  try {
    await migrate(store.db);
    return await engine.dump();
  } finally {
    await store.close();
  }
}

function makeStore(
  kind: Store["kind"],
  pool: PostgresPool & { readonly load: () => ConnectionLoad },
  afterwards?: () => void,
): Store {
  const plugins = [new CamelCasePlugin()];
  let troubled = false;
  const log: LogConfig = (event) => {
    // Who waited in vain for the connection says nothing of the disk.
    const failed = event.level === "error" && !(event.error instanceof StoreUnreachableError);
    if (failed && storageTrouble(event.error) !== undefined) troubled = true;
  };
  const open = (from: PostgresPool) => new Kysely<Database>({ dialect: new PostgresDialect({ pool: from }), plugins, log });
  const db = open(pool);
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
    load: () => pool.load(),
    asked: pool instanceof SingleConnectionPool ? () => pool.asked : undefined,
    reading: (meter) => open(readingPool(pool, meter)),
    inParts:
      pool instanceof SingleConnectionPool
        ? (work) => pool.keep((kept) => runInParts(open(kept.pool), kept.letOthersRead, work))
        : undefined,
    inSteps:
      pool instanceof SingleConnectionPool
        ? (work) => pool.keepToRead((kept) => readInSteps(open(kept.pool), kept.letOthersRead, work))
        : (work) => inSnapshot(db, (trx) => work((read) => read(trx))),
    async ping() {
      if (!troubled) return void (await sql`select 1`.execute(db));
      await tryToWrite(db);
      troubled = false;
    },
    async maintain() {
      if (kind === "pglite") await sql`vacuum (analyze)`.execute(db);
    },
    async keepLogShort() {
      if (kind !== "pglite") return;
      const { rows } = await sql<{ length: number }>`
        select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint as length from pg_control_checkpoint()`.execute(db);
      if ((rows[0]?.length ?? 0) > longestLog) await sql`checkpoint`.execute(db);
    },
    close: () => (closing ??= close()),
  };
}

/** Writes some pages to the database's disk, for which it must have room, and leaves nothing behind. */
async function tryToWrite(db: Kysely<Database>): Promise<void> {
  await sql`
    create temporary table writable on commit drop as
      select md5(number::text) as filling from generate_series(1, 10000) as number`.execute(db);
}

async function folderStore(dataDir: string, { onFailure = throwOutside, onCreate }: StoreOptions): Promise<Store> {
  makeDataFolder(dataDir);
  const folder = join(dataDir, "database");
  const lock = await lockFolder(folder).catch((error: unknown) => {
    throw dataFolderError(dataDir, error);
  });
  try {
    if (existsSync(folder)) checkAccess(folder);
    if (!existsSync(join(folder, "PG_VERSION"))) onCreate?.();
    const worker = builtWorker();
    const engine = await openDatabaseFolder<Engine>(folder, () =>
      worker === undefined ? openPglite({ folder }) : openPgliteThread(worker, folder, onFailure),
    );
    return makeStore("pglite", new SingleConnectionPool(engine, onFailure), () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function checkAccess(folder: string): void {
  try {
    readdirSync(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw dataFolderError(folder, error);
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
  return makeStore("postgres", postgresPool(databaseUrl, connections));
}
