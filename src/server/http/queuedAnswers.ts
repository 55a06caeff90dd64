import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

import type { FastifyInstance } from "fastify";

/**
 * Lets every answer know when its connection ends, also one that waits behind others. A client may send requests without waiting for
 * answers, and Node tells the end of the connection only to the answer that is being sent: those behind it would never close, and whatever
 * they hold (a caller's turn, memory) would be held for ever.
 */
export function closeQueuedAnswers(app: FastifyInstance): void {
  const open = new WeakMap<Socket, Set<ServerResponse>>();
  app.addHook("onRequest", (request, reply, done) => {
    const { socket } = request.raw;
    const { raw } = reply;
    // It does not wait, and Node tells it.
    if (raw.socket !== null) {
      done();
      return;
    }
    const answers = open.get(socket) ?? new Set();
    if (!open.has(socket)) {
      open.set(socket, answers);
      socket.once("close", () => {
        for (const answer of answers) if (answer.socket === null) close(answer);
      });
    }
    answers.add(raw);
    raw.once("close", () => answers.delete(raw));
    done();
  });
}

/** What Node does, under the same names, to an answer that has its connection when that ends. */
function close(answer: ServerResponse): void {
  answer.destroy();
  Object.assign(answer, { _closed: true });
  answer.emit("close");
}
