import fastifyCookie from "@fastify/cookie";
import fastifyHelmet from "@fastify/helmet";
import fastifyRateLimit from "@fastify/rate-limit";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";

import { bearerCredential, makeAuthenticator, refusals, type Identity } from "./auth/authenticate.ts";
import { lastUseRecorder } from "./auth/last-use.ts";
import { followReplacement } from "./auth/sessions.ts";
import { registerGraphql } from "./graphql/register.ts";
import { escapeRawLineBreaks } from "./http/lenient-json.ts";
import { loggingOptions, type LogStream } from "./http/logging.ts";
import { clientAddress, crossSiteRefusal, publicOrigin } from "./http/request.ts";
import { registerSession, sessionCookie } from "./http/session.ts";
import { registerStatus } from "./http/status.ts";
import { registerWeb } from "./http/web.ts";
import { ingestRecorder } from "./ingest/recorder.ts";
import { registerIngest } from "./ingest/routes.ts";
import type { Store } from "./store/client.ts";
import type { Vault } from "./vault.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who the request acts as; set where a caller is required. */
    identity: Identity | null;
  }
}

/** How many requests an address may make in a minute before the server answers 429. Each process counts for itself. */
export interface Limits {
  /** `POST /session`, whether it succeeds or not. */
  readonly signIns: number;
  /** Failed ones of these. */
  readonly failedSignIns: number;
  /** Requests with a wrong credential. Those with a right one are never limited, so that no automation runs dry. */
  readonly failedRequests: number;
}

/** The limits in force unless others are given. A secret has 256 bits: these keep down load and noise, not guessing. */
export const defaultLimits: Limits = { signIns: 60, failedSignIns: 10, failedRequests: 1000 };

/** Everything that the application takes from outside. */
export interface AppOptions {
  readonly store: Store;
  /** Ms since epoch; the one clock of all requests. */
  readonly now: () => number;
  /** Hash of the local administrator's secret, from `auth/local-admin.ts`. */
  readonly localAdminHash: Uint8Array;
  /** Seals values that are shown again later; of the key that the store was claimed for. */
  readonly vault: Vault;
  readonly publicUrl?: string | undefined;
  /** Addresses and CIDRs of trusted proxies; none when empty. */
  readonly trustProxy?: readonly string[];
  /** Folder of the built app; undefined: there is none. */
  readonly webRoot?: string | undefined;
  /** Where log lines go; undefined: nowhere. */
  readonly log?: LogStream | undefined;
  readonly limits?: Partial<Limits>;
  /** The largest body that ingest routes take, in bytes; {@link defaultIngestBodyLimit} unless given. */
  readonly ingestBodyLimit?: number | undefined;
}

/** The largest body that ingest routes take unless another limit is given, in bytes: 8 MiB. */
const defaultIngestBodyLimit = 8_388_608;

/** The largest body accepted elsewhere, in bytes. */
const bodyLimit = 1_048_576;

