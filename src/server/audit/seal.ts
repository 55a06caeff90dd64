import { sql, type Kysely, type Transaction } from "kysely";

import { tryLockAudit } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";
import { beginning, linkMac, sameMac, type Link } from "./chain.ts";

/** Records that one link covers at most. */
const mostRecords = 2000;

/**
 * Bytes of the records before the last that one link covers, at most. A change of a million tokens writes a hundred records of 700 kB, which
 * nobody should wait for, nor have in memory at once.
 */
const mostBytes = 1_000_000;

/** What sealing came to. */
export interface Sealed {
  /** The end of the chain. */
  readonly head: Link;
  /** How many records were chained just now. */
  readonly records: number;
  /** How many of them this server, or one with its key, did not write. */
  readonly foreign: number;
}

/**
 * Chains what was committed when it began and is not chained yet. Any number of processes may do so: one at a time does, the others pass. Whoever writes
 * records waits for none of it. Undefined where another process is at it.
 */
export async function sealAudit(db: Kysely<Database>, vault: Vault, now: number): Promise<Sealed | undefined> {
  let sealed: Sealed = { head: await readHead(db), records: 0, foreign: 0 };
  for (;;) {
    // Without a lock, since mostly there is nothing to do.
    const waiting = await db
      .selectFrom("auditRecords")
      .select("number")
      .where("position", "is", null)
      .limit(1)
      .executeTakeFirst();
    if (waiting === undefined) return sealed;
    const part = await sealPart(db, vault, now);
    if (part === undefined) return sealed.records > 0 ? sealed : undefined;
    sealed = { head: part.head, records: sealed.records + part.records, foreign: sealed.foreign + part.foreign };
    // What came meanwhile is chained the next time: while many write there is always some, and each time costs a commit.
    if (!part.more) return sealed;
  }
}

/** Chains the next records; says whether there were more. */
function sealPart(db: Kysely<Database>, vault: Vault, now: number): Promise<(Sealed & { readonly more: boolean }) | undefined> {
  return db.transaction().execute(async (trx) => {
    if (!(await tryLockAudit(trx))) return undefined;
    const before = await readHead(trx);
    const { rows } = await sql<{ number: number; record: string; mac: Uint8Array; waiting: number }>`
      select number, record, mac, waiting from (
        select number, record, mac, count(*) over () as waiting,
          sum(octet_length(record)) over (order by number) - octet_length(record) as bytes_before
        from (
          select number, record, mac from audit_records where position is null order by number limit ${mostRecords}
        ) as first
      ) as counted where bytes_before <= ${mostBytes} order by number`.execute(trx);
    if (rows.length === 0) return { head: before, records: 0, foreign: 0, more: false };
    const { waiting } = rows[0] ?? { waiting: 0 };
    const link = linkMac(vault, before, now);
    for (const { record } of rows) link.add(record);
    await sql`
      update audit_records as written set position = placed.position
      from unnest(
        ${rows.map(({ number }) => number)}::int8[],
        ${rows.map((_, index) => before.lastPosition + index + 1)}::int8[]
      ) as placed (number, position)
      where written.number = placed.number`.execute(trx);
    const head: Link = { number: before.number + 1, lastPosition: before.lastPosition + rows.length, mac: link.mac() };
    await trx
      .insertInto("auditSeals")
      .values({ number: head.number, sealedAt: now, lastPosition: head.lastPosition, mac: head.mac })
      .execute();
    const foreign = rows.filter(({ record, mac }) => !sameMac(vault.signAudit(record), mac)).length;
    return { head, records: rows.length, foreign, more: waiting === mostRecords || waiting > rows.length };
  });
}

/** The end of the chain: its last link, else where it was cut, else where it begins. */
export async function readHead(db: Kysely<Database> | Transaction<Database>): Promise<Link> {
  const last = await db
    .selectFrom("auditSeals")
    .select(["number", "lastPosition", "mac"])
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined) return last;
  const anchor = await db.selectFrom("auditAnchor").selectAll().executeTakeFirst();
  return anchor === undefined ? beginning : { number: anchor.seal, lastPosition: anchor.lastPosition, mac: anchor.sealMac };
}
