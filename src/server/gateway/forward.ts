import { AsyncLocalStorage } from "node:async_hooks";
import type { ServerResponse } from "node:http";
import { Transform, type Readable } from "node:stream";

import fastifyHttpProxy, { type FastifyHttpProxyOptions } from "@fastify/http-proxy";
import type { FastifyInstance, FastifyReply, HTTPMethods, RawServerBase, RouteGenericInterface } from "fastify";
import type { Agent, Dispatcher } from "undici";

import { statusOf } from "#server/http/base.ts";
import { asElasticClient, tellElasticClients } from "#server/http/elasticClient.ts";
import { pathOf } from "#server/http/request.ts";
import { refusedWith } from "#server/observe.ts";
import type { Cluster } from "./cluster.ts";
import { answerTooLarge, failureOfCluster, TooLargeError, unexpectedAnswer, type ClusterFailure } from "./failures.ts";
import { headersDown, headersUp } from "./headers.ts";
import { sessionGate, type SessionGate, type SessionGateOptions } from "./sessionGate.ts";

export interface ForwardOptions extends SessionGateOptions {
  readonly cluster: Cluster;
  /** The largest request to GraphQL that is taken, in bytes. */
  readonly graphqlBodyLimit: number;
  /** The largest body of data that is taken, in bytes. */
  readonly ingestBodyLimit: number;
}

/** Paths as LogScale has them. Whatever is encoded, doubled or climbs up is no such path, and is not sent anywhere. */
const plainPath = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)+\/?$/u;

/**
 * Registers the routes that are the cluster's: GraphQL, what data is sent to, and the cluster's state. Requests and answers pass through as
 * they are, byte by byte; only heads are sorted (see `headers.ts`). A session counts for GraphQL alone, and only without an
 * Authorization header.
 */
export async function registerForward(app: FastifyInstance, options: ForwardOptions): Promise<void> {
  const { cluster } = options;
  await forward(app, cluster, {
    routes: ["/graphql"],
    httpMethods: ["POST"],
    bodyLimit: { bytes: options.graphqlBodyLimit },
    authorize: sessionGate(app, options),
  });
  await forward(app, cluster, {
    routes: [
      "/api/v1/ingest/*",
      "/api/v1/repositories/:repository/ingest-messages",
      "/services/collector",
      "/services/collector/*",
      "/_bulk",
    ],
    // Shippers ask by these whether the cluster is there and what it knows. What they mean is for it to say.
    httpMethods: ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
    bodyLimit: { bytes: options.ingestBodyLimit, setting: "INGEST_BODY_LIMIT" },
  });
  // Elasticsearch's clients ask at the root before they send to `/_bulk`. There the cluster has its page, and its answer to them elsewhere.
  tellElasticClients(app);
  await forward(app, cluster, {
    routes: ["/"],
    httpMethods: ["GET", "HEAD"],
    bodyLimit: { bytes: 0 },
    constraints: { [asElasticClient]: true },
    to: "/api/v1/ingest/elastic-bulk",
  });
  await forward(app, cluster, {
    routes: ["/api/v1/status", "/api/v1/health-json"],
    httpMethods: ["GET", "HEAD"],
    bodyLimit: { bytes: 0 },
  });
  app.log.info({ cluster: cluster.origin }, "requests are forwarded");
}

/** Routes that are forwarded alike. */
interface Forwarded {
  readonly routes: string[];
  readonly httpMethods: HTTPMethods[];
  /** The largest body, and the setting that says so where there is one. */
  readonly bodyLimit: { readonly bytes: number; readonly setting?: string };
  /** Says who may ask; anybody unless given, since the cluster judges the credential. */
  readonly authorize?: SessionGate;
  /** What must hold of a request besides. */
  readonly constraints?: Readonly<Record<string, unknown>>;
  /** The cluster's path for it, where it is another. */
  readonly to?: string;
}

