import fastifyCookie from "@fastify/cookie";
import fastifyRateLimit from "@fastify/rate-limit";
import fastify, { type FastifyInstance } from "fastify";

import { mayHoldBigint } from "#logscale/bigints.ts";
import { requestIdHeader } from "#logscale/errors.ts";
import { parseJson } from "#logscale/json.ts";

import { bearerCredential } from "#server/auth/authenticate.ts";
import { isUnstorableText, storageTrouble, unstorableText } from "#server/store/failures.ts";
import { limitKey, among } from "./address.ts";
import { readOutBodies } from "./earlyAnswer.ts";
import { escapeRawLineBreaks } from "./lenientJson.ts";
import { logHangUp, loggingOptions, logRequest, type LogStream } from "./logging.ts";
import type { MetricsAccess } from "./metrics.ts";
import { closeQueuedAnswers } from "./queuedAnswers.ts";
import { clientAddress, noteTold, onHangUp, repeatedHeader } from "./request.ts";
import { requestIds } from "./requestId.ts";
import { securityHeaders } from "./securityHeaders.ts";
import { routedAddress } from "./web.ts";

/** What both backends take from outside alike. */
export interface BaseOptions {
  readonly publicUrl?: string | undefined;
  /** Addresses and CIDRs of trusted proxies; none when empty. */
  readonly trustProxy?: readonly string[];
  /** Where log lines go; undefined: nowhere. */
  readonly log?: LogStream | undefined;
  /** Serves figures for Prometheus; undefined: there are none. */
  readonly metrics?: MetricsAccess | undefined;
}

/** The largest body accepted where a route says nothing else, in bytes. */
const bodyLimit = 1_048_576;

/** A server without routes: logging, the headers of every answer, cookies, limits by address (on routes that ask) and masked errors. */
export async function createBase({ publicUrl, trustProxy = [], log }: BaseOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    ...loggingOptions(log),
    genReqId: requestIds(trustProxy),
    trustProxy: trustProxy.length > 0 ? among(trustProxy) : false,
    bodyLimit,
    forceCloseConnections: "idle",
    requestTimeout: 60_000,
    rewriteUrl: routedAddress,
    // An address that cannot be read reaches no hook and no handler; what is wrong with it would be told with the address itself.
    frameworkErrors: (error, request, reply) => {
      const status = statusOf(error);
      logRequest(request, reply, status);
      reply.raw
        .writeHead(status, {
          "content-type": "application/json; charset=utf-8",
          "x-content-type-options": "nosniff",
          [requestIdHeader]: request.id,
        })
        .end(JSON.stringify({ message: "The address of the request is not valid." }));
    },
  });
  setErrorHandler(app);
  closeQueuedAnswers(app);
  noteTold(app);
  const headers = await securityHeaders(publicUrl);
  app.addHook("onRequest", (request, reply, done) => {
    clientAddress(request);
    void reply.headers(headers).header(requestIdHeader, request.id);
    onHangUp(reply, (status) => logHangUp(request, reply, status));
    const repeated = repeatedHeader(request);
    if (repeated === undefined) done();
    else
      void reply
        .code(400)
        .header("connection", "close")
        .send({ message: `A request has one ${repeated} header at most.` });
  });
  readOutBodies(app);
  await app.register(fastifyCookie);
  await app.register(fastifyRateLimit, { global: false, keyGenerator: (request) => limitKey(clientAddress(request)) });
  return app;
}

/**
 * Reads JSON bodies, with whole numbers to the last digit: leniently, as LogScale does, for callers with a Bearer header; strictly for browsers, which never need it otherwise.
 * The parser's own messages quote the text, which may hold a secret, and are never passed on.
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") {
      done(null, undefined);
      return;
    }
    const bearer = bearerCredential(request.headers.authorization ?? "") !== null;
    const text = bearer ? escapeRawLineBreaks(body) : body;
    const refuse = () => done(Object.assign(new Error("The body is not valid JSON."), { statusCode: 400 }));
    const parsed = (error: Error | null, value?: unknown) => {
      if (error !== null) refuse();
      else if (!mayHoldBigint(text)) done(null, value);
      else {
        try {
          done(null, parseJson(text));
        } catch {
          // Nested deeper than the exact reading goes.
          refuse();
        }
      }
    };
    void parse(request, text, parsed);
  });
}

/** Masks what went wrong inside; what is wrong with a request is told. */
function setErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status < 500 && error instanceof Error) return reply.code(status).send({ message: error.message });
    if (isUnstorableText(error)) return reply.code(400).send({ message: unstorableText });
    request.log.error({ err: error }, "unexpected error");
    const trouble = storageTrouble(error);
    if (trouble !== undefined) return reply.code(trouble.status).send({ message: trouble.message });
    return reply.code(500).send({ message: "The server failed. Its log says why." });
  });
}

/** The status that an error asks for, or else 500. */
export function statusOf(error: unknown): number {
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 ? status : 500;
}
