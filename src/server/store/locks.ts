import { CompiledQuery, sql, type Transaction } from "kysely";

import { shared } from "./groupCommit.ts";
import type { Database } from "./schema.ts";
import { later, once, prepared } from "./statementClient.ts";

/**
 * Keys of the advisory locks. They are numbers of our own choosing, shared by all processes on one database, and must never change
 * while two releases may run side by side.
 */
const tokensLock = 7_265_001;

/** Key of the lock for writing ingest counts. One process writes at a time, so none can deadlock. */
export const ingestLock = 7_265_003;

/** Key of the lock for writing what is kept about findings: one change at a time is held against what is there, and counted. */
const notesLock = 7_265_004;

/** Key of the lock for finding notices that are due: one process at a time looks for them. */
const noticesLock = 7_265_005;

/** Key of the lock for chaining the audit trail and cutting it: one process at a time does. */
const auditLock = 7_265_006;

/** Key of the lock under which the tables are brought up to date. */
export const migrationLock = 7_265_002;

/**
 * Every transaction that creates, rotates or changes tokens, or what binds them, calls this first. Many may hold it at once, but none while
 * a policy is being applied. Read the policies after it, in the same transaction.
 */
export async function lockTokensShared(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${sql.lit(tokensLock)})`.execute(trx);
}

/**
 * A transaction that applies a policy calls this first. It waits for running writers and keeps new ones out until it ends, so no change
 * slips in between the plan and its application.
 */
export async function lockTokensExclusive(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(tokensLock)})`.execute(trx);
}

/**
 * The same locks, asked for together with the transaction's next statement: it runs when the lock is granted, and nothing may be done
 * before it has given its result.
 */
export async function lockTokensWithNext(trx: Transaction<Database>, mode: "shared" | "exclusive"): Promise<void> {
  await trx.executeQuery(mode === "shared" ? sharedWithNext : exclusiveWithNext);
}

// On a single connection the acts that share this lock share commits, too. Those that want it alone are long, and would hold up the others.
const sharedWithNext = CompiledQuery.raw(
  `select pg_advisory_xact_lock_shared(${tokensLock}) ${shared} ${once} ${prepared} ${later}`,
);
const exclusiveWithNext = CompiledQuery.raw(`select pg_advisory_xact_lock(${tokensLock}) ${prepared} ${later}`);

/** A transaction that changes what is kept about findings calls this before it locks anything else of its own. */
export async function lockNotes(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(notesLock)})`.execute(trx);
}

/** Tries to be the one transaction that looks for notices that are due; false where another is. */
export async function tryLockNotices(trx: Transaction<Database>): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(${sql.lit(noticesLock)}) as locked`.execute(
    trx,
  );
  return rows[0]?.locked ?? false;
}

/** Tries to be the one transaction that chains or cuts the audit trail; false where another is. */
export async function tryLockAudit(trx: Transaction<Database>): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(${sql.lit(auditLock)}) as locked`.execute(trx);
  return rows[0]?.locked ?? false;
}
