import { sql, type Kysely } from "kysely";

import { serverActor, type Trail } from "#server/audit/trail.ts";
import type { Database } from "#server/store/schema.ts";
import { sessionIdleTimeout } from "./sessions.ts";

/** How often each process purges, in ms: LogScale lets expired tokens stay listed for up to five minutes. */
export const purgeInterval = 60_000;

/** Tokens that one sweep deletes at most, and one record names. */
const mostAtOnce = 10_000;

/**
 * Deletes expired tokens, sessions and sign-in codes, and returns how many tokens went. Any number of processes may do so at once: each
 * skips rows that a transaction holds. A sweep that deletes tokens leaves a record with their ids.
 */
export async function purgeExpired(db: Kysely<Database>, now: number, trail: Trail): Promise<number> {
  let purged = 0;
  for (;;) {
    const deleted = await sweepTokens(db, now, trail);
    purged += deleted;
    if (deleted < mostAtOnce) break;
  }
  await sql`
    delete from sessions where id_hash in (
      select id_hash from sessions where expires_at <= ${now} or last_seen_at <= ${now - sessionIdleTimeout}
      order by id_hash for update skip locked)`.execute(db);
  await sql`
    delete from sign_in_codes where hash in (
      select hash from sign_in_codes where expires_at <= ${now} order by hash for update skip locked)`.execute(db);
  return purged;
}

function sweepTokens(db: Kysely<Database>, now: number, trail: Trail): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string }>`
      delete from tokens where id in (
        select id from tokens where expire_at <= ${now} order by id limit ${mostAtOnce} for update skip locked) returning id`.execute(
      trx,
    );
    if (rows.length === 0) return 0;
    const deleted = rows.map(({ id }) => id);
    const entry = {
      type: "tokenhouse.tokens.purge",
      action: "purge",
      target: null,
      details: { deleted, count: deleted.length },
    } as const;
    await trail.append(trx, entry, { at: now, actor: serverActor, operation: "purge" });
    return deleted.length;
  });
}
