import { openAsBlob } from "node:fs";

import { sql, type Kysely, type Transaction } from "kysely";
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished, vi } from "vitest";

import { openStore, type Store } from "./client.ts";
import { lockTokensWithNext } from "./locks.ts";
import { openPglite, type PgliteEngine } from "./pglite.ts";
import type { Database } from "./schema.ts";
import { adds, later, once, prepared, type TripOutcome, type Statement } from "./statementClient.ts";

describe("Acts on PGlite that wait for each other", () => {
  let engine: PgliteEngine;
  let store: Store;
  let db: Kysely<Database>;
  /** The first words of the statements of each trip to the database. */
  let trips: string[][];
  /** Ms; how long a group lasts does not hang on how busy this machine is. */
  let clock = 0;
  /** What the next trips give, in place of what they would. */
  let interfere: (statements: readonly Statement[]) => Promise<TripOutcome> | undefined;

  beforeEach(async () => {
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    trips = [];
    interfere = () => undefined;
    engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
    store = await openStore(
      {
        engine: {
          ...engine,
          queryAll(statements) {
            trips.push(statements.map((statement) => /\w+/u.exec(statement.sql)?.[0] ?? ""));
            return interfere(statements) ?? engine.queryAll(statements);
          },
        },
      },
      { upToDate: true },
    );
    db = store.db;
    trips.length = 0;
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await store.close();
  });

  /** As a mutation begins, goes on and ends. */
  const act = <T>(work: (trx: Transaction<Database>) => Promise<T>) =>
    db
      .transaction()
      .setIsolationLevel("read committed")
      .execute(async (trx) => {
        await lockTokensWithNext(trx, "shared");
        await sql`select 'judged'`.execute(trx);
        return work(trx);
      });
  const add = (trx: Kysely<Database>, name: string) =>
    sql`insert into feature_flags (name) values (${name}) ${sql.raw(later)}`.execute(trx);
  const names = async () =>
    (await db.selectFrom("featureFlags").select("name").orderBy("name").execute()).map(({ name }) => name);
  const commits = () => trips.flat().filter((word) => word === "commit").length;
  const all = (count: number) => Array.from({ length: count }, (_, number) => `act ${String(number).padStart(2, "0")}`);
  /** The messages that acts failed with, or "done". */
  const outcomes = async (acts: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(acts)).map((each) => (each.status === "fulfilled" ? "done" : (each.reason as Error).message));

  it("share one commit, and the end of one goes to the database with the beginning of the next", async () => {
    await Promise.all(all(5).map((name) => act((trx) => add(trx, name))));
    expect(await names()).toEqual(all(5));
    expect(trips.slice(0, -1)).toEqual([
      ["start", "select", "select"],
      ["insert", "savepoint", "select", "select"],
      ...Array.from({ length: 3 }, () => ["insert", "release", "savepoint", "select", "select"]),
      ["insert", "release", "commit"],
    ]);
  });

  it("leave nothing behind of their waiting for each other", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    await Promise.all(all(40).map((name) => act((trx) => add(trx, name))));
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are told that they are done when the commit is, none before", async () => {
    const done: string[] = [];
    const seen: number[] = [];
    interfere = (statements) => {
      if (statements.at(-1)?.sql === "commit") seen.push(done.length);
      return undefined;
    };
    await Promise.all(all(5).map((name) => act((trx) => add(trx, name)).then(() => done.push(name))));
    expect(seen).toEqual([0]);
    expect(done.toSorted()).toEqual(all(5));
  });

  it("are not all let into one group, so that the first is not held up for long", async () => {
    await Promise.all(all(40).map((name) => act((trx) => add(trx, name))));
    expect(await names()).toEqual(all(40));
    expect(commits()).toBe(3);
    trips.length = 0;
    const slow = async (trx: Transaction<Database>, name: string) => {
      clock += 30;
      await add(trx, `slow ${name}`);
    };
    await Promise.all(all(4).map((name) => act((trx) => slow(trx, name))));
    expect(commits()).toBe(2);
  });

  it("do not take each other along when one fails, wherever it stands", async () => {
    await db.insertInto("featureFlags").values({ name: "taken" }).execute();
    for (const failing of [0, 2, 4]) {
      await db.deleteFrom("featureFlags").where("name", "!=", "taken").execute();
      const acts = all(5).map((name, place) =>
        act(async (trx) => {
          await add(trx, name);
          if (place === failing) await add(trx, "taken");
        }),
      );
      expect((await outcomes(acts)).map((outcome) => outcome === "done")).toEqual(all(5).map((_, place) => place !== failing));
      expect(await names()).toEqual([...all(5).filter((_, place) => place !== failing), "taken"]);
    }
  });

  it("do not take each other along when one refuses, and it is told so when the others are committed", async () => {
    const order: string[] = [];
    interfere = (statements) => {
      if (statements.at(-1)?.sql === "commit") order.push("commit");
      return undefined;
    };
    const acts = all(5).map((name, place) =>
      act(async (trx) => {
        await sql`insert into feature_flags (name) values (${name})`.execute(trx);
        if (place % 2 === 1) throw new Error("refused");
      }).catch((error: unknown) => {
        order.push("refused");
        throw error;
      }),
    );
    expect(await outcomes(acts)).toEqual(["done", "refused", "done", "refused", "done"]);
    expect(order).toEqual(["commit", "refused", "refused"]);
    expect(await names()).toEqual(["act 00", "act 02", "act 04"]);
  });

  it("see what those before them did, as if each had been committed", async () => {
    const counts = await Promise.all(
      all(5).map((name) =>
        act(async (trx) => {
          await add(trx, name);
          const { rows } = await sql<{ n: number }>`select count(*)::int4 as n from feature_flags`.execute(trx);
          return rows[0]?.n;
        }),
      ),
    );
    expect(counts).toEqual([1, 2, 3, 4, 5]);
  });

  it("show others nothing before they are committed", async () => {
    let reading: Promise<string[]> | undefined;
    const acts = all(3).map((name) =>
      act(async (trx) => {
        await sql`insert into feature_flags (name) values (${name})`.execute(trx);
        // Asked when the first has written, it waits for all that go with it.
        reading ??= names();
      }),
    );
    await Promise.all(acts);
    expect(await reading).toEqual(all(3));
    expect(trips.at(-1)).toEqual(["select"]);
  });

  it("are none of them in force when the commit fails, and each is told so", async () => {
    interfere = (statements) =>
      statements.at(-1)?.sql === "commit"
        ? engine.queryAll([...statements.slice(0, -1), { sql: "select 1 / 0", parameters: [] }])
        : undefined;
    const acts = all(4).map((name) => act((trx) => add(trx, name)));
    expect(await outcomes(acts)).toEqual(Array.from({ length: 4 }, () => "division by zero"));
    interfere = () => undefined;
    expect(await names()).toEqual([]);
    await act((trx) => add(trx, "later"));
    expect(await names()).toEqual(["later"]);
  });

  it("leave the connection to one at a time when the commit fails by itself", async () => {
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'refused at the end'; end $$`.execute(
      db,
    );
    await sql`
      create constraint trigger refusing after insert on feature_flags deferrable initially deferred
      for each row when (new.name = 'act 02') execute function refuse()`.execute(db);
    const acts = all(16).map((name) => act((trx) => add(trx, name)));
    // These wait until the group is over. Each writes twice, so that they could get between each other's statements.
    const later = all(12).map((name, place) =>
      act(async (trx) => {
        for (const half of ["first", "second"]) {
          await sql`insert into feature_flags (name) values (${`later ${name} ${half}`})`.execute(trx);
        }
        // More than share a commit: nobody is let in for long.
        clock += 100;
        if (place % 2 === 1) throw new Error("refused");
      }),
    );
    expect(await outcomes(acts)).toEqual(all(16).map(() => "refused at the end"));
    expect(await outcomes(later)).toEqual(all(12).map((_, place) => (place % 2 === 1 ? "refused" : "done")));
    const kept = all(12).filter((_, place) => place % 2 === 0);
    expect(await names()).toEqual(kept.flatMap((name) => [`later ${name} first`, `later ${name} second`]));
    expect(store.load()).toEqual({ used: 0, idle: 1, waiting: 0 });
  });

  it("fail alone where they go on after a statement that failed, as the first or as the last", async () => {
    for (const failing of [0, 2]) {
      await db.deleteFrom("featureFlags").execute();
      const acts = all(3).map((name, place) =>
        act(async (trx) => {
          await sql`insert into feature_flags (name) values (${name})`.execute(trx);
          if (place === failing) await sql`select 1 / 0`.execute(trx).catch(() => {});
        }),
      );
      expect((await outcomes(acts)).map((outcome) => outcome === "done")).toEqual(all(3).map((_, place) => place !== failing));
      expect(await names()).toEqual(all(3).filter((_, place) => place !== failing));
    }
  });

  it("fail alone where their first statements fail", async () => {
    const acts = all(3).map((name, place) =>
      db
        .transaction()
        .setIsolationLevel("read committed")
        .execute(async (trx) => {
          await lockTokensWithNext(trx, "shared");
          await sql`select 1 / ${sql.lit(place === 1 ? 0 : 1)}`.execute(trx);
          await add(trx, name);
        }),
    );
    expect(await outcomes(acts)).toEqual(["done", "division by zero", "done"]);
    expect(await names()).toEqual(["act 00", "act 02"]);
  });

  it("are all refused when the database goes, and nobody waits for ever", async () => {
    let left = 3;
    interfere = () => (--left < 0 ? Promise.reject(new Error("gone")) : undefined);
    const acts = all(6).map((name) => act((trx) => add(trx, name)));
    expect(await outcomes(acts)).toEqual(all(6).map(() => "gone"));
    interfere = () => undefined;
    await engine.query("rollback", []);
    expect(await names()).toEqual([]);
  });

  it("leave alone an act that wants its lock alone", async () => {
    const alone = () =>
      db
        .transaction()
        .setIsolationLevel("read committed")
        .execute(async (trx) => {
          await lockTokensWithNext(trx, "exclusive");
          await add(trx, "alone");
        });
    await Promise.all([act((trx) => add(trx, "a")), alone(), act((trx) => add(trx, "b"))]);
    expect(await names()).toEqual(["a", "alone", "b"]);
    expect(commits()).toBe(2);
  });

  describe("where they are whole", () => {
    /** As a mutation whose judgement is foreseen: nobody waits for anything but the commit. */
    const whole = (name: string, judgement = sql`select 'as foreseen'`) =>
      db
        .transaction()
        .setIsolationLevel("read committed")
        .execute(async (trx) => {
          await lockTokensWithNext(trx, "shared");
          await sql`${judgement} ${sql.raw(`${once} ${prepared} ${later}`)}`.execute(trx);
          await sql`insert into feature_flags (name) values (${name}) ${sql.raw(`${adds} ${prepared} ${later}`)}`.execute(trx);
        });

    it("go to the database together, with the commit, and what holds for all of them once", async () => {
      await Promise.all(all(5).map((name) => whole(name)));
      expect(await names()).toEqual(all(5));
      expect(trips.slice(0, -1)).toEqual([
        ["start", "select", "select", "insert", "insert", "insert", "insert", "insert", "commit"],
      ]);
    });

    it("are told that they are done when the commit is, and sixteen share one at most", async () => {
      const done: string[] = [];
      const seen: number[] = [];
      interfere = (statements) => {
        if (statements.at(-1)?.sql === "commit") seen.push(done.length);
        return undefined;
      };
      await Promise.all(all(40).map((name) => whole(name).then(() => done.push(name))));
      expect(seen).toHaveLength(3);
      for (const [commit, told] of seen.entries()) expect(told).toBeLessThanOrEqual(16 * commit);
      expect(done).toEqual(all(40));
    });

    it("are made sure of once more after anything but an added row", async () => {
      const removing = () =>
        db
          .transaction()
          .setIsolationLevel("read committed")
          .execute(async (trx) => {
            await lockTokensWithNext(trx, "shared");
            await sql`select 'as foreseen' ${sql.raw(`${once} ${prepared} ${later}`)}`.execute(trx);
            await sql`delete from feature_flags where name = 'act 01' ${sql.raw(`${prepared} ${later}`)}`.execute(trx);
          });
      await Promise.all([whole("act 00"), whole("act 01"), removing(), whole("act 02"), whole("act 03")]);
      expect(await names()).toEqual(["act 00", "act 02", "act 03"]);
      expect(trips[0]).toEqual([
        "start",
        "select",
        "select",
        "insert",
        "insert",
        "delete",
        "select",
        "select",
        "insert",
        "insert",
        "commit",
      ]);
    });

    it("do not take each other along when some fail, wherever they stand, and are all told when the commit is done", async () => {
      await db.insertInto("featureFlags").values({ name: "taken" }).execute();
      for (const failing of [[0], [1], [3, 4], [7], [1, 2, 3, 4, 5, 6, 7]]) {
        await db.deleteFrom("featureFlags").where("name", "!=", "taken").execute();
        let told = 0;
        const seen: number[] = [];
        interfere = (statements) => {
          if (statements.at(-1)?.sql === "commit") seen.push(told);
          return undefined;
        };
        const acts = all(8).map((name, place) => whole(failing.includes(place) ? "taken" : name).finally(() => told++));
        const found = await outcomes(acts);
        interfere = () => undefined;
        expect(found.map((outcome) => outcome === "done")).toEqual(all(8).map((_, place) => !failing.includes(place)));
        expect(await names()).toEqual([...all(8).filter((_, place) => !failing.includes(place)), "taken"]);
        expect(seen).toEqual(seen.map(() => 0));
        expect(seen.length).toBeGreaterThan(1);
        expect(store.load()).toEqual({ used: 0, idle: 1, waiting: 0 });
      }
    });

    it("fail alone where they would be judged otherwise, each by its own parameters", async () => {
      // The first passes. No other passes because of that.
      const acts = all(6).map((name, place) => whole(name, sql`select 1 / (${(place + 1) % 2})::int4`));
      expect(await outcomes(acts)).toEqual(all(6).map((_, place) => (place % 2 === 0 ? "done" : "division by zero")));
      expect(await names()).toEqual(["act 00", "act 02", "act 04"]);
    });

    it("are none of them in force when the commit fails, and each is told so", async () => {
      interfere = (statements) =>
        statements.at(-1)?.sql === "commit"
          ? engine.queryAll([...statements.slice(0, -1), { sql: "select 1 / 0", parameters: [] }])
          : undefined;
      expect(await outcomes(all(4).map((name) => whole(name)))).toEqual(all(4).map(() => "division by zero"));
      interfere = () => undefined;
      expect(await names()).toEqual([]);
      await whole("later");
      expect(await names()).toEqual(["later"]);
    });

    it("are all refused when the database goes, and nobody waits for ever", async () => {
      interfere = () => Promise.reject(new Error("gone"));
      expect(await outcomes(all(6).map((name) => whole(name)))).toEqual(all(6).map(() => "gone"));
      interfere = () => undefined;
      expect(await names()).toEqual([]);
      await whole("later");
    });

    it("and those that are not have their turns one after the other, in transactions of their own", async () => {
      const mixed = all(12).map((name, place) => (place % 2 === 0 ? whole(name) : act((trx) => add(trx, name))));
      await Promise.all(mixed);
      expect(await names()).toEqual(all(12));
      expect(commits()).toBe(2);
      expect(store.load()).toEqual({ used: 0, idle: 1, waiting: 0 });
    });
  });
});
