import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { day } from "#domain/duration.ts";
import { activityPath, activityRequestSchema, longestActivity } from "#logscale/activity.ts";
import { auditUsePath } from "#logscale/auditUse.ts";

import { bearerCredential, refusals } from "#server/auth/authenticate.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import { ClientError } from "#server/errors.ts";
import { Turns } from "#server/graphql/turns.ts";
import { sendMessage, sendText } from "#server/http/signIn.ts";
import { findActivity } from "./activity.ts";
import type { SearchFailure } from "./auditSearch.ts";
import { findAuditUse } from "./auditUse.ts";
import type { Cluster } from "./cluster.ts";
import { sessionGate, type SessionGateOptions } from "./sessionGate.ts";

/** How often a credential may have the audit log searched in a minute. Counted by address, a stranger's tries would shut out its others. */
const searchesAMinute = 30;

/** Readings of whole events at once: they are large. */
const readingLimits = { perCaller: 2, atOnce: 8, waiting: 8 };

/** Who may read whole events, for whoever may not. By default everybody may search there for what they did themselves. */
const readersWords =
  "To read everybody’s acts, be a member of humio-audit with the permission ReadAccess there, or on cloud an owner of the organization. Organization and system tokens read no events.";

/**
 * Registers the two routes by which a gateway searches: when tokens were last used and who created them, and what happened in a span of
 * time. Callers choose nothing of a search but that span, and it runs with their own credential, so they see what the cluster shows them.
 */
export function registerAuditRoutes(app: FastifyInstance, options: SessionGateOptions & { readonly cluster: Cluster }): void {
  const { cluster } = options;
  const onRequest = sessionGate(app, options);
  const config = {
    rateLimit: {
      max: searchesAMinute,
      timeWindow: "1 minute",
      keyGenerator: (request: FastifyRequest) => keyOf(credentialOf(request) ?? ""),
    },
  };
  app.post(auditUsePath, { onRequest, bodyLimit: 1024, config }, (request, reply) =>
    searching(request, reply, async (token, signal) => {
      const answer = await findAuditUse(cluster, token, signal);
      if (answer.type === "found") return reply.send(answer.use);
      return sendFailure(reply, answer, "LogScale does not let you search its repository humio-audit.");
    }),
  );
  const turns = new Turns(readingLimits);
  app.post(activityPath, { onRequest, bodyLimit: 1024, config }, (request, reply) =>
    searching(request, reply, async (token, signal) => {
      const span = activityRequestSchema.safeParse(request.body);
      if (!span.success) {
        const most = longestActivity / day;
        return sendMessage(
          reply,
          400,
          `Ask for a span of time, since before until, of at most ${most} days, in whole milliseconds.`,
        );
      }
      const turn = await turns.take(keyOf(token), () => signal.aborted).catch(busy);
      if (turn === undefined) return sendMessage(reply, 429, "You are reading the audit log already. Wait for those answers.");
      try {
        const answer = await findActivity(cluster, token, span.data, signal);
        if (answer.type === "found") return reply.send(answer.activity);
        const shown =
          answer.type === "denied" && answer.status === 404
            ? `LogScale shows you no repository humio-audit: you may not search it, or the cluster at ${cluster.host} has none.`
            : "LogScale does not let you search its repository humio-audit.";
        return sendFailure(reply, answer, `${shown} ${readersWords}`);
      } finally {
        turn.made();
        turn.taken();
      }
    }),
  );
}

/** Has something searched with the caller's credential, for as long as the caller waits. */
async function searching(
  request: FastifyRequest,
  reply: FastifyReply,
  search: (token: string, signal: AbortSignal) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  void reply.header("cache-control", "no-store");
  const token = credentialOf(request);
  if (token === null) return sendText(reply, 401, refusals.invalid.message);
  const gone = new AbortController();
  reply.raw.on("close", () => gone.abort());
  return search(token, gone.signal);
}

/** @param denied what to say where the credential may not search there */
function sendFailure(reply: FastifyReply, answer: SearchFailure, denied: string): FastifyReply {
  switch (answer.type) {
    case "denied":
      return answer.status === 401 ? sendText(reply, 401, refusals.invalid.message) : sendMessage(reply, 403, denied);
    case "unsearched":
      // Not one of 502 to 504, by which the page would take the cluster for gone.
      return sendMessage(reply, 424, answer.message);
    case "failed":
      return sendMessage(reply, answer.failure.status, answer.failure.message);
    default:
      return answer satisfies never;
  }
}

function busy(error: unknown): undefined {
  if (!(error instanceof ClientError)) throw error;
}

function credentialOf(request: FastifyRequest): string | null {
  return request.clusterToken ?? bearerCredential(request.headers.authorization ?? "");
}

/** What is kept of a credential for a minute: its hash. */
function keyOf(credential: string): string {
  return Buffer.from(hashSecret(credential)).toString("base64");
}
