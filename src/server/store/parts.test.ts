import { sql, type Kysely } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";

import { createSession, findSession } from "#server/auth/sessions.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { addFilters, filterTimes, touchFilter } from "#server/testing/filterTimes.ts";
import { aUser, sampleId } from "#server/testing/samples.ts";
import type { Store } from "./client.ts";
import { settleParts, type ActInParts } from "./parts.ts";
import type { Database } from "./schema.ts";

const names = ["a", "b", "c", "d"];

function inParts<T>({ inParts: run }: Store, work: (act: ActInParts) => Promise<T>): Promise<T> {
  if (run === undefined) throw new Error("This store has no acts in parts.");
  return run(work);
}

const touch = (name: string) => (db: Kysely<Database>) => touchFilter(db, name);

describe("An act in parts", () => {
  it("shows nothing of itself to those that read between its parts, and everything from its end on", async () => {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    await addFilters(store.db, names);
    // A crash at the very end of another act left its decision.
    await store.db.insertInto("actsInParts").values({ name: "before" }).execute();
    const seen: number[][] = [];
    await inParts(store, async (act) => {
      for (const name of names) {
        await act.part(touch(name));
        const before = seen.length;
        const reading = filterTimes(store.db).then((found) => seen.push(found));
        while (seen.length === before) await act.pause();
        await reading;
      }
      await act.finish(async (trx) => void (await trx.insertInto("featureFlags").values({ name: "done" }).execute()));
    });
    expect(seen).toEqual(names.map(() => [0, 0, 0, 0]));
    expect(await filterTimes(store.db)).toEqual([1, 1, 1, 1]);
    expect(await store.db.selectFrom("actsInParts").selectAll().execute()).toEqual([]);
  });

  it("lets in a snapshot that only reads, and has whoever writes wait for its end", async () => {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    await addFilters(store.db, names);
    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    let others: Promise<unknown> = Promise.resolve();
    await inParts(store, async (act) => {
      await act.part(touch("a"));
      others = Promise.all([
        store.db
          .updateTable("ipFilters")
          .set({ createdAt: 2 })
          .where("id", "=", "a")
          .execute()
          .then(note("a statement that writes")),
        store.db.selectFrom("ipFilters").select("id").where("id", "=", "b").forShare().execute().then(note("a lock")),
        store.db
          .transaction()
          .execute((trx) => touch("b")(trx))
          .then(note("a transaction")),
        store.db
          .transaction()
          .setIsolationLevel("repeatable read")
          .setAccessMode("read only")
          .execute((trx) => filterTimes(trx))
          .then(note("a snapshot")),
      ]);
      // On a busy machine one pause may be over before everybody had a turn.
      while (order.length === 0) await act.pause();
      await act.pause();
      expect(order).toEqual(["a snapshot"]);
      await act.finish((trx) => touch("c")(trx));
    });
    await others;
    expect(order.toSorted()).toEqual(["a lock", "a snapshot", "a statement that writes", "a transaction"]);
    // The statement came after the act, and saw what it did.
    expect(await filterTimes(store.db)).toEqual([2, 1, 1, 0]);
  });

  it("does not hold up a session whose last request is to be noted", async () => {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    const { db } = store;
    const user = aUser({ id: sampleId(24, 1) });
    await db.insertInto("users").values(user).execute();
    const cookie = await createSession(db, { userId: user.id }, { address: "192.0.2.1", userAgent: undefined }, 0);
    await inParts(store, async (act) => {
      let found: unknown;
      const finding = findSession(db, cookie, 1e6).then((row) => (found = row));
      while (found === undefined) await act.pause();
      await finding;
      expect(found).toMatchObject({ userId: user.id });
      await act.finish((trx) => touch("a")(trx));
    });
    await expect.poll(async () => (await db.selectFrom("sessions").select("lastSeenAt").execute())[0]?.lastSeenAt).toBe(1e6);
  });

  it("leaves nothing behind when a part of it or its end fails", async () => {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    await addFilters(store.db, names);
    const refused = new Error("refused");
    const fail = () => Promise.reject(refused);
    await expect(
      inParts(store, async (act) => {
        await act.part(touch("a"));
        await act.part(fail);
      }),
    ).rejects.toBe(refused);
    await expect(
      inParts(store, async (act) => {
        await act.part(touch("a"));
        await act.part(touch("b"));
        await act.finish(fail);
      }),
    ).rejects.toBe(refused);
    expect(await filterTimes(store.db)).toEqual([0, 0, 0, 0]);
    // Nothing is prepared that would hold rows.
    await touch("a")(store.db);
    expect(await filterTimes(store.db)).toEqual([1, 0, 0, 0]);
  });

  it("lets nobody ask any more when a part of it cannot be taken back, instead of having them wait for ever", async () => {
    const store = await openTestStore("pglite");
    await addFilters(store.db, names);
    await expect(
      inParts(store, async (act) => {
        await act.part(touch("a"));
        await act.part(touch("b"));
        // Somebody takes back the first part. The second holds its row until it is taken back, too.
        const { rows } = await sql<{ gid: string }>`select gid from pg_prepared_xacts order by gid limit 1`.execute(act.db);
        await sql`rollback prepared ${sql.lit(rows[0]?.gid)}`.execute(act.db);
        throw new Error("refused");
      }),
    ).rejects.toThrow("failed while it took back a change");
    await expect(touch("b")(store.db)).rejects.toThrow("failed while it took back a change");
  });

  it("is in force as a whole after a crash, or not at all", async () => {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    await addFilters(store.db, names);
    // What a crash leaves of an act is what PostgreSQL keeps of it on disk: the parts that are prepared, and the decision if it was made.
    const leave = ({ db }: Store, act: string, parts: readonly string[]) =>
      db.connection().execute(async (connection) => {
        for (const [number, name] of parts.entries()) {
          await sql`begin`.execute(connection);
          await touch(name)(connection);
          await sql`prepare transaction ${sql.lit(`${act}:${number}`)}`.execute(connection);
        }
      });
    await leave(store, "undecided", ["a", "b"]);
    await leave(store, "decided", ["c", "d"]);
    await store.db.insertInto("actsInParts").values({ name: "decided" }).execute();
    expect(await filterTimes(store.db)).toEqual([0, 0, 0, 0]);
    await settleParts(store.db);
    expect(await filterTimes(store.db)).toEqual([0, 0, 1, 1]);
    expect((await sql`select gid from pg_prepared_xacts`.execute(store.db)).rows).toEqual([]);
    expect(await store.db.selectFrom("actsInParts").selectAll().execute()).toEqual([]);
  });

  it("lets nobody read any more when it fails after it was decided", async () => {
    const store = await openTestStore("pglite");
    await addFilters(store.db, names);
    const waiting: Promise<unknown>[] = [];
    await expect(
      inParts(store, async (act) => {
        await act.part(touch("a"));
        await act.part(touch("b"));
        // Somebody takes away the second part: it cannot come in force.
        const { rows } = await sql<{ gid: string }>`select gid from pg_prepared_xacts order by gid desc limit 1`.execute(act.db);
        await sql`rollback prepared ${sql.lit(rows[0]?.gid)}`.execute(act.db);
        waiting.push(filterTimes(store.db));
        await act.finish((trx) => touch("c")(trx));
      }),
    ).rejects.toThrow("failed while it carried out a change");
    await expect(waiting[0]).rejects.toThrow("failed while it carried out a change");
    await expect(filterTimes(store.db)).rejects.toThrow("failed while it carried out a change");
  });
});
