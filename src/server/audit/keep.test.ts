import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { beforeEach, expect, it, onTestFinished } from "vitest";

import { minute } from "#domain/duration.ts";
import { describeOnBothDatabases, openTestStore, type TestStore } from "#server/testing/databases.ts";
import { createVault } from "#server/vault.ts";
import { headFileName } from "./head.ts";
import { auditKeeper } from "./keep.ts";
import { makeTrail, serverActor } from "./trail.ts";

const vault = createVault(new Uint8Array(32).fill(7));
const trail = makeTrail(vault);

let now: number;
let dataDir: string;
let logged: string[];
beforeEach(() => {
  now = Date.UTC(2030, 0, 1);
  logged = [];
  dataDir = mkdtempSync(join(tmpdir(), "audit-keep-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
});

const shipped = () => join(dataDir, "shipped.jsonl");

function keeperOf(store: TestStore, file = shipped()) {
  const say = (_more: unknown, words = String(_more)) => void logged.push(words);
  const log = { info: () => undefined, warn: say, error: say };
  return auditKeeper({ store, vault, dataDir, retention: 400, stream: { file }, log, now: () => now });
}

function act({ db }: TestStore, ...ids: readonly string[]): Promise<unknown> {
  return Promise.all(
    ids.map((id) => {
      const entry = { type: "ipfilters.change", action: "create", target: { kind: "ipFilter", id, name: id } } as const;
      return trail.append(db, entry, { at: now, actor: serverActor, operation: "createIPFilter" });
    }),
  );
}

/** What the records written out are about, in their order. */
function shippedIds(): (string | undefined)[] {
  const lines = readFileSync(shipped(), "utf8").trimEnd().split("\n");
  return lines.map((line) => (JSON.parse(line) as { subjects: string[] }).subjects[0]);
}

/** Puts an older database in the place of one: nothing of the trail is there from a place on. */
async function restoreTo({ db }: TestStore, seal: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`delete from audit_records where position > (select last_position from audit_seals where number = ${seal})`.execute(
      trx,
    );
    await sql`delete from audit_seals where number > ${seal}`.execute(trx);
  });
}

describeOnBothDatabases("Keeping the trail", (open) => {
  it("writes a long record as it is, which takes less time than to compress it", async () => {
    const store = await open();
    const restricted = Array.from({ length: 1000 }, (_, number) => String(number).padStart(32, "a"));
    const entry = {
      type: "tokenhouse.policies.tokens",
      action: "apply",
      target: { kind: "policies", id: "SINGLE_ORGANIZATION_ID", name: null },
      details: { plan: "", deleted: [], restricted, count: 1000 },
    } as const;
    await trail.append(store.db, entry, { at: now, actor: serverActor, operation: "updateTokenSecurityPolicies" });
    const { rows } = await sql<{ record: number; others: number }>`
      select pg_column_size(record)::int4 as record, pg_column_size(others)::int4 as others from audit_records`.execute(store.db);
    expect(rows[0]?.record).toBeGreaterThan(32_000);
    expect(rows[0]?.others).toBeGreaterThan(32_000);
  });

  it("writes out every record of an older database that was restored and went on, though some come twice", async () => {
    const store = await open();
    const keeper = keeperOf(store);
    await act(store, "one");
    await keeper.seal();
    await act(store, "lost");
    await keeper.seal();
    await restoreTo(store, 1);
    await act(store, "two");
    await keeper.seal();
    await act(store, "three");
    await keeper.seal();
    expect(shippedIds()).toEqual(["one", "lost", "one", "two", "three"]);
    expect(logged.filter((words) => words.includes("another audit trail"))).toHaveLength(1);
  });

  it("begins the writing anew where the file that says how far it came is damaged", async () => {
    const store = await open();
    await act(store, "one");
    await keeperOf(store).seal();
    writeFileSync(join(dataDir, "audit-stream.json"), '{"posi');
    await act(store, "two");
    await keeperOf(store).seal();
    expect(shippedIds()).toEqual(["one", "one", "two"]);
  });

  it("chains on, and says once a minute what is wrong, where records cannot be written out", async () => {
    const store = await open();
    const keeper = keeperOf(store, join(dataDir, "no", "such", "folder"));
    for (let time = 0; time < 5; time++) {
      await act(store, "one");
      await keeper.seal();
    }
    expect(logged).toEqual(["the audit trail could not be written out; it is tried again"]);
    now += minute;
    await keeper.seal();
    expect(logged).toHaveLength(2);
    expect(await store.db.selectFrom("auditRecords").select("id").where("position", "is", null).execute()).toEqual([]);
  });

  it("chains and writes out on where the end in the data folder is damaged, and says when that end is taken away", async () => {
    const store = await open();
    const keeper = keeperOf(store);
    await act(store, "one");
    await keeper.seal();
    writeFileSync(join(dataDir, headFileName), "");
    await act(store, "two");
    await keeper.seal();
    expect(shippedIds()).toEqual(["one", "two"]);
    expect(logged).toEqual([expect.stringContaining("the file was altered")]);
    rmSync(join(dataDir, headFileName));
    await keeper.seal();
    expect(logged[1]).toContain("was removed while the server ran");
  });
});

it("Whoever keeps the lock of the chain from the server is told of after a minute: records that wait could be taken away", async () => {
  const store = await openTestStore("postgres");
  onTestFinished(() => store.close());
  const keeper = keeperOf(store);
  await act(store, "one");
  await store.db.connection().execute(async (other) => {
    await sql`select pg_advisory_lock(7265006)`.execute(other);
    await keeper.seal();
    now += minute - 1;
    await keeper.seal();
    expect(logged).toEqual([]);
    now += 1;
    await keeper.seal();
    await keeper.seal();
    expect(logged).toEqual([expect.stringContaining("is not chained: some other connection")]);
    await sql`select pg_advisory_unlock(7265006)`.execute(other);
  });
  await keeper.seal();
  expect(shippedIds()).toEqual(["one"]);
});
