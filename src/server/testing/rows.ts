import { sql, type Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";

/** Every row of every table as JSON, sorted, by the table's name in SQL: two databases with the same rows give the same. */
export async function allRows(db: Kysely<Database>): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows: tables } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema() and tablename not like 'kysely\\_%'
    order by tablename`.execute(db);
  const found = new Map<string, readonly string[]>();
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select to_jsonb(each)::text as row from ${sql.table(name)} as each`.execute(db);
    found.set(name, rows.map(({ row }) => row).sort());
  }
  return found;
}
