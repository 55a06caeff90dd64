import { sql, type Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";
import { sessionIdleTimeout } from "./sessions.ts";

/** How often each process purges, in ms: LogScale lets expired tokens stay listed for up to five minutes. */
export const purgeInterval = 60_000;

/**
 * Deletes expired tokens, sessions and sign-in codes, and returns how many tokens went. Any number of processes may do so at once: each
 * skips rows that a transaction holds.
 */
export async function purgeExpired(db: Kysely<Database>, now: number): Promise<number> {
  const tokens = await sql`
    delete from tokens where id in (select id from tokens where expire_at <= ${now} order by id for update skip locked)`.execute(
    db,
  );
  await sql`
    delete from sessions where id_hash in (
      select id_hash from sessions where expires_at <= ${now} or last_seen_at <= ${now - sessionIdleTimeout}
      order by id_hash for update skip locked)`.execute(db);
  await sql`
    delete from sign_in_codes where hash in (
      select hash from sign_in_codes where expires_at <= ${now} order by hash for update skip locked)`.execute(db);
  return Number(tokens.numAffectedRows ?? 0);
}
