import { sql, type Kysely, type Transaction } from "kysely";

import type { AuditEntry } from "#domain/audit/record.ts";

import { serverActor, type Trail } from "#server/audit/trail.ts";
import type { Database } from "#server/store/schema.ts";
import { sessionIdleTimeout } from "./sessions.ts";

/** How often each process purges, in ms: LogScale lets expired tokens stay listed for up to five minutes. */
export const purgeInterval = 60_000;

/** Tokens, or sessions, that one sweep deletes at most, and one record names. */
const mostAtOnce = 10_000;

/**
 * Deletes expired tokens, sessions and sign-in codes, and returns how many tokens went. Any number of processes may do so at once: each
 * skips rows that a transaction holds. A sweep that deletes tokens or sessions leaves a record with their ids.
 */
export async function purgeExpired(db: Kysely<Database>, now: number, trail: Trail): Promise<number> {
  const purged = await sweepAll(() => sweepTokens(db, now, trail));
  await sweepAll(() => sweepSessions(db, now, trail));
  await sql`
    delete from sign_in_codes where hash in (
      select hash from sign_in_codes where expires_at <= ${now} order by hash for update skip locked)`.execute(db);
  return purged;
}

async function sweepAll(sweep: () => Promise<number>): Promise<number> {
  for (let purged = 0; ;) {
    const deleted = await sweep();
    purged += deleted;
    if (deleted < mostAtOnce) return purged;
  }
}

function sweepTokens(db: Kysely<Database>, now: number, trail: Trail): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string }>`
      delete from tokens where id in (
        select id from tokens where expire_at <= ${now} order by id limit ${mostAtOnce} for update skip locked) returning id`.execute(
      trx,
    );
    const deleted = rows.map(({ id }) => id);
    const details = { deleted, count: deleted.length };
    return record(trx, trail, now, deleted.length, { type: "tokenhouse.tokens.purge", action: "purge", target: null, details });
  });
}

function sweepSessions(db: Kysely<Database>, now: number, trail: Trail): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string }>`
      delete from sessions where id_hash in (
        select id_hash from sessions where expires_at <= ${now} or last_seen_at <= ${now - sessionIdleTimeout}
        order by id_hash limit ${mostAtOnce} for update skip locked) returning id`.execute(trx);
    const sessions = rows.map(({ id }) => id);
    const details = { sessions, count: sessions.length };
    return record(trx, trail, now, sessions.length, {
      type: "tokenhouse.sessions.purge",
      action: "purge",
      target: null,
      details,
    });
  });
}

/** Records a sweep that found something; gives how much. */
async function record(trx: Transaction<Database>, trail: Trail, now: number, count: number, entry: AuditEntry): Promise<number> {
  if (count > 0) await trail.append(trx, entry, { at: now, actor: serverActor, operation: "purge" });
  return count;
}
