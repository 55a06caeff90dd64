import { sql, type Kysely } from "kysely";

import { tryLockAudit } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";
import { anchorMac } from "./chain.ts";
import { serverActor, type Trail } from "./trail.ts";

/**
 * Deletes the records that were chained before an instant (ms since epoch), and keeps where the chain was cut, so that the rest of it still
 * hangs on something. That it did is a record of its own. Gives how many records went; undefined where another process is at it.
 */
export function cutAudit(
  db: Kysely<Database>,
  vault: Vault,
  trail: Trail,
  before: number,
  now: number,
): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    if (!(await tryLockAudit(trx))) return undefined;
    // Up to the first that is not old enough: under a clock that went back a later one may look older.
    const young = await trx
      .selectFrom("auditSeals")
      .select("number")
      .where("sealedAt", ">=", before)
      .orderBy("number")
      .limit(1)
      .executeTakeFirst();
    const last = await trx
      .selectFrom("auditSeals")
      .select(["number", "lastPosition", "mac"])
      .$if(young !== undefined, (query) => query.where("number", "<", young?.number ?? 0))
      .orderBy("number", "desc")
      .limit(1)
      .executeTakeFirst();
    if (last === undefined) return 0;
    await sql`select set_config('tokenhouse.audit_retention', 'on', true)`.execute(trx);
    const deleted = await trx.deleteFrom("auditRecords").where("position", "<=", last.lastPosition).executeTakeFirst();
    await trx.deleteFrom("auditSeals").where("number", "<=", last.number).execute();
    const anchor = {
      seal: last.number,
      lastPosition: last.lastPosition,
      sealMac: last.mac,
      cutAt: now,
      mac: anchorMac(vault, last, now),
    };
    await trx
      .insertInto("auditAnchor")
      .values({ id: 1, ...anchor })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(anchor))
      .execute();
    const count = Number(deleted.numDeletedRows);
    const entry = {
      type: "tokenhouse.audit.retention",
      action: "purge",
      target: { kind: "audit", id: "audit", name: null },
      details: { count, before: new Date(before).toISOString() },
    } as const;
    await trail.append(trx, entry, { at: now, actor: serverActor, operation: "retention" });
    return count;
  });
}
