import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { sql, type Kysely } from "kysely";

import type { AuditEntry } from "#domain/audit/record.ts";
import type { ChainReport } from "#logscale/audit.ts";

import { serverActor, type Trail } from "#server/audit/trail.ts";
import { verifyAudit } from "#server/audit/verify.ts";
import { makeDataFolder } from "#server/dataFolder.ts";
import { StartError } from "#server/startError.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { lockFolder } from "#server/store/folderLock.ts";
import { migrationLock } from "#server/store/locks.ts";
import { openPglite } from "#server/store/pglite.ts";
import { restoringFolder } from "#server/store/pgliteFolder.ts";
import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";
import { followTrail, type Afterwards } from "./afterwards.ts";
import type { BackupPart } from "./format.ts";
import { loadBackup, type Loaded } from "./load.ts";
import { syncFolder } from "./output.ts";
import { undoneBySignal } from "./undone.ts";

/** Tokens that one record names. */
const mostNamed = 10_000;

export interface BackupToRestore {
  /** The backup, which is loaded only where it is whole. */
  readonly parts: AsyncIterable<BackupPart>;
  /** Of the backup's installation key. */
  readonly vault: Vault;
  readonly trail: Trail;
  /** Ms since epoch. */
  readonly now: number;
  /** Whether who was signed in stays so. */
  readonly keepSessions: boolean;
  /** The audit trail of what happened later, in lines; undefined: nobody knows. */
  readonly since: { readonly lines: AsyncIterable<string>; readonly revive: boolean } | undefined;
}

export interface Restored extends Loaded {
  readonly afterwards: Afterwards | undefined;
  /** Whether the chain of the trail holds, as the backup has it. */
  readonly chain: ChainReport;
}

/**
 * Makes the database of a data folder of a backup. It is made beside its place and put there when it is whole. A start that finds one that
 * never got there refuses; another restore begins anew.
 *
 * @param work fills the database
 * @throws StartError where the folder has a database
 */
export async function restoreToFolder<T>(dataDir: string, work: (store: Store) => Promise<T>): Promise<T> {
  makeDataFolder(dataDir);
  const folder = join(dataDir, "database");
  const lock = await lockFolder(folder);
  try {
    refuseUsedFolder(dataDir);
    const draft = restoringFolder(folder);
    const clear = () => rmSync(draft, { recursive: true, force: true });
    clear();
    try {
      const fill = async () => {
        const store = await openStore({ engine: await openPglite({ folder: draft }) }, { upToDate: true });
        try {
          return await work(store);
        } finally {
          await store.close();
        }
      };
      const leave = () => {
        clear();
        lock.release();
      };
      const result = await undoneBySignal(leave, fill);
      // A database that a start was cut off in the making of.
      rmSync(folder, { recursive: true, force: true });
      rmSync(`${folder}.making`, { force: true });
      renameSync(draft, folder);
      await syncFolder(dataDir);
      return result;
    } catch (error) {
      clear();
      throw error;
    }
  } finally {
    lock.release();
  }
}

/** Throws StartError where a data folder has a database. */
export function refuseUsedFolder(dataDir: string): void {
  const folder = join(dataDir, "database");
  if (existsSync(`${folder}.making`) || !existsSync(folder) || readdirSync(folder).length === 0) return;
  throw new StartError(
    `The data folder ${dataDir} has a database, which a restore does not write over. Name an empty folder with --data-dir, or stop the server and move ${folder} away.`,
    { lasting: true },
  );
}

/** Throws StartError where a PostgreSQL database has anything in it. */
async function refuseUsedDatabase(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ name: string; database: string }>`
    select class.relname as name, current_database() as database from pg_class as class
    where class.relnamespace = current_schema()::regnamespace and class.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and not exists (select from pg_depend where objid = class.oid and deptype = 'e')
    order by class.relname limit 4`.execute(db);
  const [first] = rows;
  if (first === undefined) return;
  const names = rows.slice(0, 3).map(({ name }) => name);
  throw new StartError(
    `The database ${first.database} is not empty (${names.join(", ")}${rows.length > 3 ? ", …" : ""}), and a restore does not write over anything. CREATE DATABASE makes another one to name in DATABASE_URL.`,
    { lasting: true },
  );
}

/**
 * Restores a backup into an empty database, in one transaction: until its end nobody sees anything of it, and a restore that is killed leaves
 * nothing. Servers that start on the database meanwhile wait.
 *
 * @throws StartError where the database is not empty
 * @throws BackupError where the backup is not whole
 */
export function restoreInto(store: Store, options: BackupToRestore): Promise<Restored> {
  return store.db.connection().execute(async (db) => {
    await sql`select pg_advisory_lock(${sql.lit(migrationLock)})`.execute(db);
    try {
      await sql`begin`.execute(db);
      try {
        await refuseUsedDatabase(db);
        const restored = await restoreWithin(db, options);
        await sql`commit`.execute(db);
        return restored;
      } catch (error) {
        // Where the connection broke, the database rolls back by itself.
        await sql`rollback`.execute(db).catch(() => undefined);
        throw error;
      }
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(migrationLock)})`.execute(db).catch(() => undefined);
    }
  });
}

async function restoreWithin(
  db: Kysely<Database>,
  { parts, vault, trail, now, keepSessions, since }: BackupToRestore,
): Promise<Restored> {
  const loaded = await loadBackup(db, parts, { keepSessions });
  const chain = await verifyAudit(db, vault, undefined);
  const afterwards = since && (await followTrail(db, since.lines, { remove: !since.revive }));
  const circumstances = { at: now, actor: serverActor, operation: "tokenhouse restore" };
  const removed = since?.revive === false ? (afterwards?.revived ?? []).map(({ id }) => id) : [];
  for (const entry of recordsOf(loaded, removed)) await trail.append(db, entry, circumstances);
  return { ...loaded, afterwards, chain };
}

/** What the trail says of a restore. */
function* recordsOf({ end, sessions }: Loaded, removed: readonly string[]): Generator<AuditEntry, void, void> {
  const moment = new Date(end.moment).toISOString();
  for (let from = 0; from === 0 || from < removed.length; from += mostNamed) {
    const deleted = removed.slice(from, from + mostNamed);
    yield {
      type: "tokenhouse.backup.restore",
      action: "restore",
      target: null,
      details: { moment, digest: end.digest, deleted, count: deleted.length },
    };
  }
  if (sessions.count === 0) return;
  yield {
    type: "tokenhouse.sessions.revoke",
    action: "delete",
    target: null,
    details: { which: "Restore", sessions: sessions.ids, count: sessions.count },
  };
}
