import { sql, type Kysely } from "kysely";

import { indexOfRecord, type RecordIndex } from "#domain/audit/record.ts";
import type { ChainReport } from "#logscale/audit.ts";

import type { Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";
import { anchorMac, beginning, hex, linkMac, sameMac, type Link } from "./chain.ts";
import { recordsBetween, waitingRecords } from "./read.ts";
import { readHead } from "./seal.ts";

/** The end of the chain as it was written down outside the database. */
export interface KnownHead {
  readonly seal: number;
  readonly records: number;
  /** In hexadecimal. */
  readonly mac: string;
}

/** Why the end that should stand outside the database cannot be read. */
interface UnreadableHead {
  readonly fault: string;
}

/** What stands outside the database: the end of the chain, where there is one. */
export type OutsideHead = KnownHead | UnreadableHead | undefined;

/** Faults that are told one by one. */
export const mostFaults = 100;

/** Records that are read at once. */
const atOnce = 1000;

/** How often it is begun anew at most. */
const mostLooks = 5;

/**
 * Goes through the whole trail, as far as it was chained when this began, and says where it is not what this server wrote. Reads part by
 * part, so that a server goes on meanwhile. Where retention cuts the chain meanwhile, what went would seem to be missing: then it begins anew.
 *
 * @param outside the head outside the database; read before the database is
 */
export async function verifyAudit(db: Kysely<Database>, vault: Vault, outside: OutsideHead): Promise<ChainReport> {
  for (let look = 1; ; look++) {
    const report = await lookThrough(db, vault, outside);
    if (report.faults.length === 0 || look === mostLooks) return report;
    const anchor = await db.selectFrom("auditAnchor").select("lastPosition").executeTakeFirst();
    if ((anchor?.lastPosition ?? 0) === report.cutAfter) return report;
  }
}

async function lookThrough(db: Kysely<Database>, vault: Vault, outside: OutsideHead): Promise<ChainReport> {
  const faults: ChainReport["faults"] = [];
  const fault: Tell = (what, record = null) => {
    if (faults.length < mostFaults) faults.push({ what, record });
  };
  const known = outside === undefined || "fault" in outside ? undefined : outside;
  if (outside !== undefined && "fault" in outside) fault(outside.fault);
  const end = await readHead(db);
  const start = await readStart(db, vault, fault);
  let before = start;
  let [records, seals] = [0, 0];
  let knownLink: Link | undefined = known?.seal === start.number ? start : undefined;
  for await (const seal of sealsBetween(db, start.number, end.number)) {
    seals++;
    if (seal.lastPosition <= before.lastPosition) {
      fault(`Seal ${seal.number} is out of place.`);
      continue;
    }
    if (seal.number !== before.number + 1) {
      fault(`Seals ${before.number + 1} to ${seal.number - 1} are missing.`);
      before = { ...before, number: seal.number - 1 };
    }
    const link = linkMac(vault, before, seal.sealedAt);
    const faultsBefore = faults.length;
    let expected = before.lastPosition + 1;
    for await (const { position, record, mac, ...beside } of recordsBetween(db, before.lastPosition, seal.lastPosition)) {
      if (position !== expected) fault(missing(expected, position - 1));
      expected = position + 1;
      records++;
      if (!sameMac(vault.signAudit(record), mac)) {
        fault(`The record at place ${position} was altered, or was not written by this server.`, beside.id);
      } else if (!isBeside(record, beside)) {
        fault(`What the record at place ${position} is searched by was altered.`, beside.id);
      }
      link.add(record);
    }
    if (expected <= seal.lastPosition) fault(missing(expected, seal.lastPosition));
    if (!sameMac(link.mac(), seal.mac) && faults.length === faultsBefore) {
      fault(
        `Seal ${seal.number} does not fit the records at places ${before.lastPosition + 1} to ${seal.lastPosition}, or the seal before it: records changed places, came or went, or the seal was made anew.`,
      );
    }
    before = { number: seal.number, lastPosition: seal.lastPosition, mac: seal.mac };
    if (seal.number === known?.seal) knownLink = before;
  }
  await checkRest(db, vault, start, fault);
  checkHead(known, knownLink, start, before, fault);
  const { waiting, waitingSince } = await db
    .selectFrom("auditRecords")
    .select((eb) => [eb.fn.countAll<number>().as("waiting"), eb.fn.min("happenedAt").as("waitingSince")])
    .where("position", "is", null)
    .executeTakeFirstOrThrow();
  return {
    records,
    waiting,
    waitingSince,
    seals,
    head: { seal: before.number, records: before.lastPosition, mac: hex(before.mac) },
    compared: known !== undefined,
    cutAfter: start.lastPosition,
    faults,
  };
}

type Tell = (what: string, record?: string | null) => void;

/** Where the chain begins: where retention cut it, as far as this server did. */
async function readStart(db: Kysely<Database>, vault: Vault, fault: Tell): Promise<Link> {
  const anchor = await db.selectFrom("auditAnchor").selectAll().executeTakeFirst();
  if (anchor === undefined) return beginning;
  const link: Link = { number: anchor.seal, lastPosition: anchor.lastPosition, mac: anchor.sealMac };
  if (!sameMac(anchorMac(vault, link, anchor.cutAt), anchor.mac)) {
    fault("The place at which retention cut the chain was not written by this server.");
  }
  return link;
}

async function* sealsBetween(db: Kysely<Database>, after: number, last: number) {
  for (let number = after; ;) {
    const rows = await db
      .selectFrom("auditSeals")
      .selectAll()
      .where("number", ">", number)
      .where("number", "<=", last)
      .orderBy("number")
      .limit(atOnce)
      .execute();
    yield* rows;
    const final = rows.at(-1);
    if (final === undefined || rows.length < atOnce) return;
    ({ number } = final);
  }
}

/** What stands beside the chain: records behind its end or before its beginning, records that wait, and the same record twice. */
async function checkRest(db: Kysely<Database>, vault: Vault, start: Link, fault: Tell): Promise<void> {
  const stray = await db
    .selectFrom("auditRecords")
    .select(["position", "id"])
    .where((eb) =>
      eb.or([
        eb("position", "<=", start.lastPosition),
        eb(
          "position",
          ">",
          sql<number>`greatest(
          coalesce((select max(last_position) from audit_seals), 0), coalesce((select last_position from audit_anchor), 0))`,
        ),
      ]),
    )
    .orderBy("position")
    .limit(mostFaults)
    .execute();
  for (const { position, id } of stray) {
    const where = Number(position) <= start.lastPosition ? "before the beginning of the chain" : "behind the last seal";
    fault(`The record at place ${position} stands ${where}.`, id);
  }
  for await (const { record, mac, number: _number, ...beside } of waitingRecords(db)) {
    if (!sameMac(vault.signAudit(record), mac) || !isBeside(record, beside)) {
      fault("A record that waits for its seal was altered, or was not written by this server.", beside.id);
    }
  }
  const { rows: twice } = await sql<{ id: string }>`
    select id from audit_records group by id having count(*) > 1 limit ${mostFaults}`.execute(db);
  for (const { id } of twice) fault("A record stands there twice.", id);
}

/** Holds the chain against the head outside the database: it may have gone on since, but must still contain it. */
function checkHead(known: KnownHead | undefined, link: Link | undefined, start: Link, head: Link, fault: Tell): void {
  if (known === undefined || known.seal < start.number) return;
  if (known.seal > head.number) {
    fault(
      `The chain ends at seal ${head.number} with ${head.lastPosition} records; outside the database stands seal ${known.seal} with ${known.records}. Its end was cut off, or an older database was restored.`,
    );
  } else if (link !== undefined && hex(link.mac) !== known.mac) {
    fault(
      `Seal ${known.seal} is another one than stands outside the database: an older database was restored and went on, or the trail was written anew.`,
    );
  }
}

/** Whether what a record is searched by is what it says. */
function isBeside(record: string, beside: RecordIndex): boolean {
  const index = indexOfRecord(JSON.parse(record));
  return (Object.keys(index) as (keyof RecordIndex)[]).every((name) =>
    name === "others" ? index.others?.join("\n") === beside.others?.join("\n") : index[name] === beside[name],
  );
}

function missing(first: number, last: number): string {
  return first === last ? `The record at place ${first} is missing.` : `The records at places ${first} to ${last} are missing.`;
}