/**
 * Builds the application, ready for `listen` or `inject`. It has no side effects of its own: no clock, no listening, no timers. Closing it
 * waits for the uses of tokens that are still to be recorded; the store is the caller's to close, afterwards.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { store, now, publicUrl, trustProxy = [] } = options;
  const { db } = store;
  const limits = { ...defaultLimits, ...options.limits };
  const app: FastifyInstance = fastify({
    ...loggingOptions(options.log),
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    bodyLimit,
    forceCloseConnections: "idle",
    requestTimeout: 60_000,
  });

  const lastUse = lastUseRecorder(db, (error) => app.log.warn({ err: error }, "the last use of tokens was not recorded"));
  const authenticator = makeAuthenticator({ db, lastUse, localAdminHash: options.localAdminHash });
  app.addHook("onClose", () => lastUse.settled());

  acceptJson(app);
  setErrorHandler(app);
  app.decorateRequest("identity", null);
  await app.register(fastifyHelmet, {
    // Of answers that are no page; the page has its own.
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // "no-referrer" would make browsers send `Origin: null` with some requests of our own pages.
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
    strictTransportSecurity: publicUrl?.startsWith("https:") === true ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  await app.register(fastifyCookie);
  // An IPv6 customer has a whole /64, which counts as one address.
  await app.register(fastifyRateLimit, { global: false, ipv6Subnet: 64 });

  registerStatus(app, store);
  await app.register(async (scope) => {
    await registerSession(scope, {
      db,
      authenticator,
      now,
      publicUrl,
      limits: { attempts: limits.signIns, failures: limits.failedSignIns },
    });
  });
  const recorder = ingestRecorder(db, (error) => app.log.error({ err: error }, "what arrived could not be counted yet"));
  app.addHook("onClose", () => recorder.flush());
  await registerIngest(app, {
    db,
    vault: options.vault,
    authenticator,
    recorder,
    now,
    bodyLimit: options.ingestBodyLimit ?? defaultIngestBodyLimit,
    failures: limits.failedRequests,
  });
  await registerWeb(app, options.webRoot);

  const failures = app.createRateLimit({ max: limits.failedRequests, timeWindow: "1 minute" });

  /** Lets a request through that says validly who it is, and answers any other. */
  async function requireCaller(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const outcome = await authenticator.authenticate({
      authorization: request.headers.authorization,
      cookie: sessionCookie(request, publicUrl),
      address: clientAddress(request),
      now: now(),
    });
    if (!outcome.ok) {
      // Counts only what is refused in any case: a neighbour behind the same address with a right credential is never shut out.
      const counted = await failures(request);
      if (!counted.isAllowed && counted.isExceeded) {
        return sendText(reply.header("retry-after", counted.ttlInSeconds), 429, "Too many requests with a wrong credential");
      }
      const { status, message } = refusals[outcome.refusal];
      return sendText(reply, status, message);
    }
    if (outcome.identity.sessionIdHash !== undefined) {
      const crossSite = crossSiteRefusal(request, publicUrl, { originRequired: true });
      if (crossSite !== undefined) return sendText(reply, 400, crossSite);
    }
    request.identity = outcome.identity;
    return undefined;
  }

  await app.register(async (scope) => {
    // Before the body is read: strangers' bodies are not.
    scope.addHook("onRequest", requireCaller);
    await registerGraphql(scope, {
      db,
      vault: options.vault,
      clock: now,
      caller: (request) => identityOf(request).caller,
      publicUrl: (request) => publicOrigin(request, publicUrl),
      settleIngest: () => recorder.flush(),
      async credentialReplaced(request, replacement) {
        const { sessionIdHash } = identityOf(request);
        if (sessionIdHash !== undefined) await followReplacement(db, sessionIdHash, replacement);
      },
    });
  });

  return app;
}

function identityOf(request: FastifyRequest): Identity {
  if (request.identity === null) throw new Error("The request was not authenticated.");
  return request.identity;
}

function sendText(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type("text/plain; charset=utf-8").send(text);
}

/**
 * Reads JSON bodies: leniently, as LogScale does, for callers with a Bearer header; strictly for browsers, which never need it otherwise.
 * The parser's own messages quote the text, which may hold a secret, and are never passed on.
 */
function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") {
      done(null, undefined);
      return;
    }
    const bearer = bearerCredential(request.headers.authorization ?? "") !== null;
    const parsed = (error: Error | null, value?: unknown) => {
      if (error === null) done(null, value);
      else done(Object.assign(new Error("The body is not valid JSON."), { statusCode: 400 }));
    };
    void parse(request, bearer ? escapeRawLineBreaks(body) : body, parsed);
  });
}

/** Masks what went wrong inside; what is wrong with a request is told. */
function setErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status < 500 && error instanceof Error) return reply.code(status).send({ message: error.message });
    request.log.error({ err: error }, "unexpected error");
    return reply.code(500).send({ message: "The server failed. Its log says why." });
  });
}

function statusOf(error: unknown): number {
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 ? status : 500;
}
