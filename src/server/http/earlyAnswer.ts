import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";

import type { FastifyInstance, FastifyReply } from "fastify";

/** How much more of a body is read once its request is answered, in bytes: as much as the largest body that can be allowed. */
const mostReadOut = 268_435_456;

/** How long to wait for more of it, in ms. The whole request has its own time, which the server gives it. */
const longestWait = 5000;

/** How often it is looked for in that time. */
const looks = 2;

/**
 * Reads what is left of a body whose request was answered before it came whole: refused for its size, or for who sends it. Hanging up on
 * unread bytes would break the client's pipe, and many clients read the answer only after they have sent everything. The answer goes at
 * once, for those who look earlier. The connection serves the next request when the rest has come; where that is too much or too slow, it
 * ends.
 *
 * @param most how much is read, in bytes
 */
export function readOutBodies(app: FastifyInstance, most: number = mostReadOut): void {
  const waiting = new Set<() => void>();
  app.addHook("preClose", async () => {
    for (const giveUp of waiting) giveUp();
  });

  app.addHook("onSend", ({ raw, headers }, reply, payload, done) => {
    const { "content-length": length, "transfer-encoding": encoding } = headers;
    const announced = encoding !== undefined || Number(length ?? 0) > 0;
    if (announced && !raw.complete) return withRest(raw, reply, payload);
    done(null, payload);
    return undefined;
  });

  /** The answer, which ends when the rest of the body has come. */
  async function withRest(raw: IncomingMessage, reply: FastifyReply, payload: unknown): Promise<unknown> {
    // What has arrived with the head is told a turn later.
    await setImmediate();
    if (raw.complete || raw.readableEnded || raw.destroyed) return payload;
    const parts = partsOf(payload);
    if (parts === undefined) return payload;
    if (Array.isArray(parts)) void reply.header("content-length", Buffer.byteLength(parts[0] ?? ""));
    return Readable.from(
      followedBy(() => readOut(raw, most, waiting), parts),
      { objectMode: false },
    );
  }
}

/** An answer in pieces, where it is of a kind that this server sends. */
function partsOf(payload: unknown): readonly [] | readonly [string | Buffer] | Readable | undefined {
  if (payload === null || payload === undefined) return [];
  if (typeof payload === "string" || Buffer.isBuffer(payload)) return [payload];
  return payload instanceof Readable ? payload : undefined;
}

/** An answer that ends when something else has ended too. */
async function* followedBy(
  end: () => Promise<void>,
  payload: Iterable<string | Buffer> | AsyncIterable<string | Buffer>,
): AsyncGenerator<string | Buffer> {
  const ended = end();
  yield* payload;
  await ended;
}

/** Resolves when a body was read to its end, or its connection ended, be it for the bounds. Whoever else reads it meanwhile goes on. */
function readOut(raw: IncomingMessage, most: number, waiting: Set<() => void>): Promise<void> {
  return new Promise((resolve) => {
    let left = most;
    const giveUp = () => void raw.destroy();
    // It is looked for twice: after a standstill of this process the first time comes before what was sent meanwhile is read.
    let missed = 0;
    const idle = setTimeout(() => {
      missed++;
      if (missed === looks) giveUp();
      else idle.refresh();
    }, longestWait / looks);
    waiting.add(giveUp);
    const readByOthers = raw.listenerCount("data") > 0;
    raw.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      missed = 0;
      if (left < 0) giveUp();
      else idle.refresh();
    });
    for (const event of ["end", "close"]) {
      raw.once(event, () => {
        clearTimeout(idle);
        waiting.delete(giveUp);
        resolve();
      });
    }
    if (!readByOthers) raw.resume();
  });
}
