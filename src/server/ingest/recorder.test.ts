import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { describeOnBothDatabases, waitingForLocks, type TestStore } from "#server/testing/databases.ts";
import { ingestToken } from "#server/testing/ingest.ts";
import { testServer } from "#server/testing/server.ts";
import type { Received } from "./kept.ts";
import { flushDelay, ingestRecorder, type Arrival, type IngestRecorder } from "./recorder.ts";
import { TallyBuilder } from "./tally.ts";

function ofEvents(texts: readonly string[]): Received {
  const builder = new TallyBuilder();
  for (const text of texts) builder.take(text);
  return builder.finish().get(undefined) ?? { events: 0, last: [] };
}

describeOnBothDatabases("the recorder of what arrives", (open) => {
  let store: TestStore;
  let arrival: Arrival;
  beforeEach(async () => {
    store = await open();
    const server = await testServer(store);
    await ingestToken(server);
    await server.app.close();
    const { id, repositoryId } = await store.db
      .selectFrom("ingestTokens")
      .select(["id", "repositoryId"])
      .executeTakeFirstOrThrow();
    arrival = {
      repositoryId,
      tokenId: id,
      tokenName: "a shipper",
      parserName: null,
      received: ofEvents(["one", "two"]),
      bytes: 10,
      at: 1_000_000_000_000,
      address: "192.0.2.1",
    };
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const token = () =>
    store.db
      .selectFrom("ingestTokens")
      .select(["events", "bytes", "lastUsedAt", "lastUsedFrom", "firstUsedAt"])
      .executeTakeFirstOrThrow();
  const recorder = (onError: (error: unknown) => void = (error) => expect.fail(String(error))): IngestRecorder =>
    ingestRecorder(store.db, onError);

  it("writes by itself, a second later at most", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const recorded = recorder();
    recorded.record(arrival);
    recorded.record({ ...arrival, at: arrival.at + 1, address: "192.0.2.2" });
    expect(await token()).toMatchObject({ events: 0 });
    vi.advanceTimersByTime(flushDelay);
    vi.useRealTimers();
    await expect.poll(token).toEqual({
      events: 4,
      bytes: 20,
      lastUsedAt: arrival.at + 1,
      lastUsedFrom: "192.0.2.2",
      firstUsedAt: arrival.at,
    });
  });

  it("loses no count to several processes that write at once", async () => {
    const recorders = [recorder(), recorder(), recorder()];
    await Promise.all(
      recorders.flatMap((recorded) =>
        Array.from({ length: 10 }, async () => {
          recorded.record(arrival);
          await recorded.flush();
        }),
      ),
    );
    expect(await token()).toMatchObject({ events: 60, bytes: 300 });
    const { events } = await store.db.selectFrom("ingestHours").select("events").executeTakeFirstOrThrow();
    expect(events).toBe(60);
    const kept = await store.db.selectFrom("ingestEvents").select("text").execute();
    expect(kept).toHaveLength(60);
  });

  it("does not take an older use for the last one", async () => {
    const recorded = recorder();
    recorded.record({ ...arrival, at: arrival.at + 5, address: "192.0.2.9" });
    await recorded.flush();
    recorded.record(arrival);
    await recorded.flush();
    expect(await token()).toMatchObject({ lastUsedAt: arrival.at + 5, lastUsedFrom: "192.0.2.9" });
  });

  it("writes the first use down once, the earliest of what several processes noted", async () => {
    const recorded = recorder();
    const used = async (at: number) => {
      recorded.record({ ...arrival, at });
      await recorded.flush();
      return (await token()).firstUsedAt;
    };
    expect((await token()).firstUsedAt).toBeNull();
    expect([await used(arrival.at), await used(arrival.at + 9), await used(arrival.at - 9)]).toEqual([
      arrival.at,
      arrival.at,
      arrival.at - 9,
    ]);
    // Of one that was used before this was written down, it is not known.
    await store.db.updateTable("ingestTokens").set({ firstUsedAt: null }).execute();
    expect(await used(arrival.at + 20)).toBeNull();
  });

  it("passes over a token and a repository that are gone, and counts the rest", async () => {
    const recorded = recorder();
    recorded.record({ ...arrival, tokenId: "x".repeat(24), repositoryId: "y".repeat(24) });
    recorded.record(arrival);
    await recorded.flush();
    expect(await token()).toMatchObject({ events: 2 });
    expect(await store.db.selectFrom("ingestEvents").select("text").execute()).toHaveLength(2);
  });

  it("waits for a repository that is being deleted, and the deletion never for it", async ({ skip }) => {
    if (store.kind === "pglite") skip("Its one connection is free when the deletion is over.");
    const recorded = recorder();
    recorded.record(arrival);
    let flushed: Promise<void> | undefined;
    await store.db.transaction().execute(async (trx) => {
      const repository = trx.selectFrom("searchDomains").select("id").where("id", "=", arrival.repositoryId);
      await repository.forUpdate().execute();
      flushed = recorded.flush();
      await expect.poll(() => waitingForLocks(store.db)).toBeGreaterThan(0);
      await trx.deleteFrom("searchDomains").where("id", "=", arrival.repositoryId).execute();
    });
    await flushed;
  });

  it("keeps what could not be written, and writes it with what came since", async () => {
    const errors: unknown[] = [];
    const recorded = recorder((error) => void errors.push(error));
    await store.db.schema.alterTable("ingest_hours").renameTo("elsewhere").execute();
    recorded.record(arrival);
    await recorded.flush();
    expect(errors).toHaveLength(1);
    expect(await token()).toMatchObject({ events: 0 });
    await store.db.schema.alterTable("elsewhere").renameTo("ingest_hours").execute();
    recorded.record({ ...arrival, received: ofEvents(["three"]) });
    await recorded.flush();
    expect(await token()).toMatchObject({ events: 3, bytes: 20 });
    const kept = await store.db.selectFrom("ingestEvents").select("text").orderBy("id").execute();
    expect(kept.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });
});
