import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sql, type Kysely } from "kysely";

import { clientAddress } from "../http/request.ts";
import type { Database } from "../store/schema.ts";
import { makeAuthorize, type Sender, type SenderOptions } from "./authorize.ts";
import { decodeBody, tooLarge } from "./body.ts";
import {
  readBulk,
  readHec,
  readHecRaw,
  readJson,
  readRaw,
  readStructured,
  readUnstructured,
  type BulkItem,
  type ReceivedEvent,
} from "./formats.ts";
import type { IngestRecorder } from "./recorder.ts";
import { hecCodes, IngestRefusal, malformed } from "./refusal.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who sends data; set on the ingest routes. */
    sender: Sender | null;
    /** When that was found out, ms since epoch. */
    senderFoundAt: number;
  }
}

/** What the ingest routes need of the rest of the server. */
export interface IngestOptions extends SenderOptions {
  readonly recorder: IngestRecorder;
  /** Ms since epoch. */
  readonly now: () => number;
  /** The largest body, in bytes, before and after it is uncompressed. */
  readonly bodyLimit: number;
  /** How many requests with a wrong token an address may make in a minute. */
  readonly failures: number;
}

/** Stands on every answer of the ingest routes: this server keeps no logs. */
const storageHeaders = {
  "tokenhouse-events": "not-stored",
  "tokenhouse-notice": "This server counts events and shows the last 100; it does not store them.",
} as const;

/** Where HEC is served: under LogScale's own address, and where Splunk's clients expect it. */
const hecBases = ["/api/v1/ingest/hec", "/services/collector"];

/** How a family of routes answers: LogScale's own, Splunk's HEC, or Elasticsearch's bulk. */
type Dialect = "logscale" | "hec" | "elastic";

/** How long after it was found out who sends a request that is taken for granted, in ms: a token may be removed meanwhile. */
const senderLasts = 1000;

/** The version that Elasticsearch's clients are told; they refuse servers they think too old. */
const elasticVersion = "8.6.0";

/**
 * Registers the routes that data is sent to. Each takes any Content-Type, since shippers send what they like; cookies mean nothing here. Who
 * sends is checked before the body is read. What is refused counts nothing.
 */