async function forward(
  app: FastifyInstance,
  cluster: Cluster,
  { routes, httpMethods, bodyLimit, authorize, constraints = {}, to }: Forwarded,
): Promise<void> {
  const { host, timeout, answerLimit, agent } = cluster;
  const graphql = routes.includes("/graphql");
  const options: FastifyHttpProxyOptions = {
    upstream: cluster.origin,
    routes,
    httpMethods,
    constraints,
    undici: endingWithClient(agent),
    handler: (_request, reply, path, given) => client.run(reply.raw, () => void reply.from(to ?? path, given)),
    disableRequestLogging: true,
    replyOptions: {
      timeout,
      // Whether to try again is the caller's to decide.
      retryDelay: () => null,
      rewriteRequestHeaders: (request, headers) => headersUp(headers, request.id, request.clusterToken),
      rewriteHeaders: (headers) => headersDown(headers),
      onResponse(_request, reply, { stream }) {
        const { statusCode } = reply;
        const redirected = statusCode >= 300 && statusCode < 400;
        if (!redirected && Number(reply.getHeader("content-length") ?? 0) <= answerLimit) {
          void reply.send(stream);
          return;
        }
        stream.destroy();
        for (const name of Object.keys(headersDown(reply.getHeaders()))) void reply.removeHeader(name);
        answer(reply, redirected ? unexpectedAnswer(host, statusCode) : answerTooLarge(host), graphql);
      },
      onError: (reply, { error }) => answer(reply, failureOfCluster(error, host, timeout), graphql),
    },
  };

  await app.register(async (scope) => {
    // None reads the body: it streams through.
    scope.removeAllContentTypeParsers();
    scope.setErrorHandler((error, _request, reply) => {
      // What is wrong with the request is told as everywhere.
      if (statusOf(error) < 500) throw error;
      // The answer broke off after its head and before its first byte.
      answer(reply, failureOfCluster(error, host, timeout), graphql);
    });
    scope.addHook("onRequest", async (request, reply) => {
      void reply.header("cache-control", "no-store");
      if (to === undefined && !plainPath.test(pathOf(request)))
        return reply.code(404).send({ message: "There is nothing here." });
      return authorize?.(request, reply);
    });
    scope.addHook("preParsing", async (request, _reply, payload) => {
      const tooLarge = new TooLargeError(bodyLimit.bytes, bodyLimit.setting);
      if (Number(request.headers["content-length"] ?? 0) > bodyLimit.bytes) throw tooLarge;
      return copyOf(payload, bodyLimit.bytes, tooLarge);
    });
    await scope.register(fastifyHttpProxy, options);
  });
}

/** The client's response for which a request to the cluster is made. The proxy does not hand it to undici. */
const client = new AsyncLocalStorage<ServerResponse>();

/**
 * An agent whose requests end when the client hangs up, so that no connection waits for an answer that nobody reads. A request that the
 * cluster has whole by then may still be carried out, as if the client had sent it directly; one that it has in part stays in part.
 */
function endingWithClient(agent: Agent): Pick<Agent, "request"> {
  type Done<T> = (error: Error | null, data: Dispatcher.ResponseData<T>) => void;
  function request<T = null>(options: Dispatcher.RequestOptions<T>): Promise<Dispatcher.ResponseData<T>>;
  function request<T = null>(options: Dispatcher.RequestOptions<T>, done: Done<T>): void;
  function request<T = null>(options: Dispatcher.RequestOptions<T>, done?: Done<T>) {
    const answer = client.getStore();
    const hungUp = new AbortController();
    if (answer?.destroyed === true) hungUp.abort();
    else answer?.once("close", () => hungUp.abort());
    const ending = { ...options, signal: hungUp.signal };
    if (done === undefined) return agent.request(ending);
    return agent.request(ending, (error, data) => {
      // Otherwise there is nobody to answer, and nothing wrong with the cluster.
      if (answer?.destroyed !== true) done(error, data);
    });
  }
  return { request };
}

/**
 * The same bytes for the cluster, up to a limit in bytes, beyond which the stream fails with the error given. When the cluster takes no more of it, the
 * original goes on and is thrown away: were it closed, so would be the client's connection, on which the answer is still to be sent.
 */
function copyOf(source: NodeJS.ReadableStream, limit: number, tooLarge: TooLargeError): Readable {
  let seen = 0;
  const copy = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit) done(tooLarge);
      else done(null, chunk);
    },
  });
  copy.once("close", () => source.unpipe(copy).resume());
  source.once("close", () => {
    // The client is gone, and the cluster must not take what it has for the whole.
    if (!copy.writableEnded) copy.destroy();
  });
  return source.pipe(copy);
}

/** Answers in place of the cluster, so that both scripts and the app find the reason. */
function answer(
  reply: FastifyReply<RouteGenericInterface, RawServerBase>,
  { status, code, message }: ClusterFailure,
  graphql: boolean,
): void {
  reply.log.warn({ code, status }, message);
  if (code !== undefined) refusedWith(code);
  const errors = graphql && code !== undefined && { errors: [{ message, extensions: { code } }] };
  void reply.code(status).send({ message, ...errors });
}
