import { gzipSync } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import { readBody, type BodyToRead } from "./body.ts";
import type { FormatName } from "./formats.ts";
import { bodyReader, smallBody, turnLimit, type BodyReader } from "./reader.ts";
import { IngestRefusal } from "./refusal.ts";
import { readingThread, waitingLimit, type ReadingThread } from "./thread.ts";

const limit = 33_554_432;

function thread(): ReadingThread {
  const started = readingThread();
  onTestFinished(() => started.close());
  return started;
}

function job(format: FormatName, body: string | Buffer, options: Partial<BodyToRead> = {}): BodyToRead {
  return { format, body: Uint8Array.from(Buffer.from(body)), encoding: undefined, limit, index: "home", ...options };
}

async function refusalOf(reading: Promise<unknown>): Promise<IngestRefusal> {
  const reason: unknown = await reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (reason instanceof IngestRefusal) return reason;
  throw new Error("It was not refused.", { cause: reason });
}

/** A reader, and how many bytes it read here between any two turns of the event loop. */
function counted(): { readonly read: BodyReader; readonly most: () => number; readonly here: () => number } {
  let [inTurn, most, here] = [0, 0, 0];
  const read = bodyReader(thread(), (body) => {
    if (inTurn === 0) setImmediate(() => (inTurn = 0));
    inTurn += body.body.length;
    here += body.body.length;
    most = Math.max(most, inTurn);
    return readBody(body);
  });
  return { read, most: () => most, here: () => here };
}

describe("between two turns of the event loop", () => {
  it("no more bytes are read than a turn may have, however many small bodies come at once", async () => {
    const { read, most, here } = counted();
    const body = JSON.stringify([{ message: "x".repeat(10_000) }]);
    const readings = await Promise.all(Array.from({ length: 40 }, (_, sender) => read(String(sender), job("json", body))));
    expect(readings.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 40 }, () => body.length));
    expect(most()).toBeLessThanOrEqual(turnLimit);
    expect(most()).toBeGreaterThan(turnLimit / 2);
    await new Promise((resolve) => setImmediate(resolve));
    const before = here();
    await read("later", job("json", body));
    expect(here() - before, "the next turn reads again").toBe(body.length);
  });

  it("nothing is read of a large body, nor of a compressed one", async () => {
    const { read, here } = counted();
    const line = `${"x".repeat(150)}\n`;
    const lines = line.repeat(200_000);
    const large = await read("a", job("hecRaw", lines));
    const compressed = await read("a", job("hecRaw", gzipSync(lines), { encoding: "gzip" }));
    const small = await read("a", job("hecRaw", gzipSync(line), { encoding: "x-gzip" }));
    await read("a", job("raw", "x".repeat(smallBody + 1)));
    expect([large, compressed].map(({ bytes, tally }) => [bytes, tally.get(undefined)?.events])).toEqual([
      [lines.length, 200_000],
      [lines.length, 200_000],
    ]);
    expect(small.tally.get(undefined)).toEqual({ events: 1, last: [{ text: line.trim(), size: 150 }] });
    expect(here()).toBe(0);
  });
});

describe("the reading thread", () => {
  it("hands back of a body what is kept of it, and no more", async () => {
    const events = Array.from({ length: 1000 }, (_, number) => ({ event: `${number} ${"x".repeat(5000)}`, index: "web" }));
    const { tally, answer } = await thread().read("a", job("hec", events.map((event) => JSON.stringify(event)).join("")));
    const received = tally.get("web");
    expect([received?.events, received?.last.length, answer]).toEqual([1000, 100, undefined]);
    expect(received?.last.at(-1)).toMatchObject({ size: 5030, text: expect.stringMatching(/^\{"event":"999 x+$/u) as string });
    expect(received?.last.every(({ text }) => text.length === 4096)).toBe(true);
  });

  it("refuses what it cannot unpack or read, and goes on", async () => {
    const { read } = thread();
    const zeros = gzipSync(Buffer.alloc(1_000_000));
    const refusals = await Promise.all([
      refusalOf(read("a", job("raw", zeros, { encoding: "gzip", limit: 1000 }))),
      refusalOf(read("a", job("raw", "plain", { encoding: "gzip" }))),
      refusalOf(read("a", job("raw", "plain", { encoding: "br" }))),
      refusalOf(read("a", job("json", "[1"))),
    ]);
    expect(refusals.map(({ status }) => status)).toEqual([413, 400, 415, 400]);
    expect(refusals[0]?.message).toContain("1,000 bytes accepted here (INGEST_BODY_LIMIT)");
    expect((await read("a", job("raw", gzipSync("next"), { encoding: "gzip" }))).bytes).toBe(4);
  });

  it("fails a body that cannot be handed over, and goes on with the next", async () => {
    const { read } = thread();
    const detached = job("raw", "gone");
    structuredClone(detached.body.buffer, { transfer: [detached.body.buffer] });
    for (const bad of [Object.assign(job("raw", "x"), { uncloneable: () => {} }), detached]) {
      const first = read("a", bad);
      const behind = read("a", job("raw", "x"));
      await expect(first).rejects.toThrow(/clone/u);
      expect((await behind).bytes).toBe(1);
    }
  });

  it("gives every sender a turn, however much another has waiting", async () => {
    const { read } = thread();
    const order: string[] = [];
    const send = async (sender: string, body: string) => {
      await read(sender, job("raw", body));
      order.push(sender);
    };
    await Promise.all([send("a", "1"), send("a", "2"), send("a", "3"), send("b", "1"), send("b", "2"), send("c", "1")]);
    expect(order).toEqual(["a", "a", "b", "c", "a", "b"]);
  });

  it("tells a sender that has too much waiting to send it again, and takes another's", async () => {
    const { read } = thread();
    const first = Array.from({ length: waitingLimit + 1 }, () => read("a", job("raw", "x")));
    const surplus = await refusalOf(read("a", job("raw", "x")));
    expect([surplus.status, surplus.hecCode]).toEqual([503, 9]);
    expect((await read("b", job("raw", "x"))).bytes).toBe(1);
    expect(await Promise.all(first)).toHaveLength(waitingLimit + 1);
    expect((await read("a", job("raw", "x"))).bytes).toBe(1);
  });

  it("fails what waits when it is closed", async () => {
    const closing = readingThread();
    const waiting = [closing.read("a", job("raw", "x")), closing.read("b", job("raw", "x"))];
    const outcomes = Promise.allSettled(waiting);
    await closing.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(closing.read("a", job("raw", "x"))).rejects.toThrow("closing");
  });
});
