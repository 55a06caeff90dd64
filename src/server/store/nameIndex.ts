import { sql, type Kysely } from "kysely";
import { DatabaseError } from "pg";

import type { Database } from "./schema.ts";

/** Why a search of names reads them all; undefined where an index finds them. */
export type NameIndexTrouble = string | undefined;

/**
 * Makes the index by which parts of names are found, where there is none yet. It needs PostgreSQL's extension `pg_trgm`, which a database
 * may lack and its user may not be allowed to add: everything works without it, only a search reads every name. So it is no migration, and
 * the next start tries again. Call it where nobody else makes it at the same time.
 */
export async function ensureNameIndex(db: Kysely<Database>): Promise<NameIndexTrouble> {
  const { rows } = await sql<{ indexed: boolean }>`select to_regclass('token_names_trigrams') is not null as indexed`.execute(db);
  if (rows[0]?.indexed === true) return undefined;
  try {
    await sql`create extension if not exists pg_trgm`.execute(db);
    // Somebody may have added the extension in a schema that is not looked through.
    const found = await sql<{ schema: string }>`
      select nspname as schema from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
      where extname = 'pg_trgm'`.execute(db);
    const operators = sql.id(found.rows[0]?.schema ?? "public", "gin_trgm_ops");
    // A short list of what is not in its place yet, since each search reads all of that.
    await sql`
      create index token_names_trigrams on token_names using gin (folded ${operators})
      with (gin_pending_list_limit = 512)`.execute(db);
    return undefined;
  } catch (error) {
    if (!(error instanceof DatabaseError) || !isMissing(error.code)) throw error;
    return error.message;
  }
}

/** Insufficient privilege; no such file, feature, or class of operators. */
function isMissing(code: string | undefined): boolean {
  return code !== undefined && ["42501", "58P01", "0A000", "42704"].includes(code);
}