export async function registerIngest(app: FastifyInstance, options: IngestOptions): Promise<void> {
  const { db, recorder, bodyLimit } = options;
  const authorize = makeAuthorize(options);
  const failures = app.createRateLimit({ max: options.failures, timeWindow: "1 minute" });
  app.decorateRequest("sender", null);
  app.decorateRequest("senderFoundAt", 0);

  /** Finds out who sends, or throws why it is not taken. */
  async function findSender(request: FastifyRequest, reply: FastifyReply, dialect: Dialect): Promise<void> {
    const now = options.now();
    request.senderFoundAt = now;
    try {
      const address = clientAddress(request);
      request.sender = await authorize(request.headers.authorization, { hec: dialect === "hec", address, now });
    } catch (error) {
      // Without a token none was wrong; and that much any page can make a visitor's browser send.
      if (!(error instanceof IngestRefusal) || request.headers.authorization === undefined) throw error;
      // Only who brings a wrong token is told so: others behind the same address would lose data.
      const failed = await failures(request);
      if (failed.isAllowed || !failed.isExceeded) throw error;
      reply.header("retry-after", failed.ttlInSeconds);
      throw new IngestRefusal(429, "Too many requests with a wrong token", hecCodes.invalidToken);
    }
  }

  /** Registers routes that answer in a dialect. */
  function family(dialect: Dialect, define: (scope: FastifyInstance) => void): Promise<void> {
    return Promise.resolve(
      app.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_request, body, done) => done(null, body));
        scope.setErrorHandler((error, request, reply) => answerFailure(error, request, reply, dialect));
        scope.addHook("onRequest", async (request, reply) => {
          reply.headers({ ...storageHeaders, "cache-control": "no-store" });
          if (dialect === "elastic") reply.header("x-elastic-product", "Elasticsearch");
          await findSender(request, reply, dialect);
        });
        // Who takes a minute to send the body must still be who it was.
        scope.addHook("preHandler", async (request, reply) => {
          if (options.now() - request.senderFoundAt >= senderLasts) await findSender(request, reply, dialect);
        });
        define(scope);
      }),
    );
  }

  function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply, dialect: Dialect): FastifyReply {
    const refusal = asRefusal(error, bodyLimit);
    if (refusal === undefined) {
      request.log.error({ err: error }, "unexpected error");
      return sendFailure(reply, dialect, 503, "The server failed. Its log says why; send again later.", hecCodes.serverError);
    }
    return sendFailure(reply, dialect, refusal.status, refusal.message, refusal.hecCode);
  }

  /** Reads a body as text, and its length when uncompressed. */
  async function readText(request: FastifyRequest): Promise<{ readonly text: string; readonly bytes: number }> {
    const given = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const body = await decodeBody(given, request.headers["content-encoding"], bodyLimit);
    return { text: body.toString("utf8"), bytes: body.length };
  }

  /** Counts events that were read. Throws IngestRefusal when one is for a repository that the sender may not send to. */
  async function accept(request: FastifyRequest, events: readonly ReceivedEvent[], bytes: number): Promise<void> {
    const { sender } = request;
    if (sender === null) throw new Error("The request was not authenticated.");
    const common = { tokenName: sender.name, at: options.now(), address: clientAddress(request) };
    if (sender.type === "ingest-token") {
      const { id, parserName, repository } = sender;
      if (events.some(({ index }) => index !== undefined && index !== repository.name)) throw incorrectIndex();
      const texts = events.map(({ text }) => text);
      recorder.record({ ...common, repositoryId: repository.id, tokenId: id, parserName, events: texts, bytes });
      return;
    }
    const repositories = await repositoriesNamed(db, new Set(events.map(({ index }) => index)));
    for (const [repositoryId, texts] of byRepository(events, repositories)) {
      recorder.record({ ...common, repositoryId, tokenId: null, parserName: null, events: texts, bytes: 0 });
    }
  }

  /** Routes at which a sender without a repository of its own has no way to name one. */
  function requireRepository({ sender }: FastifyRequest): void {
    if (sender?.type === "ingest-token") return;
    throw malformed(
      "This token is of no repository. Send to /api/v1/ingest/hec, and name one as `index` of each event.",
      hecCodes.incorrectIndex,
    );
  }

  function logscaleRoute(scope: FastifyInstance, url: string, read: (body: string) => ReceivedEvent[]): void {
    const handler = async (request: FastifyRequest) => {
      requireRepository(request);
      const { text, bytes } = await readText(request);
      await accept(request, read(text), bytes);
      return {};
    };
    scope.route({ method: "POST", url, handler });
  }

  await family("logscale", (scope) => {
    logscaleRoute(scope, "/api/v1/ingest/humio-structured", readStructured);
    logscaleRoute(scope, "/api/v1/ingest/humio-unstructured", readUnstructured);
    logscaleRoute(scope, "/api/v1/ingest/raw", readRaw);
    logscaleRoute(scope, "/api/v1/ingest/json", readJson);
  });

  await family("hec", (scope) => {
    const success = { text: "Success", code: hecCodes.success };
    const objects = async (request: FastifyRequest) => {
      const { text, bytes } = await readText(request);
      await accept(request, readHec(text), bytes);
      return success;
    };
    const lines = async (request: FastifyRequest) => {
      const index = repositoryInQuery(request.query);
      const { text, bytes } = await readText(request);
      const events = readHecRaw(text);
      await accept(request, index === undefined ? events : events.map((event) => ({ ...event, index })), bytes);
      return success;
    };
    for (const base of hecBases) {
      for (const path of ["", "/event", "/event/1.0"]) scope.route({ method: "POST", url: base + path, handler: objects });
      for (const path of ["/raw", "/raw/1.0"]) scope.route({ method: "POST", url: base + path, handler: lines });
    }
  });
  // Shippers ask this before they send, some without a token. It tells nothing about tokens.
  for (const base of hecBases) {
    for (const path of ["/health", "/health/1.0"]) {
      app.get(base + path, (_request, reply) => reply.headers(storageHeaders).send({ text: "HEC is healthy", code: 17 }));
    }
  }

  await family("elastic", (scope) => {
    const bulk = async (request: FastifyRequest) => {
      requireRepository(request);
      const { text, bytes } = await readText(request);
      const items = readBulk(text);
      const events = items.flatMap(({ event }) => event ?? []);
      if (events.length > 0) await accept(request, events, bytes);
      return bulkAnswer(items);
    };
    for (const url of [
      "/_bulk",
      "/api/v1/ingest/elastic-bulk",
      "/api/v1/ingest/elastic-bulk/_bulk",
      "/api/v1/ingest/elastic-bulk/:index/_bulk",
    ]) {
      scope.route({ method: ["POST", "PUT"], url, handler: bulk });
    }
    // What Elasticsearch's own shippers ask before they send.
    const server = () => ({
      name: "tokenhouse",
      cluster_name: "tokenhouse",
      version: { number: elasticVersion, build_flavor: "default", minimum_wire_compatibility_version: "7.17.0" },
      tagline: "You Know, for Search",
    });
    scope.get("/api/v1/ingest/elastic-bulk", server);
    scope.get("/api/v1/ingest/elastic-bulk/", server);
    scope.get("/api/v1/ingest/elastic-bulk/_license", () => ({
      license: { status: "active", uid: "00000000-0000-0000-0000-000000000000", type: "basic" },
    }));
  });
}

