import { setImmediate } from "node:timers/promises";

import { describe, expect, it, vi } from "vitest";

import { SingleConnectionPool, type Engine } from "./pool.ts";
import { looksUp, prepared } from "./statementClient.ts";

/** An engine that only writes down what it is asked, and calls every statement by its first word. */
function recorder() {
  const asked: string[] = [];
  const engine: Engine = {
    query(text) {
      asked.push(text);
      return Promise.resolve({ command: text.split(" ")[0]?.toUpperCase() ?? "", rowCount: 0, rows: [] });
    },
    close() {
      asked.push("(close)");
      return Promise.resolve();
    },
  };
  return { asked, engine };
}

describe("the pool of a single connection", () => {
  it("serves callers in the order of asking, one at a time", async () => {
    const { asked, engine } = recorder();
    const pool = new SingleConnectionPool(engine);
    const work = async (name: string) => {
      const client = await pool.connect();
      await client.query(`${name} first`, []);
      await client.query(`${name} second`, []);
      client.release();
    };
    await Promise.all(["a", "b", "c"].map(work));
    expect(asked).toEqual(["a first", "a second", "b first", "b second", "c first", "c second"]);
  });

  it("ends a transaction that its caller left open before the next one begins", async () => {
    const { asked, engine } = recorder();
    const pool = new SingleConnectionPool(engine);
    const client = await pool.connect();
    await client.query("begin", []);
    await client.query("insert", []);
    client.release();
    const next = await pool.connect();
    await next.query("select", []);
    next.release();
    expect(asked).toEqual(["begin", "insert", "rollback", "select"]);
  });

  it("passes the connection on once, however often it is given back", async () => {
    const { asked, engine } = recorder();
    const pool = new SingleConnectionPool(engine);
    const [first, second, third] = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    await first.query("first", []);
    const [secondDone, thirdDone] = [second.query("second", []), third.query("third", [])];
    first.release();
    first.release();
    await secondDone;
    await expect(Promise.race([thirdDone, Promise.resolve("still waiting")])).resolves.toBe("still waiting");
    expect(asked).toEqual(["first", "second"]);
    await expect(first.query("select", [])).rejects.toThrow("after it was given back");
  });

  it("lets everybody who waits finish before it closes, and refuses who comes later", async () => {
    const { asked, engine } = recorder();
    const pool = new SingleConnectionPool(engine);
    let tellAsked = () => {};
    const hasAsked = new Promise<void>((resolve) => (tellAsked = resolve));
    const client = await pool.connect();
    await client.query("first", []);
    const waiting = pool.connect().then(async (next) => {
      const last = next.query("last", []);
      tellAsked();
      await last;
      next.release();
    });
    await hasAsked;
    const ending = pool.end();
    await expect(pool.connect()).rejects.toThrow("closed");
    client.release();
    await Promise.all([waiting, ending]);
    expect(asked).toEqual(["first", "last", "(close)"]);
  });

  it("is not closed before the last one gave it back, however long that takes", async () => {
    vi.useFakeTimers();
    try {
      const { asked, engine } = recorder();
      const pool = new SingleConnectionPool(engine);
      const client = await pool.connect();
      await client.query("first", []);
      const ending = pool.end();
      await vi.advanceTimersByTimeAsync(300_000);
      await client.query("last", []);
      client.release();
      await ending;
      expect(asked).toEqual(["first", "last", "(close)"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is not closed while an act keeps the connection that asked for it before", async () => {
    const { asked, engine } = recorder();
    const pool = new SingleConnectionPool(engine);
    const client = await pool.connect();
    await client.query("first", []);
    const keeping = pool.keep(async (kept) => {
      const own = await kept.pool.connect();
      await own.query("kept", []);
      await setImmediate();
      await own.query("last", []);
      own.release();
    });
    const ending = pool.end();
    client.release();
    await Promise.all([keeping, ending]);
    expect(asked).toEqual(["first", "kept", "last", "(close)"]);
  });

  it("tells who waits for itself, instead of waiting for ever", async () => {
    vi.useFakeTimers();
    try {
      const pool = new SingleConnectionPool(recorder().engine);
      const client = await pool.connect();
      await client.query("first", []);
      const other = await pool.connect();
      // Nothing was done of what was asked, and who is told so says so.
      const notFree = {
        name: "StoreUnreachableError",
        cause: expect.objectContaining({ message: expect.stringContaining("not free for 60 s") as string }) as unknown,
      };
      const waiting = expect(other.query("second", [])).rejects.toMatchObject(notFree);
      const inTransaction = await pool.connect();
      await inTransaction.query("begin", []);
      const writing = expect(inTransaction.query("insert", [])).rejects.toMatchObject(notFree);
      await vi.advanceTimersByTimeAsync(60_000);
      await waiting;
      await writing;
      // Nothing was begun, so nobody waits once more to take it back.
      await inTransaction.query("rollback", []);
      client.release();
      await (await pool.connect()).query("third", []);
    } finally {
      vi.useRealTimers();
    }
  });

  it("counts all that the database is asked, whoever asks, but for look-ups", async () => {
    const { engine } = recorder();
    const pool = new SingleConnectionPool(engine);
    const since = async (work: () => Promise<unknown>) => {
      const before = pool.asked;
      await work();
      return pool.asked - before;
    };
    const ask = async (...texts: readonly string[]) => {
      const client = await pool.connect();
      for (const text of texts) await client.query(text, []);
      client.release();
    };
    expect(await since(() => ask(`select 1 ${looksUp} ${prepared}`))).toBe(0);
    expect(await since(() => ask(`select 1 ${prepared}`))).toBe(1);
    expect(await since(() => ask("begin", "update", "commit"))).toBe(3);
    // Given back in the middle, it is rolled back.
    expect(await since(() => ask("begin", "update"))).toBe(3);
    const kept = () =>
      pool.keep(async ({ pool: own }) => {
        const client = await own.connect();
        await client.query("update", []);
        client.release();
      });
    expect(await since(kept)).toBe(1);
    const refuses = new SingleConnectionPool({ ...engine, query: () => Promise.reject(new Error("The disk is gone.")) });
    const client = await refuses.connect();
    await expect(client.query(`select 1 ${looksUp} ${prepared}`, [])).rejects.toThrow("The disk is gone.");
    expect(refuses.asked).toBe(1);
    // Who was let in by what was looked up before is no longer.
    expect(await since(() => pool.end())).toBe(1);
  });
});
