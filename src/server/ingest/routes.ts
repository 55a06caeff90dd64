import { finished } from "node:stream";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { admission, failureLimit } from "#server/http/admission.ts";
import { asElasticClient, tellElasticClients } from "#server/http/elasticClient.ts";
import type { CallerPlace } from "#server/auth/authenticate.ts";
import { clientAddress } from "#server/http/request.ts";
import { incorrectIndex, makeAccept } from "./accept.ts";
import { storageTrouble } from "#server/store/failures.ts";
import { makeAuthorize, type Sender, type SenderOptions } from "./authorize.ts";
import { takeIn, type BodyReading } from "./body.ts";
import { asRefusal, sendFailure, type Dialect } from "./dialects.ts";
import type { FormatName } from "./formats.ts";
import { holdings } from "./holdings.ts";
import { bodyReader, smallBody } from "./reader.ts";
import type { IngestRecorder } from "./recorder.ts";
import { contentTypes, encodingOf } from "./otlp/http.ts";
import { hecCodes, IngestRefusal, malformed } from "./refusal.ts";
import { readingThread } from "./thread.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who sends data; set on the ingest routes. */
    sender: Sender | null;
  }
}

/** What the ingest routes need of the rest of the server. */
export interface IngestOptions extends SenderOptions {
  readonly recorder: IngestRecorder;
  readonly placeOf: (request: FastifyRequest) => CallerPlace;
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

/** What the requests of one sender, and of all, may hold in memory at once: so many of the largest bodies. */
const [senderHolds, allHold] = [2, 4];

/** The methods that are answered with 405 where they have no meaning. */
const httpMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** The version that Elasticsearch's clients are told; they refuse servers they think too old. */
const elasticVersion = "8.6.0";

/**
 * Registers the routes that data is sent to. Each takes any Content-Type, since shippers send what they like; cookies mean nothing here. Who
 * sends is checked before the body is read. What is refused counts nothing.
 */
export async function registerIngest(app: FastifyInstance, options: IngestOptions): Promise<void> {
  const { bodyLimit } = options;
  const authorize = makeAuthorize(options);
  const accept = makeAccept(options);
  const held = holdings({ ofSender: senderHolds * bodyLimit, ofAll: allHold * bodyLimit, free: smallBody });
  const thread = readingThread();
  app.addHook("onClose", () => thread.close());
  const read = bodyReader(thread);
  const failures = failureLimit(app, options.failures);
  /** What each address takes, beside OPTIONS. */
  const served = new Map<string, { readonly dialect: Dialect; readonly methods: Set<string> }>();
  tellElasticClients(app);
  app.decorateRequest("sender", null);

  /** Finds out who sends, or throws why it is not taken. */
  const { ask, askAgain } = admission(options.now, async (request, reply, dialect: Dialect) => {
    try {
      const place = options.placeOf(request);
      request.sender = await authorize(request.headers.authorization, { hec: dialect === "hec", place, now: options.now() });
    } catch (error) {
      // Without a token none was wrong; and that much any page can make a visitor's browser send.
      if (!(error instanceof IngestRefusal) || request.headers.authorization === undefined) throw error;
      // Only who brings a wrong token is told so: others behind the same address would lose data.
      const seconds = await failures(request);
      if (seconds === undefined) throw error;
      reply.header("retry-after", seconds);
      throw new IngestRefusal(429, "Too many requests with a wrong token", hecCodes.invalidToken);
    }
  });

  /** Registers routes that answer in a dialect. */
  function family(dialect: Dialect, define: (scope: FastifyInstance) => void): Promise<void> {
    return Promise.resolve(
      app.register(async (scope) => {
        takeAnyType(scope);
        scope.setErrorHandler((error, request, reply) => answerFailure(error, request, reply, dialect));
        const headers = {
          ...storageHeaders,
          "cache-control": "no-store",
          ...(dialect === "elastic" && { "x-elastic-product": "Elasticsearch" }),
        };
        scope.addHook("onRequest", async (request, reply) => {
          reply.headers(headers);
          await ask(request, reply, dialect);
        });
        scope.addHook("onRoute", ({ url, method, constraints }) => {
          if (constraints !== undefined) return;
          const { methods } = served.get(url) ?? { methods: new Set<string>() };
          for (const one of [method].flat()) methods.add(one);
          served.set(url, { dialect, methods });
        });
        define(scope);
      }),
    );
  }

  function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply, dialect: Dialect): FastifyReply {
    const refusal = asRefusal(error, bodyLimit);
    if (refusal === undefined) {
      request.log.error({ err: error }, "unexpected error");
      // Shippers send again what gets 503, but not what gets 507.
      const message = storageTrouble(error)?.message ?? "The server failed. Its log says why; send again later.";
      return sendFailure(reply, dialect, 503, message, hecCodes.serverError);
    }
    if (refusal.status === 503) reply.header("retry-after", 1);
    return sendFailure(reply, dialect, refusal.status, refusal.message, refusal.hecCode);
  }

