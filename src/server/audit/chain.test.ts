import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql, type Kysely, type KyselyPlugin } from "kysely";
import { beforeEach, expect, it, onTestFinished } from "vitest";

import { day } from "#domain/duration.ts";

import type { Database } from "#server/store/schema.ts";
import { describeOnBothDatabases, type TestStore } from "#server/testing/databases.ts";
import { createVault } from "#server/vault.ts";
import { hex, linkMac, type Link } from "./chain.ts";
import { headFileName, readKnownHead, writeKnownHead } from "./head.ts";
import { allRecords } from "./read.ts";
import { cutAudit } from "./retention.ts";
import { readHead, sealAudit } from "./seal.ts";
import { makeTrail, serverActor } from "./trail.ts";
import { verifyAudit, type KnownHead } from "./verify.ts";

const vault = createVault(new Uint8Array(32).fill(7));
/** What somebody has who may write to the database, but has not the installation key. */
const forger = createVault(new Uint8Array(32).fill(8));
const trail = makeTrail(vault);
const now = Date.UTC(2030, 0, 1);

async function act(db: Kysely<Database>, count: number, by = trail): Promise<void> {
  for (let number = 0; number < count; number++) {
    const entry = {
      type: "ipfilters.change",
      action: "create",
      target: { kind: "ipFilter", id: `f${number}`, name: "a" },
    } as const;
    await by.append(db, entry, { at: now + number, actor: serverActor, operation: "createIPFilter" });
  }
}

/** Does to the trail what its triggers refuse, as whoever owns the database can. */
function unguarded(db: Kysely<Database>, work: (db: Kysely<Database>) => Promise<unknown>): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await work(trx);
  });
}

/** Makes the seals from one on anew, so that they fit the records as they are: with the forger's key, or with none that is known. */
async function sealAnew(db: Kysely<Database>, from: number): Promise<void> {
  const seals = await db.selectFrom("auditSeals").selectAll().orderBy("number").execute();
  let before: Link = { number: 0, lastPosition: 0, mac: new Uint8Array(32) };
  for (const seal of seals) {
    if (seal.number >= from) {
      const link = linkMac(forger, before, seal.sealedAt);
      const rows = await db
        .selectFrom("auditRecords")
        .select(["number", "record"])
        .where("position", ">", before.lastPosition)
        .where("position", "<=", seal.lastPosition)
        .orderBy("position")
        .execute();
      for (const { record, number } of rows) {
        link.add(record);
        await db
          .updateTable("auditRecords")
          .set({ mac: forger.signAudit(record) })
          .where("number", "=", number)
          .execute();
      }
      seal.mac = link.mac();
      await db.updateTable("auditSeals").set({ mac: seal.mac }).where("number", "=", seal.number).execute();
    }
    before = seal;
  }
}

const tables = ["auditRecords", "auditSeals", "auditAnchor"] as const;

type Forgery = (db: Kysely<Database>, place: number) => Promise<unknown>;

