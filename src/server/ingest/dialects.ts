import type { FastifyReply } from "fastify";

import { tooLarge } from "./body.ts";
import { contentTypes, encodingOf, statusBody } from "./otlp/http.ts";
import { IngestRefusal, malformed, type RefusalStatus } from "./refusal.ts";

/** How a family of routes answers: LogScale's own, Splunk's HEC, Elasticsearch's bulk, or OpenTelemetry's protocol. */
export type Dialect = "logscale" | "hec" | "elastic" | "otlp";

/** Why a request is refused; undefined where the server failed. */
export function asRefusal(error: unknown, bodyLimit: number): IngestRefusal | undefined {
  if (error instanceof IngestRefusal) return error;
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  if (status === 413) return tooLarge(bodyLimit);
  return typeof status === "number" && status >= 400 && status < 500 ? malformed("The request is not valid.") : undefined;
}

/** Says no in the words of a dialect. */
export function sendFailure(
  reply: FastifyReply,
  dialect: Dialect,
  status: RefusalStatus | 405,
  message: string,
  hecCode: number,
): FastifyReply {
  reply.code(status);
  switch (dialect) {
    case "logscale":
      return reply.type("text/plain; charset=utf-8").send(message);
    case "hec":
      return reply.send({ text: message, code: hecCode });
    case "elastic":
      return reply.send({ error: { type: elasticType(status), reason: message }, status });
    case "otlp": {
      const encoding = encodingOf(reply.request.headers["content-type"]) ?? "json";
      return reply.type(contentTypes[encoding]).send(statusBody(status, message, encoding));
    }
    default:
      return dialect satisfies never;
  }
}

function elasticType(status: number): string {
  if (status === 401 || status === 403) return "security_exception";
  return status === 503 ? "es_rejected_execution_exception" : "illegal_argument_exception";
}
