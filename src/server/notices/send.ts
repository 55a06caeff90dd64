import { createHmac } from "node:crypto";

import { sql, type Kysely } from "kysely";

import { day, hour, minute, second } from "#domain/duration.ts";
import { deliver, type DeliveryOutcome } from "#server/remote/post.ts";
import type { Database } from "#server/store/schema.ts";

/** The receiver of notices, as the server was started with it. */
export interface NoticeReceiver {
  readonly url: string;
  readonly secret: Uint8Array;
}

/** A process that took a request to send it has this long, in ms; then another may think it is gone. */
const lease = 2 * minute;

/** How long to wait after each failed try, in ms; the last counts for all that follow. */
const pauses = [minute, 5 * minute, 15 * minute, hour, 6 * hour] as const;

/** A next try further ahead than this, in ms, was set by a clock that has been put back since. */
const implausible = 12 * hour;

/** How long a request is tried at all, in ms: the tokens of the earliest threshold but one would be over. */
const patience = 7 * day;

/** What is told of a try that failed. It names neither the receiver nor what it answered: both may hold secrets. */
export interface FailedTry {
  readonly request: string;
  /** Of the answer; null where none came. */
  readonly status: number | null;
  readonly tries: number;
  /** Whether it is not tried any more. */
  readonly givenUp: boolean;
}

export interface NoticeSending {
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly failed?: (failure: FailedTry) => void;
}

/**
 * Sends what is laid ready, one request after the other, until nothing is due. Each is taken for a while by one process, so that two processes
 * send it once; one whose process dies while it is under way is sent again, under the same id.
 */
export async function sendNotices(
  db: Kysely<Database>,
  receiver: NoticeReceiver,
  { now, signal, failed }: NoticeSending,
): Promise<void> {
  while (!signal.aborted) {
    const taken = await take(db, now());
    if (taken === undefined) return;
    const { id, body, tries, createdAt } = taken;
    const delivery = { url: receiver.url, body, headers: signed(receiver, id, body, now()) };
    const outcome = await deliver(delivery, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    // Called off: whether it arrived is not known, so it is sent again once the lease is over.
    if (outcome === undefined) return;
    const nextAt = await settle(db, id, outcome, { tries: tries + 1, createdAt, now: now() });
    if (outcome.type === "failed") {
      failed?.({ request: id, status: outcome.status ?? null, tries: tries + 1, givenUp: nextAt === null });
    }
  }
}

async function take(db: Kysely<Database>, now: number) {
  const { rows } = await sql<{ id: string; body: string; tries: number; createdAt: number }>`
    update notice_deliveries set next_at = ${now + lease}
    where id = (select id from notice_deliveries where next_at <= ${now} or next_at > ${now + implausible} order by next_at, id limit 1 for update skip locked)
    returning id, body, tries, created_at`.execute(db);
  return rows[0];
}

async function settle(
  db: Kysely<Database>,
  id: string,
  outcome: DeliveryOutcome,
  { tries, createdAt, now }: { readonly tries: number; readonly createdAt: number; readonly now: number },
): Promise<number | null> {
  const next = now + (pauses[Math.min(tries, pauses.length) - 1] ?? 0);
  // A receiver that refuses for good may be mended meanwhile, so it is asked as patiently as one that is down.
  const nextAt = outcome.type === "delivered" || next > createdAt + patience ? null : next;
  await db
    .updateTable("noticeDeliveries")
    .set({
      tries,
      nextAt,
      lastTriedAt: now,
      lastStatus: outcome.status ?? null,
      deliveredAt: outcome.type === "delivered" ? now : null,
    })
    .where("id", "=", id)
    .execute();
  return nextAt;
}

/** What proves to the receiver who sent a body, as the Standard Webhooks specification has it: an HMAC-SHA256 of id, time and body. */
function signed({ secret }: NoticeReceiver, id: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / second));
  const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` };
}