/** What somebody may do to the trail who has the database and not the key; `place` is where. */
const forgeries: Readonly<Record<string, Forgery>> = {
  "a record altered": (db, place) =>
    sql`update audit_records set record = replace(record, '"name":"a"', '"name":"b"') where position = ${place}`.execute(db),
  "the address of a record altered": (db, place) =>
    sql`update audit_records set record = replace(record, 'SINGLE_', 'OTHER_') where position = ${place}`.execute(db),
  "what a record is searched by altered": (db, place) =>
    sql`update audit_records set actor_id = 'somebody else' where position = ${place}`.execute(db),
  "a record hidden from its own page": (db, place) =>
    sql`update audit_records set subject = null, others = array['x'] where position = ${place}`.execute(db),
  "a record removed": (db, place) => sql`delete from audit_records where position = ${place}`.execute(db),
  "a record removed and the gap closed": async (db, place) => {
    await sql`delete from audit_records where position = ${place}`.execute(db);
    await sql`update audit_records set position = -position where position > ${place}`.execute(db);
    await sql`update audit_records set position = -position - 1 where position < 0`.execute(db);
    await sql`update audit_seals set last_position = last_position - 1 where last_position >= ${place}`.execute(db);
  },
  "a record inserted": async (db, place) => {
    await sql`update audit_records set position = -position where position >= ${place}`.execute(db);
    await sql`update audit_records set position = 1 - position where position < 0`.execute(db);
    await sql`update audit_seals set last_position = last_position + 1 where last_position >= ${place}`.execute(db);
    await act(db, 1, makeTrail(forger));
    await sql`update audit_records set position = ${place} where position is null`.execute(db);
  },
  "a record inserted that waits for its seal": (db) => act(db, 1, makeTrail(forger)),
  "a record inserted before the beginning, where nobody would look": async (db, place) => {
    await act(db, 1, makeTrail(forger));
    await sql`update audit_records set position = ${1 - place} where position is null`.execute(db);
  },
  "a record that waits taken out of the way before it is chained": async (db, place) => {
    await act(db, 1);
    await sql`update audit_records set position = ${-place} where position is null`.execute(db);
  },
  "two records swapped": async (db, place) => {
    await sql`update audit_records set position = -1 where position = ${place}`.execute(db);
    await sql`update audit_records set position = ${place} where position = ${place + 1}`.execute(db);
    await sql`update audit_records set position = ${place + 1} where position = -1`.execute(db);
  },
  "a record in the place of another": (db, place) =>
    sql`update audit_records set (record, mac) = (
      select replace(record, id, ${"x".repeat(24)}), mac from audit_records where position = ${place + 1}) where position = ${place}`.execute(
      db,
    ),
  "a seal removed": (db) => sql`delete from audit_seals where number = 2`.execute(db),
  "a seal made later": (db) => sql`update audit_seals set sealed_at = sealed_at + 1 where number = 2`.execute(db),
  "the beginning removed, as if retention had": async (db) => {
    const { rows } = await sql<Link>`select number, last_position, mac from audit_seals where number = 1`.execute(db);
    const [link] = rows;
    if (link === undefined) throw new Error("There is no seal.");
    await sql`delete from audit_records where position <= ${link.lastPosition}`.execute(db);
    await sql`delete from audit_seals where number = 1`.execute(db);
    const anchor = { seal: 1, lastPosition: link.lastPosition, sealMac: link.mac, cutAt: now, mac: forger.signAudit("anchor") };
    await db
      .insertInto("auditAnchor")
      .values({ id: 1, ...anchor })
      .execute();
  },
  "the beginning removed": async (db) => {
    await sql`delete from audit_records where position <= (select last_position from audit_seals where number = 1)`.execute(db);
    await sql`delete from audit_seals where number = 1`.execute(db);
  },
  "the tail cut": async (db) => {
    await sql`delete from audit_records where position > (select last_position from audit_seals where number = 3)`.execute(db);
    await sql`delete from audit_seals where number > 3`.execute(db);
  },
  "everything removed": async (db) => {
    for (const table of tables) await db.deleteFrom(table).execute();
  },
};

/** Those after which the seals can be made anew to fit. */
const anew = ["a record altered", "a record removed and the gap closed", "a record inserted", "two records swapped"];

