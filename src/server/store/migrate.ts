import { Migrator, sql, type Kysely } from "kysely";

import { migrationLock } from "./locks.ts";
import { migrationProvider } from "./migrations.ts";
import type { Database } from "./schema.ts";

/**
 * Brings the tables up to date. Safe to call from several processes at once, on an empty database too: the others wait, and then
 * find nothing left to do. Throws what the first failing migration threw; none of the pending ones is then in force.
 */
export async function migrate(db: Kysely<Database>): Promise<void> {
  await db.connection().execute(async (connection) => {
    // Of the session, not of a transaction, since the Migrator makes its own. It has a lock as well, but creates its two tables before it.
    await sql`select pg_advisory_lock(${sql.lit(migrationLock)})`.execute(connection);
    try {
      const { error } = await new Migrator({ db: connection, provider: migrationProvider }).migrateToLatest();
      if (error !== undefined) throw error;
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(migrationLock)})`.execute(connection);
    }
  });
}
