import type { FastifyInstance } from "fastify";

import type { StoreFailedError } from "#server/store/failures.ts";

/** How long running requests may take after the signal to end, in ms. */
const shutdownTimeout = 10_000;

/** Ends the process on a signal, once running requests are done and `release` is. */
export function endOnSignal(app: FastifyInstance, release: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    // A second signal must not cut the first one's work short: an npm script gets the terminal's as well as npm's.
    if (ending) return;
    ending = true;
    setTimeout(() => {
      app.log.warn("requests were cut off");
      app.server.closeAllConnections();
    }, shutdownTimeout).unref();
    void (async () => {
      await app.close();
      await release();
      process.exit(0);
    })();
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

/** The database died under the running server: nothing can be served any more, and a supervisor should start it anew. */
export function endWith(error: StoreFailedError): void {
  console.error(error.message);
  process.exit(1);
}