  /**
   * Takes in a body, reads it, and counts what it holds. Returns what its format has for an answer.
   *
   * @param index the repository of events that name none, where the request names one
   * @param shown the index to name in the answer for events without one, where it is not the sender's repository
   */
  async function receive(
    request: FastifyRequest,
    reply: FastifyReply,
    dialect: Dialect,
    format: FormatName,
    { index, shown }: { readonly index?: string | undefined; readonly shown?: string | undefined } = {},
  ): Promise<BodyReading["answer"]> {
    const reading = await readHeld(request, format, shown);
    if (reading.answer !== undefined) {
      const holding = held.open(senderOf(request).id);
      holding.add(reading.answer.byteLength);
      finished(reply.raw, () => holding.release());
    }
    await askAgain(request, reply, dialect);
    await accept(senderOf(request), reading, { at: options.now(), address: clientAddress(request), index });
    return reading.answer;
  }

  /** Takes in a body and reads it. It is held until it is read, also for a client that hangs up meanwhile. */
  async function readHeld(request: FastifyRequest, format: FormatName, shown: string | undefined): Promise<BodyReading> {
    const sender = senderOf(request);
    const { "content-length": length, "content-encoding": encoding } = request.headers;
    const declared = length === undefined ? undefined : Number(length);
    const home = sender.type === "ingest-token" ? sender.repository.name : "";
    const holding = held.open(sender.id);
    try {
      const body = await takeIn(request.raw, declared, bodyLimit, (bytes) => holding.add(bytes));
      return await read(sender.id, { format, body, encoding, limit: bodyLimit, index: shown ?? home });
    } finally {
      holding.release();
    }
  }

