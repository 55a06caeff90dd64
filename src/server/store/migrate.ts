import { Migrator, sql, type Kysely } from "kysely";

import { StartError } from "#server/startError.ts";
import { tokenhouseVersion } from "#server/version.ts";
import { migrationLock } from "./locks.ts";
import { migrationProvider } from "./migrations.ts";
import { ensureNameIndex, type NameIndexTrouble } from "./nameIndex.ts";
import type { Database } from "./schema.ts";

/**
 * Brings the tables up to date. Safe to call from several processes at once, on an empty database too: the others wait, and then
 * find nothing left to do. Throws what the first failing migration threw; none of the pending ones is then in force. Gives why names
 * have no index, where the database lets nobody make it.
 *
 * @throws StartError when a newer release has changed the tables
 */
export async function migrate(db: Kysely<Database>): Promise<NameIndexTrouble> {
  return db.connection().execute(async (connection) => {
    // Of the session, not of a transaction, since the Migrator makes its own. It has a lock as well, but creates its two tables before it.
    await sql`select pg_advisory_lock(${sql.lit(migrationLock)})`.execute(connection);
    try {
      await refuseNewer(connection);
      const { error } = await new Migrator({ db: connection, provider: migrationProvider }).migrateToLatest();
      if (error !== undefined) throw error;
      return await ensureNameIndex(connection);
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(migrationLock)})`.execute(connection);
    }
  });
}

/**
 * A release knows its own tables and those of older ones. What it does not know it might damage, or leave out of a backup.
 *
 * @throws StartError
 */
export async function refuseNewer(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass('kysely_migration') is not null as found`.execute(db);
  if (rows[0]?.found !== true) return;
  const known = Object.keys(await migrationProvider.getMigrations());
  const done = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const unknown = done.rows.map(({ name }) => name).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new StartError(
    `The database was last used by a newer release of Tokenhouse than this one, ${tokenhouseVersion}, which does not know its tables (${unknown.join(", ")}). Start the newer release, or give this one a database or a data folder of its own.`,
    { lasting: true },
  );
}
