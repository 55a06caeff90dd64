import { setImmediate as turn } from "node:timers/promises";

import { CompiledQuery, sql, type Kysely, type Transaction } from "kysely";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";

import { openTestStore, waitingForLocks, type TestStore } from "#server/testing/databases.ts";
import { openStore } from "./client.ts";
import { lockTokensExclusive, lockTokensWithNext } from "./locks.ts";
import type { Database } from "./schema.ts";
import { adds, later, once, prepared, TakenBackError } from "./statementClient.ts";

/** How long an act waits for those before it, ms. */
const moment = 50;

describe("Whole acts on PostgreSQL", () => {
  let store: TestStore;
  let db: Kysely<Database>;

  beforeEach(async () => {
    store = await openTestStore("postgres");
    ({ db } = store);
    onTestFinished(() => store.close());
    await openConnections(db);
  });

  /** Who has to wait for a connection to be made comes later than the others. */
  const openConnections = (to: Kysely<Database>) =>
    Promise.all(Array.from({ length: 8 }, () => sql`select pg_sleep(0.05)`.execute(to)));

  /** An act that goes as a whole, by a caller of that number. */
  const act = (add: (trx: Transaction<Database>) => Promise<unknown>, caller = 1, on = db) =>
    on
      .transaction()
      .setIsolationLevel("read committed")
      .execute(async (trx) => {
        await lockTokensWithNext(trx, "shared");
        await trx.executeQuery(CompiledQuery.raw(`select 1 / $1::int4 ${once} ${prepared} ${later}`, [caller]));
        await add(trx);
      });
  const adding = (trx: Transaction<Database>, name: unknown, from = "") =>
    trx.executeQuery(
      CompiledQuery.raw(`insert into feature_flags (name) select $1 ${from} ${adds} ${prepared} ${later}`, [name]),
    );
  const add = (name: unknown) => (trx: Transaction<Database>) => adding(trx, name);
  const names = async () =>
    (await db.selectFrom("featureFlags").select("name").orderBy("name").execute()).map(({ name }) => name);
  /** The names that each transaction has added. */
  const transactions = async () => {
    const { rows } = await sql<{ names: string[] }>`
      select array_agg(name order by ctid) as names from feature_flags group by xmin::text order by min(name)`.execute(db);
    return rows.map((row) => row.names);
  };
  const all = (count: number) => Array.from({ length: count }, (_, number) => `act ${number}`);
  const settled = async (acts: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(acts)).map((each) => (each.status === "fulfilled" ? "done" : (each.reason as unknown)));
  /** Nothing is under way, and no connection has anything left of a transaction. */
  const expectRest = async () => {
    expect(store.load()).toMatchObject({ used: 0, waiting: 0 });
    // A process of the database that is ended says so a moment before it is gone.
    const busy = async () => {
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`.execute(db);
      return rows;
    };
    await expect.poll(busy, { interval: 5 }).toEqual([]);
  };
  /** Runs something while nobody gets the lock with which acts begin. */
  const whileLocked = <T>(work: (trx: Transaction<Database>) => Promise<T>) =>
    db.transaction().execute(async (trx) => {
      await lockTokensExclusive(trx);
      return { given: await work(trx) };
    });
  const untilWaiting = (count: number) => expect.poll(() => waitingForLocks(db), { interval: 5 }).toBe(count);

  it("of one caller that come together are one transaction, in which they stand in their order", async () => {
    await Promise.all(all(8).map((name) => act(add(name))));
    expect(await transactions()).toEqual([all(8)]);
    await expectRest();
  });

  it("of different callers are transactions of their own", async () => {
    await Promise.all(all(8).map((name, place) => act(add(name), 1 + (place % 2))));
    expect(await transactions()).toEqual([
      ["act 0", "act 2", "act 4", "act 6"],
      ["act 1", "act 3", "act 5", "act 7"],
    ]);
  });

  it("of two processes are transactions of their own", async () => {
    const other = await openStore({ databaseUrl: store.databaseUrl ?? "" }, { upToDate: true });
    onTestFinished(() => other.close());
    await openConnections(other.db);
    await Promise.all(all(4).map((name, place) => act(add(name), 1, place < 2 ? db : other.db)));
    expect(await transactions()).toEqual([
      ["act 0", "act 1"],
      ["act 2", "act 3"],
    ]);
  });

  it("are told that they are done when all of them are committed, none before", async () => {
    const seen = all(4).map((name, place) =>
      act((trx) => adding(trx, name, place === 3 ? "from pg_sleep(0.2)" : "")).then(names),
    );
    expect(await Promise.all(seen)).toEqual(all(4).map(() => all(4)));
  });

  it("wait for two groups before them, and no longer than a moment where these wait for a lock", async () => {
    const { given } = await whileLocked(async () => {
      const acts: Promise<unknown>[] = [];
      for (const waiting of [1, 2]) {
        acts.push(act(add(`act ${waiting}`)));
        await untilWaiting(waiting);
      }
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      onTestFinished(() => void vi.useRealTimers());
      for (const name of ["act 3", "act 4"]) {
        acts.push(act(add(name)));
        for (let turns = 0; turns < 5; turns++) await turn();
      }
      vi.advanceTimersByTime(moment);
      vi.useRealTimers();
      await untilWaiting(3);
      return { acts: Promise.all(acts) };
    });
    await given.acts;
    expect(await transactions()).toEqual([["act 1"], ["act 2"], ["act 3", "act 4"]]);
  });

  it("are all taken back when one fails, and each may be begun anew", async () => {
    await db.insertInto("featureFlags").values({ name: "taken" }).execute();
    for (const failing of [0, 2, 4]) {
      const outcomes = await settled(all(5).map((name, place) => act(add(place === failing ? "taken" : name))));
      for (const outcome of outcomes) {
        expect(outcome).toBeInstanceOf(TakenBackError);
        expect(outcome).toMatchObject({ cause: { code: "23505" } });
      }
      expect(await names()).toEqual(["taken"]);
      await expectRest();
      // On the other connections nothing was begun.
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and query = 'rollback'`.execute(db);
      expect(rows.length).toBeLessThanOrEqual(1);
    }
  });

  it("are all taken back when a value of one cannot be sent, and nothing was sent then", async () => {
    const outcomes = await settled([act(add("act 0")), act(add({ some: "object" })), act(add("act 2"))]);
    for (const outcome of outcomes) expect(outcome).toBeInstanceOf(TakenBackError);
    await Promise.all(all(3).map((name) => act(add(name))));
    expect(await names()).toEqual(all(3));
  });

  it("fail with what they failed with where they were alone", async () => {
    await db.insertInto("featureFlags").values({ name: "taken" }).execute();
    await expect(act(add("taken"))).rejects.toMatchObject({ code: "23505" });
    await expectRest();
  });

  it("fail each with the same where what they begin with fails", async () => {
    const outcomes = await settled(all(3).map((name) => act(add(name), 0)));
    expect(outcomes).toEqual(all(3).map(() => expect.objectContaining({ code: "22012" })));
    expect(await names()).toEqual([]);
    await expectRest();
  });

  it("are not begun anew where the connection ended under them, after which nobody knows what is in force", async () => {
    const { given } = await whileLocked(async (trx) => {
      const outcomes = settled(all(3).map((name) => act(add(name))));
      await untilWaiting(1);
      await sql`select pg_terminate_backend(pid) from pg_locks
        where not granted and database = (select oid from pg_database where datname = current_database())`.execute(trx);
      return { outcomes: await outcomes };
    });
    const ending = "where pg_terminate_backend(pg_backend_pid())";
    const later = await settled(all(3).map((name, place) => act((trx) => adding(trx, name, place === 1 ? ending : ""))));
    for (const outcomes of [given.outcomes, later]) {
      expect(outcomes).toEqual(all(3).map(() => expect.objectContaining({ code: "57P01", severity: "FATAL" })));
    }
    expect(await names()).toEqual([]);
    await expectRest();
  });

  it("are not begun anew where the connection ended in the middle of them", async () => {
    const outcomes = await settled(
      all(5).map((name, place) =>
        act((trx) => adding(trx, name, place === 2 ? "from pg_terminate_backend(pg_backend_pid())" : "")),
      ),
    );
    expect(outcomes).toEqual(all(5).map(() => expect.objectContaining({ code: "57P01", severity: "FATAL" })));
    expect(await names()).toEqual([]);
    await Promise.all(all(5).map((name) => act(add(name))));
    expect(await names()).toEqual(all(5));
    await expectRest();
  });

  it("are begun anew where one of them takes longer than the database lets a statement", async () => {
    // From the third on and in this transaction alone: on a slow machine any statement may take longer.
    const from = ["", "", "from set_config('statement_timeout', '200', true)", "from pg_sleep(600)", ""];
    for (const outcome of await settled(all(5).map((name, place) => act((trx) => adding(trx, name, from[place]))))) {
      expect(outcome).toBeInstanceOf(TakenBackError);
      expect(outcome).toMatchObject({ cause: { code: "57014" } });
    }
    expect(await names()).toEqual([]);
    await Promise.all(all(5).map((name) => act(add(name))));
    expect(await transactions()).toEqual([all(5)]);
  });

  it("that read, change or remove something go alone", async () => {
    const remove = (trx: Transaction<Database>) =>
      sql`delete from feature_flags where name = 'act 0' ${sql.raw(later)}`.execute(trx);
    await act(add("act 0"));
    await Promise.all([act(add("act 1")), act(remove), act(add("act 2"))]);
    expect(await transactions()).toEqual([["act 1", "act 2"]]);
  });
});