describeOnBothDatabases("The chain of the audit trail", (open) => {
  let store: TestStore;
  let db: Kysely<Database>;
  let head: KnownHead;
  const faultsOf = async (known: KnownHead | undefined = head) => (await verifyAudit(db, vault, known)).faults;

  beforeEach(async () => {
    store = await open();
    ({ db } = store);
    for (let batch = 0; batch < 4; batch++) {
      await act(db, 4);
      await sealAudit(db, vault, now + batch);
    }
    ({ head } = await verifyAudit(db, vault, undefined));
  });

  it("holds over everything that was written, and says how much that is", async () => {
    await act(db, 3);
    expect(await verifyAudit(db, vault, head)).toMatchObject({ records: 16, waiting: 3, seals: 4, compared: true, faults: [] });
    expect(await sealAudit(db, vault, now)).toMatchObject({ records: 3, foreign: 0 });
    expect(await sealAudit(db, vault, now)).toMatchObject({ records: 0 });
    expect(await verifyAudit(db, vault, head)).toMatchObject({ records: 19, waiting: 0, seals: 5, faults: [] });
  });

  it("tells of every forgery: altered, removed, inserted, swapped, cut, at any place and with all later seals made anew", async () => {
    const untouched = await Promise.all(tables.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()]));
    const found = new Set<string>();
    let tried = 0;
    const attempt = async (name: string, forge: () => Promise<void>) => {
      await forge();
      const faults = await faultsOf();
      tried++;
      expect(faults, name).not.toEqual([]);
      for (const { what } of faults) found.add(what.replaceAll(/\d+/gu, "n"));
      await putBack(db, untouched as never);
    };
    for (const [name, forge] of Object.entries(forgeries)) {
      for (const place of [1, 7, 15]) await attempt(`${name}, ${place}`, () => unguarded(db, (trx) => forge(trx, place)));
    }
    for (const name of anew) {
      for (const [place, from] of [
        [1, 1],
        [6, 2],
        [15, 4],
      ] as const) {
        await attempt(`${name}, ${place}, sealed anew`, () =>
          unguarded(db, async (trx) => {
            await forgeries[name]?.(trx, place);
            await sealAnew(trx, from);
          }),
        );
      }
    }
    expect(await faultsOf()).toEqual([]);
    expect(tried).toBeGreaterThanOrEqual(50);
    expect(found.size).toBeGreaterThanOrEqual(8);
  });

  it("tells of an older database that was restored, also once that has gone on", async () => {
    const older = await Promise.all(tables.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()]));
    await act(db, 5);
    await sealAudit(db, vault, now + 4);
    const { head: later } = await verifyAudit(db, vault, undefined);
    await putBack(db, older as never);
    expect((await faultsOf(later))[0]?.what).toMatch(/its end was cut off, or an older database was restored/iu);
    for (let batch = 0; batch < 3; batch++) {
      await act(db, 1);
      await sealAudit(db, vault, now + 5 + batch);
    }
    expect((await faultsOf(later))[0]?.what).toMatch(/an older database was restored and went on/u);
    expect(await faultsOf(undefined)).toEqual([]);
  });

  it("tells of a forged record also behind very many that wait", async () => {
    await db.transaction().execute((trx) => act(trx, 1000));
    expect(await faultsOf()).toEqual([]);
    await act(db, 1, makeTrail(forger));
    expect((await faultsOf()).map(({ what }) => what)).toEqual([
      "A record that waits for its seal was altered, or was not written by this server.",
    ]);
    expect(await verifyAudit(db, vault, head)).toMatchObject({ waiting: 1001, waitingSince: new Date(now).toISOString() });
  });

  it("says which record was altered", async () => {
    await unguarded(db, (trx) =>
      sql`update audit_records set record = replace(record, '"a"', '"b"') where position = 6`.execute(trx),
    );
    const { id } = await db.selectFrom("auditRecords").select("id").where("position", "=", 6).executeTakeFirstOrThrow();
    expect(await faultsOf()).toEqual([{ record: id, what: expect.stringContaining("place 6 was altered") as string }]);
  });

  it("goes on from where retention cut it, and what went is on record", async () => {
    expect(await cutAudit(db, vault, trail, now + 2, now + day)).toBe(8);
    await sealAudit(db, vault, now + day);
    const report = await verifyAudit(db, vault, head);
    expect(report).toMatchObject({ records: 9, cutAfter: 8, faults: [] });
    const last = await db
      .selectFrom("auditRecords")
      .select("record")
      .orderBy("number", "desc")
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(last.record)).toMatchObject({ type: "tokenhouse.audit.retention", count: 8, actor: { type: "server" } });
    // What nobody looks at any more holds nothing.
    await unguarded(db, async (trx) => {
      await act(trx, 1, makeTrail(forger));
      await sql`update audit_records set position = 3 where position is null`.execute(trx);
    });
    expect(await faultsOf()).toEqual([
      { what: "The record at place 3 stands before the beginning of the chain.", record: expect.any(String) as string },
    ]);
    await unguarded(db, (trx) => trx.deleteFrom("auditRecords").where("position", "=", 3).execute());
    // All of it, and then on.
    expect(await cutAudit(db, vault, trail, now + 2 * day, now + 2 * day)).toBe(9);
    await sealAudit(db, vault, now + 2 * day);
    expect(await verifyAudit(db, vault, report.head)).toMatchObject({ records: 1, cutAfter: 17, faults: [] });
  });

  it("is cut no further than the first seal that is young, whatever a clock said that went back", async () => {
    await act(db, 1);
    await sealAudit(db, vault, now - 9 * day);
    expect(await cutAudit(db, vault, trail, now - day, now)).toBe(0);
    expect(await cutAudit(db, vault, trail, now + 2, now)).toBe(8);
  });

  /** Has something done by others before an answer is given. PGlite's one connection is free only afterwards: theirs is the next turn. */
  async function meanwhile(doing: Promise<unknown>): Promise<void> {
    if (store.kind === "postgres") await doing;
    else await expect.poll(() => store.load().waiting, { interval: 1 }).toBeGreaterThan(0);
  }

  it("holds for who looks through it while retention cuts it", async () => {
    let answers = 0;
    let cut: Promise<number | undefined> | undefined;
    const cutMeanwhile: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        // The seals were read then, and no record.
        if (++answers === 3) await meanwhile((cut = cutAudit(db, vault, trail, now + 2, now + day)));
        return result;
      },
    };
    expect(await verifyAudit(db.withPlugin(cutMeanwhile), vault, head)).toMatchObject({ faults: [], cutAfter: 8 });
    expect(await cut).toBe(8);
  });

  it("is given out whole, each record once, while records are chained", async () => {
    await act(db, 3);
    let sealed = false;
    const given: string[] = [];
    const sealMeanwhile: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        // The chained records were read then, and none that waits.
        if (!sealed) {
          sealed = true;
          await meanwhile(sealAudit(db, vault, now));
        }
        return result;
      },
    };
    for await (const record of allRecords(db.withPlugin(sealMeanwhile))) given.push(record);
    expect(new Set(given).size).toBe(19);
    expect(given).toHaveLength(19);
  });

  it("is chained without an end to wait for while others write: what comes meanwhile is chained the next time", async () => {
    const { db } = await open();
    const seals = async () => (await db.selectFrom("auditSeals").select("lastPosition").orderBy("number").execute()).length;
    const coming: Promise<void>[] = [];
    const busy: typeof vault = {
      ...vault,
      signAudit(record) {
        if (coming.length < 5) coming.push(act(db, 1));
        return vault.signAudit(record);
      },
    };
    await act(db, 1);
    expect(await sealAudit(db, busy, now)).toMatchObject({ records: 1 });
    expect(await seals()).toBe(1);
    await Promise.all(coming);
    expect(await sealAudit(db, vault, now)).toMatchObject({ head: { lastPosition: 1 + coming.length } });
  });

  it("is chained in pieces where records are long, so that nobody waits for all of them", async () => {
    const { db } = await open();
    const restricted = Array.from({ length: 10_000 }, (_, number) => `t${String(number).padStart(23, "0")}`);
    const entry = {
      type: "tokenhouse.policies.tokens",
      action: "apply",
      target: { kind: "policies", id: "o", name: null },
      details: { plan: "0".repeat(64), deleted: [], restricted, count: restricted.length },
    } as const;
    for (let number = 0; number < 5; number++) {
      await trail.append(db, entry, { at: now + number, actor: serverActor, operation: "updateTokenSecurityPolicies" });
    }
    expect(await sealAudit(db, vault, now)).toMatchObject({ records: 5, foreign: 0, head: { lastPosition: 5 } });
    const seals = await db.selectFrom("auditSeals").select("lastPosition").orderBy("number").execute();
    expect(seals.map(({ lastPosition }) => lastPosition)).toEqual([2, 4, 5]);
    const { number: seal, lastPosition: records, mac } = await readHead(db);
    expect(await verifyAudit(db, vault, { seal, records, mac: hex(mac) })).toMatchObject({ records: 5, waiting: 0, faults: [] });
  });

  it("is chained by one process at a time, each record once", async () => {
    await act(db, 40);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => sealAudit(db, vault, now)));
    expect(outcomes.reduce((sum, outcome) => sum + (outcome?.records ?? 0), 0)).toBe(40);
    expect(await verifyAudit(db, vault, head)).toMatchObject({ records: 56, waiting: 0, faults: [] });
  });

  it("has its end in a file outside the database, which only ever goes on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "audit-head-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(readKnownHead(folder)).toBeUndefined();
    expect(await writeKnownHead(db, folder, await readHead(db))).toBe("written");
    expect(readKnownHead(folder)).toEqual(head);
    expect(await writeKnownHead(db, folder, await readHead(db))).toBe("unchanged");
    await act(db, 1);
    await sealAudit(db, vault, now);
    expect(await writeKnownHead(db, folder, await readHead(db))).toBe("written");
    const written = readFileSync(join(folder, headFileName), "utf8");
    await unguarded(db, (trx) => forgeries["the tail cut"]?.(trx, 0) ?? Promise.resolve());
    expect(await writeKnownHead(db, folder, await readHead(db))).toBe("broken");
    for (let batch = 0; batch < 3; batch++) {
      await act(db, 1);
      await sealAudit(db, vault, now + 9);
      expect(await writeKnownHead(db, folder, await readHead(db))).toBe("broken");
    }
    expect(readFileSync(join(folder, headFileName), "utf8")).toBe(written);
    for (const altered of ["{}", "", '{"seal":1,"records":4']) {
      writeFileSync(join(folder, headFileName), altered);
      expect(await writeKnownHead(db, folder, await readHead(db))).toBe("broken");
      expect(readFileSync(join(folder, headFileName), "utf8")).toBe(altered);
      const [fault] = (await verifyAudit(db, vault, readKnownHead(folder))).faults;
      expect(fault?.what).toContain("does not hold the end of an audit trail: it was altered or cut off");
    }
    rmSync(join(folder, headFileName));
    mkdirSync(join(folder, headFileName));
    expect((await verifyAudit(db, vault, readKnownHead(folder))).faults[0]?.what).toContain("cannot be read (EISDIR)");
  });
});

/** Puts the trail's tables back as they were. */
async function putBack(
  db: Kysely<Database>,
  contents: readonly (readonly [(typeof tables)[number], readonly Record<string, unknown>[]])[],
): Promise<void> {
  await unguarded(db, async (trx) => {
    for (const [table, rows] of contents) {
      await trx.deleteFrom(table).execute();
      for (const row of rows) {
        if (table !== "auditRecords")
          await trx
            .insertInto(table)
            .values(row as never)
            .execute();
        else {
          const { number, record, mac, position, id, happenedAt, type, outcome, actorId, address, subject, others } = row;
          await sql`
            insert into audit_records (
              number, record, mac, position, id, happened_at, type, outcome, actor_id, address, subject, others
            ) overriding system value values (
              ${number}, ${record}, ${mac}, ${position}, ${id}, ${happenedAt}, ${type}, ${outcome}, ${actorId}, ${address},
              ${subject}, ${others})`.execute(trx);
        }
      }
    }
  });
}
