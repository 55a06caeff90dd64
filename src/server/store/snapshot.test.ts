import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";

import { describeOnBothDatabases, openTestStore } from "#server/testing/databases.ts";
import { addFilters, filterTimes, touchFilter } from "#server/testing/filterTimes.ts";
import type { Store } from "./client.ts";

const names = ["a", "b", "c"];

describeOnBothDatabases("A reading in steps", (open) => {
  it("sees one state, whatever others write meanwhile, and lets them read between two steps", async () => {
    const store = await open();
    await addFilters(store.db, names);
    const seen: number[][] = [];
    const others: number[][] = [];
    let writing: Promise<void> = Promise.resolve();
    await store.inSteps(async (step) => {
      seen.push(await step(filterTimes));
      writing = touchFilter(store.db, "a");
      // On PGlite it waits for the end.
      if (store.kind === "postgres") await writing;
      const reading = filterTimes(store.db).then((found) => others.push(found));
      const afterAStep = async () => {
        seen.push(await step(filterTimes));
        return others;
      };
      await expect.poll(afterAStep, { interval: 1 }).toHaveLength(1);
      await reading;
      seen.push(await step(filterTimes));
    });
    await writing;
    expect(new Set(seen.map((each) => each.join()))).toEqual(new Set(["0,0,0"]));
    expect(others).toEqual([store.kind === "postgres" ? [1, 0, 0] : [0, 0, 0]]);
    expect(await filterTimes(store.db)).toEqual([1, 0, 0]);
  });

  it("can write nothing, and gives the connection back where a step fails", async () => {
    const store = await open();
    await addFilters(store.db, names);
    await expect(store.inSteps((step) => step((trx) => touchFilter(trx, "a")))).rejects.toThrow("read-only");
    await expect(store.inSteps((step) => step((trx) => sql`select 1 / 0`.execute(trx)))).rejects.toThrow("division by zero");
    await touchFilter(store.db, "b");
    expect(await store.inSteps((step) => step(filterTimes))).toEqual([0, 1, 0]);
  });
});

describe("A reading in steps on PGlite", () => {
  async function filled(): Promise<Store & { readonly inParts: NonNullable<Store["inParts"]> }> {
    const store = await openTestStore("pglite");
    onTestFinished(() => store.close());
    await addFilters(store.db, names);
    const { inParts } = store;
    if (inParts === undefined) throw new Error("This store has no acts in parts.");
    return { ...store, inParts };
  }

  it("is let in by an act in parts, and sees what was before it to its own end", async () => {
    const { db, inParts, inSteps } = await filled();
    const seen: number[][] = [];
    let reading: Promise<unknown> = Promise.resolve();
    await inParts(async (act) => {
      await act.part((trx) => touchFilter(trx, "a"));
      reading = inSteps(async (step) => {
        for (const _ of names) seen.push(await step(filterTimes));
      });
      const afterAPause = async () => {
        await act.pause();
        return seen;
      };
      await expect.poll(afterAPause, { interval: 1 }).not.toEqual([]);
      await act.finish((trx) => touchFilter(trx, "b"));
    });
    await reading;
    expect(seen).toEqual(names.map(() => [0, 0, 0]));
    expect(await filterTimes(db)).toEqual([1, 1, 0]);
  });

  it("comes to its end before an act in parts begins, and before another reading", async () => {
    const { db, inParts, inSteps } = await filled();
    const order: string[] = [];
    const others: Promise<unknown>[] = [];
    await inSteps(async (step) => {
      others.push(
        inParts(async (act) => {
          order.push("act");
          await act.finish((trx) => touchFilter(trx, "a"));
        }),
        inSteps(async (second) => {
          order.push("another reading");
          order.push((await second(filterTimes)).join());
        }),
      );
      for (const _ of names) order.push((await step(filterTimes)).join());
    });
    await Promise.all(others);
    expect(order).toEqual(["0,0,0", "0,0,0", "0,0,0", "act", "another reading", "1,0,0"]);
    expect(await filterTimes(db)).toEqual([1, 0, 0]);
  });
});
