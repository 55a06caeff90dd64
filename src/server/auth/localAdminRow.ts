import { sql, type Kysely } from "kysely";

import { serverActor, type Trail } from "#server/audit/trail.ts";
import type { Database } from "#server/store/schema.ts";

/**
 * Notes which local administrator's credential a server has. Where it is another than at the server's last start, the former one was
 * replaced: all sessions and links that hang on it end, in every process, and the sessions are on record.
 *
 * @param instance tells the servers on one database from each other
 */
export async function registerLocalAdmin(
  db: Kysely<Database>,
  instance: string,
  secretHash: Uint8Array,
  trail: Trail,
  now: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const former = await trx
      .selectFrom("localAdministrators")
      .select("secretHash")
      .where("instance", "=", instance)
      .where("secretHash", "<>", secretHash)
      .forUpdate()
      .executeTakeFirst();
    await trx
      .insertInto("localAdministrators")
      .values({ instance, secretHash })
      .onConflict((conflict) => conflict.column("instance").doUpdateSet({ secretHash }))
      .execute();
    if (former === undefined) return;
    const { rows } = await sql<{ id: string }>`
      delete from sessions
      where (link_token_id is null and link_secret_hash = ${former.secretHash})
        or (user_id is null and token_id is null and token_secret_hash = ${former.secretHash})
      returning id`.execute(trx);
    await sql`
      delete from sign_in_codes where link_token_id is null and link_secret_hash = ${former.secretHash}`.execute(trx);
    if (rows.length === 0) return;
    const entry = {
      type: "tokenhouse.sessions.revoke",
      action: "delete",
      target: null,
      details: { which: "LocalAdministrator", sessions: rows.map(({ id }) => id), count: rows.length },
    } as const;
    await trail.append(trx, entry, { at: now, actor: serverActor, operation: "localAdministrator" });
  });
}
