import type { Kysely, Transaction } from "kysely";

import type { Database } from "./schema.ts";

/** Runs several reads on one state of the database. Nothing can be written there. */
export function inSnapshot<T>(db: Kysely<Database>, read: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(read);
}

/** Runs the next step of a reading. Nothing can be written there. */
export type ReadStep = <T>(read: (trx: Transaction<Database>) => Promise<T>) => Promise<T>;

/**
 * Runs a reading in steps, all of which see one state of the database. Where there is a single connection, others that read have it between
 * two steps, and those that write wait for the end.
 */
export type InSteps = <T>(work: (step: ReadStep) => Promise<T>) => Promise<T>;

/**
 * Runs a reading in steps on a connection that is kept for it. Each step is a transaction of its own: that all see the same is up to
 * whoever keeps the connection and lets nobody write.
 *
 * @param pause lets others read
 */
export function readInSteps<T>(
  db: Kysely<Database>,
  pause: () => Promise<void>,
  work: (step: ReadStep) => Promise<T>,
): Promise<T> {
  let begun = false;
  return work(async (read) => {
    if (begun) await pause();
    begun = true;
    return inSnapshot(db, read);
  });
}
