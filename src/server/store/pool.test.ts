import { describe, expect, it, vi } from "vitest";

import { SingleConnectionPool, type Engine } from "./pool.ts";

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
    const pool = new SingleConnectionPool(recorder().engine);
    const client = await pool.connect();
    const [second, third] = [pool.connect(), pool.connect()];
    client.release();
    client.release();
    await second;
    await expect(Promise.race([third, Promise.resolve("still waiting")])).resolves.toBe("still waiting");
    await expect(client.query("select", [])).rejects.toThrow("after it was given back");
  });

  it("lets everybody who waits finish before it closes, and refuses who comes later", async () => {
    const { asked, engine } = recorder();
    const pool = new SingleConnectionPool(engine);
    const client = await pool.connect();
    const waiting = pool.connect().then(async (next) => {
      await next.query("last", []);
      next.release();
    });
    const ending = pool.end();
    await expect(pool.connect()).rejects.toThrow("closed");
    client.release();
    await Promise.all([waiting, ending]);
    expect(asked).toEqual(["last", "(close)"]);
  });

  it("tells who waits for itself, instead of waiting for ever", async () => {
    vi.useFakeTimers();
    try {
      const pool = new SingleConnectionPool(recorder().engine);
      const client = await pool.connect();
      const waiting = expect(pool.connect()).rejects.toThrow("not free for 60 s");
      await vi.advanceTimersByTimeAsync(60_000);
      await waiting;
      client.release();
      (await pool.connect()).release();
    } finally {
      vi.useRealTimers();
    }
  });
});
