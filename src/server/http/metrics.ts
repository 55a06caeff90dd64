import { timingSafeEqual } from "node:crypto";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sql, type Kysely } from "kysely";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

import { errorCodes, gatewayErrorCodes } from "#logscale/errors.ts";

import { bearerCredential } from "#server/auth/authenticate.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import { observe, type PolicyChange } from "#server/observe.ts";
import type { Database } from "#server/store/schema.ts";
import { within } from "#server/within.ts";
import { isLoopback, onHangUp, originParts, publicOrigin, whence } from "./request.ts";
import { sendText } from "./signIn.ts";
import { measureStore, type MeasuredStore } from "./storeFigures.ts";
import { gotPage } from "./web.ts";

export interface MetricsAccess {
  /** What a scraper must show as Bearer, from anywhere. Undefined: none is needed, but only this machine itself may scrape. */
  readonly token?: string | undefined;
}

/** Spans for which tokens that end within them are counted, in ms. */
const expiryWindows = { "7d": 604_800_000, "30d": 2_592_000_000 } as const;

/** How long reading the store's figures may take before the figures go out without them, in ms: less than the ten seconds that scrapers wait. */
const countingPatience = 5000;

/** What an HTTP status says about why a request was refused; others are no refusals. */
const refusalStatuses: Readonly<Record<number, string>> = {
  400: "malformed",
  401: "unauthenticated",
  403: "forbidden",
  413: "too-large",
  415: "wrong-type",
  429: "rate-limited",
};

/**
 * Measures the server and serves the figures at GET /metrics, in Prometheus' format. Must be registered before the routes that it is to
 * measure. Labels hold kinds, states, route patterns and reasons: never an id, a name or an address.
 *
 * Without a token, only a direct connection from this machine is answered: a proxy on the same machine would otherwise open the figures to
 * everybody. A gateway leaves out `measured`, and with it every figure about tokens, policies and what is kept in the database.
 */
