import { sql, type Kysely, type Transaction } from "kysely";

import { StoreFailedError } from "./failures.ts";
import { randomId } from "./ids.ts";
import type { Database } from "./schema.ts";

/** How many parts an act may have: PostgreSQL keeps room for as many prepared transactions. */
export const mostParts = 64;

/**
 * An act on a database with a single connection, which writes much. Nobody else writes until it is over. What it writes it writes in parts,
 * each of which is prepared, as PostgreSQL calls it: written, and seen by nobody. Between two parts others read what was before the act.
 * With the last transaction all parts come in force: to whoever reads, and after a crash too.
 */
export interface ActInParts {
  /** The connection that the act keeps. */
  readonly db: Kysely<Database>;
  /** Lets others read. Not within a transaction. */
  readonly pause: () => Promise<void>;
  /** Writes a part. It has a connection and no more: it must not begin a transaction. */
  part(write: (db: Kysely<Database>) => Promise<void>): Promise<void>;
  /** Runs the last transaction. It is called once, and nothing after it. */
  finish<T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T>;
}

/** Runs an act in parts. When it throws, nothing of it is in force. */
export type InParts = <T>(work: (act: ActInParts) => Promise<T>) => Promise<T>;

/**
 * Runs an act in parts on a connection that is kept for it.
 *
 * @param pause lets others read
 */
export async function runInParts<T>(
  db: Kysely<Database>,
  pause: () => Promise<void>,
  work: (act: ActInParts) => Promise<T>,
): Promise<T> {
  const name = randomId(24);
  let prepared = 0;
  let decided = false;
  try {
    return await work({
      db,
      pause,
      async part(write) {
        await db.connection().execute(async (connection) => {
          await sql`begin`.execute(connection);
          try {
            await write(connection);
            await sql`prepare transaction ${sql.lit(`${name}:${prepared}`)}`.execute(connection);
            prepared++;
          } catch (error) {
            await sql`rollback`.execute(connection);
            throw error;
          }
        });
      },
      async finish(last) {
        const result = await db.transaction().execute(async (trx) => {
          const done = await last(trx);
          if (prepared > 0) await trx.insertInto("actsInParts").values({ name }).execute();
          return done;
        });
        decided = true;
        await bringInForce(db, name, prepared);
        return result;
      },
    });
  } catch (error) {
    // Of an act that is decided only a part is in force. Whoever starts next brings in force the rest; nobody may read until then.
    if (decided) throw new StoreFailedError("The embedded database failed while it carried out a change.", { cause: error });
    await takeBack(db, name, prepared);
    throw error;
  }
}

async function takeBack(db: Kysely<Database>, name: string, parts: number): Promise<void> {
  try {
    for (let part = 0; part < parts; part++) await sql`rollback prepared ${sql.lit(`${name}:${part}`)}`.execute(db);
  } catch (error) {
    // What is left holds its rows, and who asks for one of them has the only connection wait for ever. The next start takes it back.
    throw new StoreFailedError("The embedded database failed while it took back a change.", { cause: error });
  }
}

async function bringInForce(db: Kysely<Database>, name: string, parts: number): Promise<void> {
  for (let part = 0; part < parts; part++) await sql`commit prepared ${sql.lit(`${name}:${part}`)}`.execute(db);
  // Also what a crash left of acts that were in force by then.
  if (parts > 0) await db.deleteFrom("actsInParts").execute();
}

/** Ends what a crash left of acts in parts: those that were decided come in force as a whole, of all others nothing does. */
export async function settleParts(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ gid: string }>`select gid from pg_prepared_xacts order by gid`.execute(db);
  // What is prepared was prepared by a release that has the table.
  if (rows.length === 0) return;
  const decided = new Set((await db.selectFrom("actsInParts").select("name").execute()).map(({ name }) => name));
  for (const { gid } of rows) {
    const inForce = decided.has(gid.slice(0, gid.indexOf(":")));
    await sql`${sql.raw(inForce ? "commit" : "rollback")} prepared ${sql.lit(gid)}`.execute(db);
  }
  await db.deleteFrom("actsInParts").execute();
}
