import { sql, type Kysely } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";

import { describeOnBothDatabases, openTestStore } from "#server/testing/databases.ts";
import type { Store } from "./client.ts";
import type { Database } from "./schema.ts";

const names = ["a", "b", "c"];

async function fill({ db }: Store): Promise<void> {
  await db
    .insertInto("ipFilters")
    .values(names.map((name) => ({ id: name, name, ipFilter: "allow all", createdAt: 0 })))
    .execute();
}

/** The times of all filters, in the order of their names. */
async function times(db: Kysely<Database>): Promise<number[]> {
  return (await db.selectFrom("ipFilters").select("createdAt").orderBy("id").execute()).map(({ createdAt }) => createdAt);
}

async function touch(db: Kysely<Database>, name: string): Promise<void> {
  await db.updateTable("ipFilters").set({ createdAt: 1 }).where("id", "=", name).execute();
}

describeOnBothDatabases("A reading in steps", (open) => {
  it("sees one state, whatever others write meanwhile, and lets them read between two steps", async () => {
    const store = await open();
    await fill(store);
    const seen: number[][] = [];
    const others: number[][] = [];
    let writing: Promise<void> = Promise.resolve();
    await store.inSteps(async (step) => {
      seen.push(await step(times));
      writing = touch(store.db, "a");
      // On PGlite it waits for the end.
      if (store.kind === "postgres") await writing;
      const reading = times(store.db).then((found) => others.push(found));
      for (let tried = 0; tried < 100 && others.length === 0; tried++) seen.push(await step(times));
      expect(others).toHaveLength(1);
      await reading;
      seen.push(await step(times));
    });
    await writing;
    expect(new Set(seen.map((each) => each.join()))).toEqual(new Set(["0,0,0"]));
    expect(others).toEqual([store.kind === "postgres" ? [1, 0, 0] : [0, 0, 0]]);
    expect(await times(store.db)).toEqual([1, 0, 0]);
  });

  it("can write nothing, and gives the connection back where a step fails", async () => {
    const store = await open();
    await fill(store);
    await expect(store.inSteps((step) => step((trx) => touch(trx, "a")))).rejects.toThrow("read-only");
    await expect(store.inSteps((step) => step((trx) => sql`select 1 / 0`.execute(trx)))).rejects.toThrow("division by zero");
    await touch(store.db, "b");
    expect(await store.inSteps((step) => step(times))).toEqual([0, 1, 0]);
  });
});

describe("A reading in steps on PGlite", () => {
  async function filled(): Promise<Store & { readonly inParts: NonNullable<Store["inParts"]> }> {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    await fill(store);
    const { inParts } = store;
    if (inParts === undefined) throw new Error("This store has no acts in parts.");
    return { ...store, inParts };
  }

  it("is let in by an act in parts, and sees what was before it to its own end", async () => {
    const { db, inParts, inSteps } = await filled();
    const seen: number[][] = [];
    let reading: Promise<unknown> = Promise.resolve();
    await inParts(async (act) => {
      await act.part((trx) => touch(trx, "a"));
      reading = inSteps(async (step) => {
        for (const _ of names) seen.push(await step(times));
      });
      for (let tried = 0; tried < 100 && seen.length === 0; tried++) await act.pause();
      expect(seen).not.toEqual([]);
      await act.finish((trx) => touch(trx, "b"));
    });
    await reading;
    expect(seen).toEqual(names.map(() => [0, 0, 0]));
    expect(await times(db)).toEqual([1, 1, 0]);
  });

  it("comes to its end before an act in parts begins, and before another reading", async () => {
    const { db, inParts, inSteps } = await filled();
    const order: string[] = [];
    const others: Promise<unknown>[] = [];
    await inSteps(async (step) => {
      others.push(
        inParts(async (act) => {
          order.push("act");
          await act.finish((trx) => touch(trx, "a"));
        }),
        inSteps(async (second) => {
          order.push("another reading");
          order.push((await second(times)).join());
        }),
      );
      for (const _ of names) order.push((await step(times)).join());
    });
    await Promise.all(others);
    expect(order).toEqual(["0,0,0", "0,0,0", "0,0,0", "act", "another reading", "1,0,0"]);
    expect(await times(db)).toEqual([1, 0, 0]);
  });
});
