import { sql, type Kysely } from "kysely";

import { readHead } from "#server/audit/seal.ts";
import type { Store } from "#server/store/client.ts";
import type { Database } from "#server/store/schema.ts";
import { tokenhouseVersion } from "#server/version.ts";
import { BackupWriter } from "./format.ts";
import { keptTables, tablesOf, type Column, type Tables } from "./tables.ts";

/** What is read at once, in characters and in rows: a row may be long. */
const atOnce = { characters: 1_000_000, rows: 2000 };

/** How far the chain of the trail was read before the rest of the database. */
interface ReadTrail {
  readonly seal: number;
  readonly position: number;
}

/** Retention cut the trail while it was read. What was read shows no one moment. */
export class TrailWasCut extends Error {
  override readonly name = "TrailWasCut";
}

/**
 * The lines of a backup of one moment. Whoever needs the database's only connection waits until the last of them was taken.
 *
 * @param now ms since epoch
 */
export async function* dumpAtOnce({ db, kind }: Store, now: () => number): AsyncGenerator<string, void, void> {
  const writer = new BackupWriter();
  const moment = now();
  const snapshot = await openSnapshot(db);
  try {
    const tables = await tablesOf(snapshot);
    yield await headerOf(snapshot, kind, writer, tables);
    yield* dumpTables(snapshot, writer, tables, { seal: 0, position: 0 });
    yield writer.end(moment);
  } finally {
    await snapshot.rollback().execute();
  }
}

/**
 * The same, for a database with a single connection that others use meanwhile: what of the trail is chained, which is most of a database and
 * never changes, is read part by part, between which others go on. They wait only while the rest is read.
 *
 * @throws TrailWasCut where it is to be begun anew
 */
export async function* dumpInTurns({ db, kind }: Store, now: () => number): AsyncGenerator<string, void, void> {
  const writer = new BackupWriter();
  // A running server has brought them up to date.
  const tables = await tablesOf(db);
  yield await headerOf(db, kind, writer, tables);
  const anchor = await readAnchor(db);
  const { number: seal, lastPosition: position } = await readHead(db);
  yield* dumpChained(db, writer, "audit_records", "position", position, tables);
  yield* dumpChained(db, writer, "audit_seals", "number", seal, tables);
  const moment = now();
  const snapshot = await openSnapshot(db);
  try {
    if ((await readAnchor(snapshot)) !== anchor) throw new TrailWasCut();
    yield* dumpTables(snapshot, writer, tables, { seal, position });
    yield writer.end(moment);
  } finally {
    await snapshot.rollback().execute();
  }
}

async function openSnapshot(db: Kysely<Database>) {
  const snapshot = await db.startTransaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute();
  // As texts, values must not depend on the database's settings.
  await sql`select set_config('bytea_output', 'hex', true), set_config('datestyle', 'ISO', true), set_config('timezone', 'UTC', true)`.execute(
    snapshot,
  );
  return snapshot;
}

async function headerOf(db: Kysely<Database>, database: Store["kind"], writer: BackupWriter, tables: Tables): Promise<string> {
  const done = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const check = tables.has("vault_check") ? await db.selectFrom("vaultCheck").select("sealed").executeTakeFirst() : undefined;
  return writer.header({
    release: tokenhouseVersion,
    database,
    migrations: done.rows.map(({ name }) => name),
    vaultCheck: check === undefined ? null : Buffer.from(check.sealed).toString("hex"),
  });
}

async function readAnchor(db: Kysely<Database>): Promise<number> {
  const anchor = await db.selectFrom("auditAnchor").select("lastPosition").executeTakeFirst();
  return anchor?.lastPosition ?? 0;
}

/** The columns of a table as they stand in a backup, and a row of it as JSON. */
function rowOf(columns: readonly Column[]) {
  return sql`json_build_array(${sql.join(columns.map(({ name }) => sql`${sql.ref(name)}::text`))})::text`;
}

/** Rows of the trail that are written once and have a place in it, from the first to `last`. */
async function* dumpChained(
  db: Kysely<Database>,
  writer: BackupWriter,
  table: string,
  place: string,
  last: number,
  tables: Tables,
): AsyncGenerator<string, void, void> {
  const columns = tables.get(table) ?? [];
  yield writer.table(table, namesOf(columns));
  const size = new FetchSize();
  for (let after = 0; ;) {
    const { rows } = await sql<{ place: number; row: string }>`
      select ${sql.ref(place)} as place, ${rowOf(columns)} as row from ${sql.table(table)}
      where ${sql.ref(place)} > ${after} and ${sql.ref(place)} <= ${last}
      order by ${sql.ref(place)} limit ${size.rows}`.execute(db);
    const final = rows.at(-1);
    if (final === undefined) return;
    after = final.place;
    const texts = rows.map(({ row }) => row);
    size.learn(texts);
    yield writer.rows(table, texts);
  }
}

async function* dumpTables(
  db: Kysely<Database>,
  writer: BackupWriter,
  tables: Tables,
  read: ReadTrail,
): AsyncGenerator<string, void, void> {
  const rest = new Map([
    ["audit_records", sql`where position is null or position > ${sql.lit(read.position)}`],
    ["audit_seals", sql`where number > ${sql.lit(read.seal)}`],
  ]);
  for (const table of keptTables) {
    const columns = tables.get(table);
    // A table that came after the release that the database was last used with.
    if (columns === undefined) continue;
    yield writer.table(table, namesOf(columns));
    await sql`declare backup_rows no scroll cursor for
      select ${rowOf(columns)} as row from ${sql.table(table)} ${rest.get(table) ?? sql``}`.execute(db);
    const size = new FetchSize();
    for (;;) {
      const { rows } = await sql<{ row: string }>`fetch ${sql.lit(size.rows)} from backup_rows`.execute(db);
      if (rows.length === 0) break;
      const texts = rows.map(({ row }) => row);
      size.learn(texts);
      yield writer.rows(table, texts);
    }
    await sql`close backup_rows`.execute(db);
    for (const { name } of columns.filter(({ isNumbered }) => isNumbered)) {
      const { rows } = await sql<{ sequence: string }>`select pg_get_serial_sequence(${table}, ${name}) as sequence`.execute(db);
      const sequence = await sql<{ value: number; used: boolean }>`
        select last_value as value, is_called as used from ${sql.raw(rows[0]?.sequence ?? "")}`.execute(db);
      const [found] = sequence.rows;
      if (found !== undefined) yield writer.sequence({ sequence: table, column: name, ...found });
    }
  }
}

const namesOf = (columns: readonly Column[]) => columns.map(({ name }) => name);

/** How many rows are read at once, by how long those before them were. */
class FetchSize {
  rows = 100;

  learn(texts: readonly string[]): void {
    const characters = texts.reduce((sum, { length }) => sum + length, 1);
    const fitting = Math.floor((atOnce.characters * texts.length) / characters);
    this.rows = Math.max(1, Math.min(fitting, 2 * this.rows, atOnce.rows));
  }
}
