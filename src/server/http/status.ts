import type { FastifyInstance } from "fastify";

import type { Store } from "#server/store/client.ts";
import { storageTrouble, StoreUnreachableError } from "#server/store/failures.ts";
import { logscaleVersion } from "#server/version.ts";
import { within } from "#server/within.ts";

/** How long the database may take to answer while it counts as answering, in ms. */
const databasePatience = 3000;

/** Registers what tells whether the server runs: LogScale's own two addresses, and two for those who run containers. */
export async function registerStatus(app: FastifyInstance, store: Store): Promise<void> {
  await app.register(async (scope) => addStatus(scope, store));
}

function addStatus(app: FastifyInstance, store: Store): void {
  app.addHook("onSend", (_request, reply, _payload, done) => {
    void reply.header("cache-control", "no-store");
    done();
  });

  app.get("/api/v1/status", () => ({ status: "OK", version: logscaleVersion }));

  app.get("/api/v1/health-json", async (request, reply) => {
    const trouble = await databaseTrouble(request.log);
    const fine = trouble === undefined;
    const status = fine ? "OK" : "DOWN";
    const database = { name: "database", status, statusMessage: trouble ?? "The database answers.", fields: {} };
    return reply.code(fine ? 200 : 503).send({
      status,
      statusMessage: fine ? "All checks pass." : database.statusMessage,
      uptime: `${Math.round(process.uptime())}s`,
      version: logscaleVersion,
      oks: fine ? [database] : [],
      warnings: [],
      down: fine ? [] : [database],
    });
  });

  // The process runs.
  app.get("/healthz", (_request, reply) => reply.type("text/plain; charset=utf-8").send("ok\n"));

  // It can serve.
  app.get("/readyz", async (request, reply) => {
    const trouble = await databaseTrouble(request.log);
    return reply
      .code(trouble === undefined ? 200 : 503)
      .type("text/plain; charset=utf-8")
      .send(`${trouble ?? "ok"}\n`);
  });

  let asking: Promise<void> | undefined;

  /**
   * What is wrong with the database; undefined when it can be read and written. Never waits long: a slow answer is the very thing to
   * report.
   */
  async function databaseTrouble(log: FastifyInstance["log"]): Promise<string | undefined> {
    try {
      // Whoever asks meanwhile gets the same answer, so questions do not pile up behind an unanswered one.
      asking ??= store.ping().finally(() => (asking = undefined));
      await within(databasePatience, asking);
      return undefined;
    } catch (error) {
      const trouble = error instanceof StoreUnreachableError ? undefined : storageTrouble(error);
      log.error({ err: error }, trouble === undefined ? "the database does not answer" : "the database cannot use its disk");
      return trouble?.message ?? "The database does not answer.";
    }
  }
}
