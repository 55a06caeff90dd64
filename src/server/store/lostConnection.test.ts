import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";

import { sql } from "kysely";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { createEmptyDatabase } from "#server/testing/databases.ts";
import { openStore } from "./client.ts";
import { databaseError, storageTrouble, StoreUnreachableError } from "./failures.ts";
import { postgresPool } from "./postgres.ts";

/** A store with one connection, and how the server ends it: the statement is answered, and the connection closed right after. */
async function onOneConnection() {
  const store = await openStore({ databaseUrl: await createEmptyDatabase() }, { connections: 1 });
  onTestFinished(() => store.close());
  return { store, db: store.db, end: sql`select pg_terminate_backend(pg_backend_pid())` };
}

const terminated = { code: "57P01", severity: "FATAL" };

describe("a connection to PostgreSQL that the server ends", () => {
  it("is not handed to whoever waits for one", async () => {
    const { db, end } = await onOneConnection();
    const ended = end.execute(db);
    const others = [1, 2, 3].map((n) => sql<{ n: number }>`select ${sql.lit(n)} as n`.execute(db));
    await expect(ended).rejects.toMatchObject(terminated);
    expect((await Promise.all(others)).map(({ rows }) => rows[0]?.n)).toEqual([1, 2, 3]);
  });

  it("fails a transaction with what the server said, and its next holder finds nothing of it", async () => {
    const { db, end, store } = await onOneConnection();
    const writing = db.transaction().execute(async (trx) => {
      await trx.insertInto("featureFlags").values({ name: "lost" }).execute();
      await end.execute(trx);
    });
    const reading = db.selectFrom("featureFlags").selectAll().execute();
    await expect(writing).rejects.toMatchObject(terminated);
    expect(await reading).toEqual([]);
    expect(store.load()).toMatchObject({ used: 0, waiting: 0 });
  });

  it("is not said to have changed nothing where it ended for want of room, as it may have been committing", () => {
    const full = { message: "could not write to file", code: "53100" };
    expect(storageTrouble(databaseError({ ...full, severity: "ERROR" }))).toMatchObject({ code: "STORAGE_FULL" });
    expect(storageTrouble(databaseError({ ...full, severity: "PANIC" }))).toBeUndefined();
  });
});

/** A way to a database on which statements of new connections can be held up for a while. */
async function slowWayTo(databaseUrl: string) {
  const { hostname, port } = new URL(databaseUrl);
  let held: (() => void)[] | undefined;
  const server = createServer((socket) => {
    const upstream = connect(Number(port), hostname);
    for (const end of [socket, upstream]) end.on("error", () => {});
    upstream.pipe(socket);
    socket.on("close", () => upstream.destroy());
    socket.on("data", (data) => {
      if (held !== undefined && data.includes("pg_is_in_recovery")) held.push(() => upstream.write(data));
      else upstream.write(data);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    hold: () => void (held = []),
    /** Whether a connection waits for its answer. */
    holds: () => held !== undefined && held.length > 0,
    letGo() {
      for (const write of held ?? []) write();
      held = undefined;
    },
  };
}

describe("a connection to PostgreSQL that comes too late for who waited for it", () => {
  it("is there for the next one", async () => {
    const way = await slowWayTo(await createEmptyDatabase());
    const patience = 30_000;
    const pool = postgresPool(way.url, 1, patience);
    // Not waited for: a connection that was never given back would keep the failure from being told.
    onTestFinished(() => void pool.end());
    const first = await pool.connect();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const second = pool.connect();
    way.hold();
    await expect(first.query("select pg_terminate_backend(pg_backend_pid())", [])).rejects.toThrow();
    first.release();
    while (!way.holds()) await setImmediate();
    vi.advanceTimersByTime(patience);
    await expect(second).rejects.toBeInstanceOf(StoreUnreachableError);
    vi.useRealTimers();
    way.letGo();
    const third = await pool.connect();
    expect((await third.query("select 1 as one", [])).rows).toEqual([{ one: 1 }]);
    third.release();
    expect(pool.load()).toEqual({ used: 0, idle: 1, waiting: 0 });
  });
});

it.runIf(process.platform === "linux")("a connection that says nothing is asked by the system whether it is there", async () => {
  const databaseUrl = await createEmptyDatabase();
  const pool = postgresPool(databaseUrl, 1);
  onTestFinished(() => pool.end());
  const client = await pool.connect();
  const { rows } = await client.query<{ ours: number; theirs: number }>(
    "select inet_client_port() as ours, inet_server_port() as theirs",
    [],
  );
  // As hex: address and port of either end, state, queues, which timer runs (2: the one that asks) and hundredths of seconds until it does.
  const [ours, theirs] = [rows[0]?.ours ?? 0, rows[0]?.theirs ?? 0].map((port) =>
    port.toString(16).toUpperCase().padStart(4, "0"),
  );
  const [, timer, left = ""] =
    new RegExp(`^ *\\d+: [0-9A-F]{8}:${ours} [0-9A-F]{8}:${theirs} 01 [0-9A-F:]{17} (\\d\\d):([0-9A-F]{8}) `, "mu").exec(
      readFileSync("/proc/net/tcp", "utf8"),
    ) ?? [];
  client.release();
  expect(timer).toBe("02");
  expect(Number.parseInt(left, 16)).toBeLessThanOrEqual(3000);
});
