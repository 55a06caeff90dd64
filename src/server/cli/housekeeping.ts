import type { FastifyInstance } from "fastify";

import { hour, minute } from "#domain/duration.ts";
import { auditKeeper, sealInterval, type AuditKeeping } from "#server/audit/keep.ts";
import { makeTrail } from "#server/audit/trail.ts";
import { purgeExpired, purgeInterval } from "#server/auth/purge.ts";
import { layNoticesReady } from "#server/notices/look.ts";
import { sendNotices, type NoticeReceiver } from "#server/notices/send.ts";
import type { Store } from "#server/store/client.ts";

/** How often an embedded database is maintained, in ms. */
const maintenanceInterval = hour;

/** How often the length of an embedded database's log is looked at, in ms. */
const logInterval = minute;

/** How often the webhook is told what has come due, in ms. */
const noticeInterval = minute;

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

/** Purges expired tokens, maintains the database, keeps the audit trail and tells the receiver what expires, from now on. */
export function startHousekeeping(
  app: FastifyInstance,
  store: Store,
  receiver: (NoticeReceiver & { readonly server: string }) | undefined,
  audit: Pick<AuditKeeping, "vault" | "dataDir" | "retention" | "stream">,
): Repetition {
  const trail = makeTrail(audit.vault);
  const keeper = auditKeeper({ ...audit, store, log: app.log, now: Date.now });
  const sealing = repeat(app, "the chaining of the audit trail", sealInterval, () => keeper.seal());
  const cutting = repeat(app, "the retention of the audit trail", hour, () => keeper.cut());
  const purge = repeat(app, "the purge of expired tokens", purgeInterval, async () => {
    const tokens = await purgeExpired(store.db, Date.now(), trail);
    if (tokens > 0) app.log.info({ tokens }, "expired tokens purged");
  });
  const calledOff = new AbortController();
  const notices =
    receiver &&
    repeat(app, "telling the webhook what expires", noticeInterval, async () => {
      const laid = await layNoticesReady(store.db, receiver.server, Date.now());
      if (laid > 0) app.log.info({ requests: laid }, "notices of tokens that expire laid ready");
      await sendNotices(store.db, receiver, {
        now: Date.now,
        signal: calledOff.signal,
        failed: (failure) => app.log.warn(failure, "the webhook did not take notices of tokens that expire"),
      });
    });
  const maintenance = repeat(app, "the maintenance of the database", maintenanceInterval, () => store.maintain());
  const shortening = repeat(app, "the shortening of the database's log", logInterval, () => store.keepLogShort());
  return {
    async stop() {
      calledOff.abort();
      const stopped = [purge, maintenance, shortening, sealing, cutting].map((task) => task.stop());
      await Promise.all([...stopped, notices?.stop()]);
      // What was done last is chained before the server ends.
      await keeper.seal().catch((error: unknown) => app.log.error({ err: error }, "the last chaining of the audit trail failed"));
    },
  };
}
