import { sql, type Kysely } from "kysely";
import { Gauge, type Registry } from "prom-client";

import { sessionIdleTimeout } from "#server/auth/sessions.ts";
import type { ConnectionLoad } from "#server/store/pool.ts";
import type { Database } from "#server/store/schema.ts";

/** What figures of the store are read from. */
export interface MeasuredStore {
  readonly db: Kysely<Database>;
  /** Ms since epoch. */
  readonly now: () => number;
  /** How busy the connections to the database are. */
  readonly load: () => ConnectionLoad;
}

/**
 * Adds figures about sessions, the audit trail, the webhook and the connections to a registry. What it returns reads those that are rows of
 * the database, by one statement. The others are known without asking, also where the database does not answer.
 */
export function measureStore(registry: Registry, { db, now, load }: MeasuredStore): () => Promise<void> {
  const registers = [registry];
  const connections = new Gauge({
    name: "tokenhouse_database_connections",
    help: "Connections to the database by what they do: working for a request, or idle",
    labelNames: ["state"] as const,
    registers: [],
    collect() {
      const { used, idle } = load();
      this.set({ state: "used" }, used);
      this.set({ state: "idle" }, idle);
    },
  });
  const waiting = new Gauge({
    name: "tokenhouse_database_waiting",
    help: "Requests that wait for a connection to the database",
    registers: [],
    collect() {
      this.set(load().waiting);
    },
  });
  for (const gauge of [connections, waiting]) registry.registerMetric(gauge);
  const sessions = new Gauge({
    name: "tokenhouse_sessions",
    help: "Sessions that are not over, by how they were begun: by a sign-in link, or by pasting a token",
    labelNames: ["begun"] as const,
    registers,
  });
  const records = new Gauge({
    name: "tokenhouse_audit_records",
    help: "Records of the audit trail: chained since its beginning (sealed), or not chained yet (waiting)",
    labelNames: ["state"] as const,
    registers,
  });
  const oldest = new Gauge({
    name: "tokenhouse_audit_waiting_seconds",
    help: "Age of the oldest record of the audit trail that is not chained yet; 0 when none waits",
    registers,
  });
  const deliveries = new Gauge({
    name: "tokenhouse_webhook_requests",
    help: "Requests to the webhook: to be sent (waiting), failed and to be sent again (failing), delivered, or given up",
    labelNames: ["state"] as const,
    registers,
  });
  return async () => {
    // Rather no figures than old ones, should the reading fail.
    for (const gauge of [sessions, records, oldest, deliveries]) gauge.reset();
    oldest.remove();
    const at = now();
    const read = await readFigures(db, at);
    sessions.set({ begun: "link" }, read.byLink);
    sessions.set({ begun: "token" }, read.byToken);
    records.set({ state: "sealed" }, read.sealed);
    records.set({ state: "waiting" }, read.recordsWaiting);
    oldest.set(read.waitingSince === null ? 0 : Math.max(0, (at - Date.parse(read.waitingSince)) / 1000));
    deliveries.set({ state: "waiting" }, read.waiting);
    deliveries.set({ state: "failing" }, read.failing);
    deliveries.set({ state: "delivered" }, read.delivered);
    deliveries.set({ state: "given-up" }, read.givenUp);
  };
}

interface StoreFigures {
  readonly byLink: number;
  readonly byToken: number;
  readonly sealed: number;
  readonly recordsWaiting: number;
  /** As ISO 8601 has it. */
  readonly waitingSince: string | null;
  readonly waiting: number;
  readonly failing: number;
  readonly delivered: number;
  readonly givenUp: number;
}

async function readFigures(db: Kysely<Database>, now: number): Promise<StoreFigures> {
  const { rows } = await sql<StoreFigures>`
    select signed_in.*, trail.*, sent.*,
      coalesce(
        (select last_position from audit_seals order by number desc limit 1), (select last_position from audit_anchor), 0
      ) as sealed
    from (
      select count(user_id) as by_link, count(token_id) as by_token from sessions
      where expires_at > ${now} and last_seen_at > ${now - sessionIdleTimeout}
    ) as signed_in, (
      select count(*) as records_waiting, min(happened_at) as waiting_since from audit_records where position is null
    ) as trail, (
      select count(*) filter (where next_at is not null and tries = 0) as waiting,
        count(*) filter (where next_at is not null and tries > 0) as failing,
        count(*) filter (where delivered_at is not null) as delivered,
        count(*) filter (where next_at is null and delivered_at is null) as given_up
      from notice_deliveries
    ) as sent`.execute(db);
  return rows[0] as StoreFigures;
}
