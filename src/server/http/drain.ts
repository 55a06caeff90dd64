import type { IncomingMessage } from "node:http";

import type { FastifyInstance } from "fastify";

/** How much of a body that nobody wants is read on, in bytes: as much as the largest body that can be allowed. */
const drainLimit = 268_435_456;

/** How long to wait for more of it, in ms. */
const drainIdle = 5000;

/**
 * Reads the rest of a body that was refused before its end, and only then lets the answer go. Most clients send a whole body before they
 * read an answer: one that is answered and closed meanwhile sees a broken pipe, and never why. A body that does not end is not waited for.
 */
export function drainRefusedBodies(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply) => {
    const { raw } = request;
    if (!hasBody(raw) || raw.complete || raw.readableEnded || raw.destroyed) return;
    const ended = await drain(raw);
    if (!ended) void reply.header("connection", "close");
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Reads and forgets what is left. Resolves to whether that was all of it. */
function drain(body: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    let left = drainLimit;
    const settle = (ended: boolean) => {
      clearTimeout(idle);
      body.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
      if (!ended) body.pause();
      resolve(ended);
    };
    const onEnd = () => settle(true);
    const onBroken = () => settle(false);
    const onData = (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) settle(false);
      else idle.refresh();
    };
    const idle = setTimeout(onBroken, drainIdle);
    body.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken);
    body.resume();
  });
}
