import type { FastifyInstance } from "fastify";

import type { Store } from "../store/client.ts";
import { logscaleVersion } from "../version.ts";

/** Registers what tells whether the server runs: LogScale's own two addresses, and two for those who run containers. */
export function registerStatus(app: FastifyInstance, store: Store): void {
  app.addHook("onSend", async (request, reply) => {
    if (paths.has(request.routeOptions.url ?? "")) void reply.header("cache-control", "no-store");
  });

  app.get("/api/v1/status", () => ({ status: "OK", version: logscaleVersion }));

  app.get("/api/v1/health-json", async (request, reply) => {
    const answers = await databaseAnswers(request.log);
    const status = answers ? "OK" : "DOWN";
    const database = {
      name: "database",
      status,
      statusMessage: answers ? "The database answers." : "The database does not answer.",
      fields: {},
    };
    return reply.code(answers ? 200 : 503).send({
      status,
      statusMessage: answers ? "All checks pass." : database.statusMessage,
      uptime: `${Math.round(process.uptime())}s`,
      version: logscaleVersion,
      oks: answers ? [database] : [],
      warnings: [],
      down: answers ? [] : [database],
    });
  });

  // The process runs.
  app.get("/healthz", (_request, reply) => reply.type("text/plain; charset=utf-8").send("ok\n"));

  // It can serve.
  app.get("/readyz", async (request, reply) => {
    const answers = await databaseAnswers(request.log);
    return reply
      .code(answers ? 200 : 503)
      .type("text/plain; charset=utf-8")
      .send(answers ? "ok\n" : "the database does not answer\n");
  });

  async function databaseAnswers(log: FastifyInstance["log"]): Promise<boolean> {
    try {
      await store.ping();
      return true;
    } catch (error) {
      log.error({ err: error }, "the database does not answer");
      return false;
    }
  }
}

const paths: ReadonlySet<string> = new Set(["/api/v1/status", "/api/v1/health-json", "/healthz", "/readyz"]);
