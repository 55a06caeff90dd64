import type { FastifyInstance } from "fastify";

import { hour } from "#domain/duration.ts";
import { purgeExpired, purgeInterval } from "#server/auth/purge.ts";
import type { Store } from "#server/store/client.ts";

/** How often an embedded database is maintained, in ms. */
const maintenanceInterval = hour;

/** Does something at once and then again and again, one after the other; a failure is logged and the next time comes all the same. */
function repeat(app: FastifyInstance, what: string, interval: number, task: () => Promise<void>): Repetition {
  let running = Promise.resolve();
  const run = () => {
    running = running.then(task).catch((error: unknown) => app.log.error({ err: error }, `${what} failed`));
  };
  run();
  const timer = setInterval(run, interval);
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

/** What {@link repeat} started. */
interface Repetition {
  /** Ends it, and waits for what is under way. */
  stop(): Promise<void>;
}

/** Purges expired tokens and maintains the database from now on. */
export function startHousekeeping(app: FastifyInstance, store: Store): Repetition {
  const purge = repeat(app, "the purge of expired tokens", purgeInterval, async () => {
    const tokens = await purgeExpired(store.db, Date.now());
    if (tokens > 0) app.log.info({ tokens }, "expired tokens purged");
  });
  const maintenance = repeat(app, "the maintenance of the database", maintenanceInterval, () => store.maintain());
  return {
    async stop() {
      await Promise.all([purge.stop(), maintenance.stop()]);
    },
  };
}