function asRefusal(error: unknown, bodyLimit: number): IngestRefusal | undefined {
  if (error instanceof IngestRefusal) return error;
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  if (status === 413) return tooLarge(bodyLimit);
  return typeof status === "number" && status >= 400 && status < 500 ? malformed("The request is not valid.") : undefined;
}

function sendFailure(reply: FastifyReply, dialect: Dialect, status: number, message: string, hecCode: number): FastifyReply {
  reply.code(status);
  switch (dialect) {
    case "logscale":
      return reply.type("text/plain; charset=utf-8").send(message);
    case "hec":
      return reply.send({ text: message, code: hecCode });
    case "elastic":
      return reply.send({
        error: { type: status === 401 || status === 403 ? "security_exception" : "illegal_argument_exception", reason: message },
        status,
      });
    default:
      return dialect satisfies never;
  }
}

function bulkAnswer(items: readonly BulkItem[]) {
  return {
    took: 0,
    errors: items.some(({ event }) => event === undefined),
    items: items.map(({ action, index, id, event }) => ({
      [action]: {
        _index: index ?? "",
        _id: id ?? "",
        ...(event === undefined
          ? { status: 400, error: { type: "illegal_argument_exception", reason: "Only create and index are possible here." } }
          : { status: 201, result: "created" }),
      },
    })),
  };
}

/** The query parameter `index`, given once or not at all. */
function repositoryInQuery(query: unknown): string | undefined {
  const index = typeof query === "object" && query !== null && "index" in query ? query.index : undefined;
  if (index === undefined || typeof index === "string") return index;
  throw incorrectIndex();
}

function incorrectIndex(): IngestRefusal {
  return malformed("Incorrect index: it must name the repository that the token is of.", hecCodes.incorrectIndex);
}

/** Repositories by name; those of the system's own are left out, since no API token sends there (LogScale's rule). */
async function repositoriesNamed(
  db: Kysely<Database>,
  names: ReadonlySet<string | undefined>,
): Promise<ReadonlyMap<string | undefined, string>> {
  const given = [...names].filter((name) => name !== undefined);
  if (given.length < names.size)
    throw malformed("Incorrect index: each event must name its repository as `index`.", hecCodes.incorrectIndex);
  const rows = await db
    .selectFrom("searchDomains")
    .select(["id", "name"])
    .where("type", "=", "repository")
    .where("isSystem", "=", false)
    // One parameter, however many are named: a statement has 65,535 at most.
    .where(sql<boolean>`name = any(${given}::text[])`)
    .execute();
  if (rows.length < given.length) throw malformed("Incorrect index: there is no such repository.", hecCodes.incorrectIndex);
  return new Map(rows.map(({ id, name }) => [name, id]));
}

function byRepository(
  events: readonly ReceivedEvent[],
  repositories: ReadonlyMap<string | undefined, string>,
): ReadonlyMap<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const { index, text } of events) {
    const id = repositories.get(index);
    if (id === undefined) throw incorrectIndex();
    const list = grouped.get(id);
    if (list === undefined) grouped.set(id, [text]);
    else list.push(text);
  }
  return grouped;
}
