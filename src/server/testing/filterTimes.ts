import type { Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";
import { anIpFilter } from "./samples.ts";

/** Adds filters, each at time 0. */
export async function addFilters(db: Kysely<Database>, ids: readonly string[]): Promise<void> {
  await db
    .insertInto("ipFilters")
    .values(ids.map((id) => anIpFilter({ id })))
    .execute();
}

/** The times of all filters, in the order of their ids. */
export async function filterTimes(db: Kysely<Database>): Promise<number[]> {
  return (await db.selectFrom("ipFilters").select("createdAt").orderBy("id").execute()).map(({ createdAt }) => createdAt);
}

/** Sets the time of a filter to 1. */
export async function touchFilter(db: Kysely<Database>, id: string): Promise<void> {
  await db.updateTable("ipFilters").set({ createdAt: 1 }).where("id", "=", id).execute();
}