  function logscaleRoute(scope: FastifyInstance, url: string, format: FormatName): void {
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      requireRepository(request);
      await receive(request, reply, "logscale", format);
      return {};
    };
    scope.route({ method: "POST", url, handler });
  }

  await family("logscale", (scope) => {
    logscaleRoute(scope, "/api/v1/ingest/humio-structured", "structured");
    logscaleRoute(scope, "/api/v1/ingest/humio-unstructured", "unstructured");
    logscaleRoute(scope, "/api/v1/ingest/raw", "raw");
    // The first is the endpoint's path, the second that of the example in LogScale's documentation.
    for (const url of ["/api/v1/ingest/json", "/api/v1/ingest/raw/json"]) logscaleRoute(scope, url, "json");
    // Where humioctl sends when it has no ingest token. Any sender may, since the address names the repository.
    scope.post<{ Params: { readonly repository: string } }>(
      "/api/v1/repositories/:repository/ingest-messages",
      async (request, reply) => {
        const { repository: index } = request.params;
        const sender = senderOf(request);
        if (sender.type === "ingest-token" && sender.repository.name !== index) {
          throw malformed("This ingest token is of another repository than the address names.", hecCodes.incorrectIndex);
        }
        await receive(request, reply, "logscale", "unstructured", { index });
        return {};
      },
    );
  });

  await family("hec", (scope) => {
    const success = { text: "Success", code: hecCodes.success };
    const objects = async (request: FastifyRequest, reply: FastifyReply) => {
      await receive(request, reply, "hec", "hec");
      return success;
    };
    const lines = async (request: FastifyRequest, reply: FastifyReply) => {
      await receive(request, reply, "hec", "hecRaw", { index: repositoryInQuery(request.query) });
      return success;
    };
    for (const base of hecBases) {
      for (const path of ["", "/event", "/event/1.0"]) scope.route({ method: "POST", url: base + path, handler: objects });
      for (const path of ["/raw", "/raw/1.0"]) scope.route({ method: "POST", url: base + path, handler: lines });
      scope.post(`${base}/ack`, () => {
        throw malformed("ACK is disabled", hecCodes.ackDisabled);
      });
    }
  });
  // Shippers ask this before they send, some without a token. It tells nothing about tokens.
  for (const base of hecBases) {
    for (const path of ["/health", "/health/1.0"]) {
      app.get(base + path, (_request, reply) => reply.headers(storageHeaders).send({ text: "HEC is healthy", code: 17 }));
    }
  }

  await family("otlp", (scope) => {
    for (const signal of ["logs", "metrics", "traces"] as const) {
      scope.post(`/api/v1/ingest/otlp/v1/${signal}`, async (request, reply) => {
        requireRepository(request);
        const encoding = encodingOf(request.headers["content-type"]);
        if (encoding === undefined) {
          const types = Object.values(contentTypes).join(" or ");
          throw new IngestRefusal(415, `The body's Content-Type is none of OTLP's: send ${types}.`, hecCodes.invalidFormat);
        }
        const answer = await receive(request, reply, "otlp", `otlp-${signal}-${encoding}`);
        return reply.type(contentTypes[encoding]).send(answer);
      });
    }
  });

  await family("elastic", (scope) => {
    const bulk = async (request: FastifyRequest<{ Params: { readonly index?: string } }>, reply: FastifyReply) => {
      requireRepository(request);
      const answer = await receive(request, reply, "elastic", "bulk", { shown: request.params.index });
      return reply.type("application/json; charset=utf-8").send(answer);
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
    // To everybody else the page is the answer.
    scope.get("/", { constraints: { [asElasticClient]: true } }, server);
    scope.get("/api/v1/ingest/elastic-bulk/_license", () => ({
      license: { status: "active", uid: "00000000-0000-0000-0000-000000000000", type: "basic" },
    }));
  });

  await app.register(async (scope) => {
    takeAnyType(scope);
    for (const [url, { dialect, methods }] of served) {
      const allow = [...methods, "OPTIONS"].join(", ");
      // Docker's Splunk driver asks for OPTIONS before it sends, and without a token. It is told no more than what there is.
      scope.options(url, (_request, reply) => reply.headers({ ...storageHeaders, allow }).send());
      const others = httpMethods.filter((method) => !methods.has(method));
      scope.route({
        method: others,
        url,
        exposeHeadRoute: false,
        handler: (_request, reply) =>
          sendFailure(
            reply.headers({ ...storageHeaders, allow }),
            dialect,
            405,
            `Here is only ${allow}.`,
            hecCodes.invalidFormat,
          ),
      });
    }
  });
}

/** Takes bodies of any Content-Type, none of which is read: that is for `receive` to do. */
function takeAnyType(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _body, done) => done(null));
}

/** The query parameter `index`, given once or not at all. */
function repositoryInQuery(query: unknown): string | undefined {
  const index = typeof query === "object" && query !== null && "index" in query ? query.index : undefined;
  if (index === undefined || typeof index === "string") return index;
  throw incorrectIndex();
}

function senderOf({ sender }: FastifyRequest): Sender {
  if (sender === null) throw new Error("The request was not authenticated.");
  return sender;
}

/** Routes at which a sender without a repository of its own has no way to name one. */
function requireRepository({ sender }: FastifyRequest): void {
  if (sender?.type === "ingest-token") return;
  throw malformed(
    "This token is of no repository. Send to /api/v1/ingest/hec, and name one as `index` of each event.",
    hecCodes.incorrectIndex,
  );
}
