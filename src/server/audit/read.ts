import { sql, type Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";

/** Records that are read at once. */
const atOnce = 1000;

const columns = [
  "number",
  "record",
  "mac",
  "id",
  "happenedAt",
  "type",
  "outcome",
  "actorId",
  "address",
  "subject",
  "others",
] as const;

/** The chained records of a span of places, in their order. */
export async function* recordsBetween(db: Kysely<Database>, after: number, last: number) {
  for (let place = after; ;) {
    const rows = await db
      .selectFrom("auditRecords")
      .select(columns)
      .select(sql<number>`position`.as("position"))
      .where("position", ">", place)
      .where("position", "<=", last)
      .orderBy("position")
      .limit(atOnce)
      .execute();
    yield* rows;
    const final = rows.at(-1);
    if (final === undefined || rows.length < atOnce) return;
    place = final.position;
  }
}

/** Every record as it is kept: the chained ones in their order, then those that still wait, and what was chained meanwhile. */
export async function* allRecords(db: Kysely<Database>): AsyncGenerator<string, void, void> {
  let place = 0;
  for await (const { record, position } of recordsBetween(db, 0, Number.MAX_SAFE_INTEGER)) {
    yield record;
    place = position;
  }
  const given = new Set<number>();
  for await (const { record, number } of waitingRecords(db)) {
    yield record;
    given.add(number);
  }
  for await (const { record, number } of recordsBetween(db, place, Number.MAX_SAFE_INTEGER)) if (!given.has(number)) yield record;
}

/** The records that wait to be chained. */
export async function* waitingRecords(db: Kysely<Database>) {
  for (let last = 0; ;) {
    const rows = await db
      .selectFrom("auditRecords")
      .select(columns)
      .where("position", "is", null)
      .where("number", ">", last)
      .orderBy("number")
      .limit(atOnce)
      .execute();
    yield* rows;
    const final = rows.at(-1);
    if (final === undefined || rows.length < atOnce) return;
    last = final.number;
  }
}
