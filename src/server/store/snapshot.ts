import type { Kysely, Transaction } from "kysely";

import type { Database } from "./schema.ts";

/** Runs several reads on one state of the database. Nothing can be written there. */
export function inSnapshot<T>(db: Kysely<Database>, read: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute(read);
}
