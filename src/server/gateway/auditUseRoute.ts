import type { FastifyInstance, FastifyRequest } from "fastify";

import { auditUsePath } from "#logscale/auditUse.ts";

import { bearerCredential, refusals } from "#server/auth/authenticate.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import { sendMessage, sendText } from "#server/http/signIn.ts";
import { findAuditUse } from "./auditUse.ts";
import type { Cluster } from "./cluster.ts";
import { sessionGate, type SessionGateOptions } from "./sessionGate.ts";

/** How often a credential may have the audit log searched in a minute. Counted by address, a stranger's tries would shut out its others. */
const searchesAMinute = 30;

/**
 * Registers the one route by which a gateway searches: when tokens were last used, and who created them. Callers choose nothing of the
 * search, and it runs with their own credential, so they see what the cluster shows them.
 */
export function registerAuditUse(app: FastifyInstance, options: SessionGateOptions & { readonly cluster: Cluster }): void {
  const { cluster } = options;
  app.post(
    auditUsePath,
    {
      onRequest: sessionGate(app, options),
      bodyLimit: 1024,
      config: {
        rateLimit: {
          max: searchesAMinute,
          timeWindow: "1 minute",
          // What is kept of a credential for a minute is its hash.
          keyGenerator: (request) => Buffer.from(hashSecret(credentialOf(request) ?? "")).toString("base64"),
        },
      },
    },
    async (request, reply) => {
      void reply.header("cache-control", "no-store");
      const token = credentialOf(request);
      if (token === null) return sendText(reply, 401, refusals.invalid.message);
      const gone = new AbortController();
      reply.raw.on("close", () => gone.abort());
      const answer = await findAuditUse(cluster, token, gone.signal);
      switch (answer.type) {
        case "found":
          return reply.send(answer.use);
        case "denied":
          return answer.status === 401
            ? sendText(reply, 401, refusals.invalid.message)
            : sendMessage(reply, 403, "LogScale does not let you search its repository humio-audit.");
        case "unsearched":
          // Not one of 502 to 504, by which the page would take the cluster for gone.
          return sendMessage(reply, 424, answer.message);
        case "failed":
          return sendMessage(reply, answer.failure.status, answer.failure.message);
        default:
          return answer satisfies never;
      }
    },
  );
}

function credentialOf(request: FastifyRequest): string | null {
  return request.clusterToken ?? bearerCredential(request.headers.authorization ?? "");
}
