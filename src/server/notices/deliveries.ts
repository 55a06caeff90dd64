import type { Kysely } from "kysely";

import type { Notices } from "#logscale/notices.ts";
import type { Database } from "#server/store/schema.ts";

/** Deliveries that one answer tells of at most. */
const mostDeliveries = 100;

/** What became of the latest requests to the webhook. Neither what they said nor what was answered is told. */
export async function readDeliveries(db: Kysely<Database>): Promise<Pick<Notices, "deliveries" | "more">> {
  const deliveries = await db
    .selectFrom("noticeDeliveries")
    .select(["createdAt", "tokens", "tries", "lastTriedAt", "lastStatus", "deliveredAt", "nextAt"])
    .orderBy("createdAt", "desc")
    .orderBy("id")
    .limit(mostDeliveries)
    .execute();
  const { all } = await db
    .selectFrom("noticeDeliveries")
    .select(({ fn }) => fn.countAll<number>().as("all"))
    .executeTakeFirstOrThrow();
  return { deliveries, more: all - deliveries.length };
}