export function registerMetrics(app: FastifyInstance, access: MetricsAccess, measured?: MeasuredStore): void {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "tokenhouse_" });

  const requests = new Counter({
    name: "tokenhouse_http_requests_total",
    help: "Requests, by method, route pattern and status; 499: the client was gone before an answer was begun",
    labelNames: ["method", "route", "status"] as const,
    registers,
  });
  const durations = new Histogram({
    name: "tokenhouse_http_request_duration_seconds",
    help: "Time from a request's arrival to its answer, by route pattern",
    labelNames: ["route"] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const refusals = new Counter({
    name: "tokenhouse_refusals_total",
    help: "Requests refused, by reason: the HTTP status in a word, or the code of a GraphQL error",
    labelNames: ["reason"] as const,
    registers,
  });
  // Known from the start, so that the first refusal is seen as a rise from 0.
  for (const reason of Object.values(refusalStatuses)) refusals.inc({ reason }, 0);
  const readings = measured === undefined ? [] : [countTokens(registry, measured), measureStore(registry, measured)];
  for (const code of measured === undefined ? gatewayErrorCodes : errorCodes) refusals.inc({ reason: reasonOf(code) }, 0);
  const stop = observe({
    policyChanged: measured && policyTimer(registry),
    refusedWith: (code) => refusals.inc({ reason: reasonOf(code) }),
  });
  app.addHook("onClose", () => stop());
  app.addHook("onRequest", (request, reply, done) => {
    onHangUp(reply, (status) => measure(request, reply, status));
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    measure(request, reply, reply.statusCode);
    done();
  });

  function measure(request: FastifyRequest, reply: FastifyReply, status: number): void {
    const route = request.routeOptions.url ?? (gotPage(request) ? "page" : "none");
    requests.inc({ method: request.method, route, status });
    durations.observe({ route }, reply.elapsedTime / 1000);
    const reason = refusalStatuses[status];
    if (reason !== undefined) refusals.inc({ reason });
  }

  app.get("/metrics", async (request, reply) => {
    void reply.header("cache-control", "no-store");
    if (access.token === undefined) {
      if (!isLocal(request)) {
        return sendText(
          reply,
          403,
          "Only this machine itself may scrape, and not through a proxy. Set METRICS_TOKEN for others.",
        );
      }
    } else if (!sameToken(request.headers.authorization, access.token)) {
      return sendText(reply.header("www-authenticate", "Bearer"), 401, "Send the METRICS_TOKEN as Bearer.");
    }
    for (const read of await Promise.allSettled(readings.map((reading) => within(countingPatience, reading())))) {
      if (read.status === "rejected") request.log.error({ err: read.reason }, "figures of the store could not be read");
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function reasonOf(code: string): string {
  return code.toLowerCase().replaceAll("_", "-");
}

/**
 * Whether a request comes from this very machine, with nothing in between as far as can be told. The Host header reveals proxies that leave
 * no other trace, and pages that use DNS rebinding. A proxy that replaces Host as well needs PUBLIC_URL, with which the configuration asks
 * for a token.
 */
function isLocal(request: FastifyRequest): boolean {
  return whence(request) === "here" && isLoopback(originParts(publicOrigin(request, undefined)).hostname);
}

function sameToken(authorization: string | undefined, token: string): boolean {
  const given = authorization === undefined ? null : bearerCredential(authorization);
  // Hashes are of one length, whatever was given.
  return given !== null && timingSafeEqual(hashSecret(given), hashSecret(token));
}

/** Adds the times of policy changes to a registry; what it returns is to be told of each. */
function policyTimer(registry: Registry): (change: PolicyChange) => void {
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60], registers: [registry] });
  const planning = histogram(
    "tokenhouse_policy_plan_duration_seconds",
    "Time it took to find what a change of the policies does to every token",
  );
  const applying = histogram(
    "tokenhouse_policy_apply_duration_seconds",
    "Time it took to change the policies, with the wait for the lock, the plan and the writing",
  );
  return (change) => {
    planning.observe(change.planning / 1000);
    applying.observe(change.applying / 1000);
  };
}

/** Adds figures about tokens to a registry; what it returns reads them, all at once. Nothing is read unless somebody scrapes. */
function countTokens(registry: Registry, { db, now }: MeasuredStore): () => Promise<void> {
  const tokens = new Gauge({
    name: "tokenhouse_tokens",
    help: "Tokens by kind and state: they end some day (limited), never (unlimited), or ended and are not purged yet (expired)",
    labelNames: ["kind", "state"] as const,
    registers: [registry],
  });
  const expiring = new Gauge({
    name: "tokenhouse_tokens_expiring",
    help: "Tokens that end within the next 7 and 30 days, by kind",
    labelNames: ["kind", "within"] as const,
    registers: [registry],
  });
  return async () => {
    // Rather no figures than old ones, should the reading fail.
    tokens.reset();
    expiring.reset();
    for (const { kind, ...counts } of await readCounts(db, now())) {
      tokens.set({ kind, state: "unlimited" }, counts.unlimited);
      tokens.set({ kind, state: "limited" }, counts.total - counts.unlimited - counts.expired);
      tokens.set({ kind, state: "expired" }, counts.expired);
      expiring.set({ kind, within: "7d" }, counts.within7);
      expiring.set({ kind, within: "30d" }, counts.within30);
    }
  };
}

interface Counts {
  readonly kind: string;
  readonly total: number;
  readonly unlimited: number;
  readonly expired: number;
  readonly within7: number;
  readonly within30: number;
}

/** The counts of every kind, of those without tokens too. Ingest and fleet tokens never end. */
async function readCounts(db: Kysely<Database>, now: number): Promise<readonly Counts[]> {
  const until = (window: keyof typeof expiryWindows) =>
    sql`count(*) filter (where expire_at > ${now} and expire_at <= ${now + expiryWindows[window]})`;
  const { rows } = await sql<Counts>`
    select p.kind, count(t.id) as total,
      count(t.id) filter (where expire_at is null) as unlimited,
      count(*) filter (where expire_at <= ${now}) as expired,
      ${until("7d")} as within7, ${until("30d")} as within30
    from token_policies p left join tokens t on t.kind = p.kind group by p.kind
    union all select 'ingest', count(*), count(*), 0, 0, 0 from ingest_tokens
    union all select 'fleet', count(*), count(*), 0, 0, 0 from fleet_tokens`.execute(db);
  return rows;
}
