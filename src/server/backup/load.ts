import { Migrator, sql, type Kysely } from "kysely";

import { migrationProvider } from "#server/store/migrations.ts";
import type { Database } from "#server/store/schema.ts";
import { BackupError, newer, type BackupEnd, type BackupHeader, type BackupPart, type BackupSequence } from "./format.ts";
import { otherTables, sessionTables, tablesOf, type Column, type Tables } from "./tables.ts";

/** What is written at once, in characters and in rows. */
const atOnce = { characters: 1_000_000, rows: 2000 };

/** Sessions that a record names. */
const mostSessions = 10_000;

/** Makes sure that this release knows the tables of a backup. Throws BackupError. */
export async function refuseNewer({ migrations, release }: BackupHeader): Promise<void> {
  const known = Object.keys(await migrationProvider.getMigrations()).sort();
  if (migrations.some((name) => !known.includes(name))) throw newer(release);
  // They run in the order of their names, so that one that is left out was never there.
  if (migrations.some((name, place) => name !== known[place])) throw new BackupError("has tables of no release that there was.");
}

/** What was loaded. */
export interface Loaded {
  readonly end: BackupEnd;
  /** How many sessions were left out, and the ids of the first of them. */
  readonly sessions: { readonly count: number; readonly ids: readonly string[] };
}

/**
 * Fills a database without tables with a backup: makes the tables as they were then, loads the rows, and brings the tables up to date. Within
 * the transaction that the connection is in, so that all of it is there or nothing.
 *
 * @throws BackupError
 */
export async function loadBackup(
  connection: Kysely<Database>,
  parts: AsyncIterable<BackupPart>,
  { keepSessions }: { readonly keepSessions: boolean },
): Promise<Loaded> {
  let loader: Loader | undefined;
  let end: BackupEnd | undefined;
  for await (const part of parts) {
    if (part.type === "header") {
      await refuseNewer(part.header);
      await migrateWithin(connection, part.header.migrations.at(-1));
      loader = new Loader(connection, await tablesOf(connection), keepSessions);
      continue;
    }
    if (loader === undefined) throw new BackupError("begins with no header.");
    if (part.type === "end") ({ end } = part);
    else await loader.take(part);
  }
  if (loader === undefined || end === undefined) throw new BackupError("has no end.");
  await loader.finish();
  await migrateWithin(connection, undefined);
  return { end, sessions: loader.sessions };
}

/** Makes the tables as they are after a migration, or as this release has them, within the transaction that the connection is in. */
async function migrateWithin(connection: Kysely<Database>, last: string | undefined): Promise<void> {
  const migrator = new Migrator({ db: connection, provider: migrationProvider, disableTransactions: true });
  const { error } = await (last === undefined ? migrator.migrateToLatest() : migrator.migrateTo(last));
  if (error !== undefined) throw error;
}

class Loader {
  readonly #db: Kysely<Database>;
  readonly #tables: Tables;
  readonly #keepSessions: boolean;
  readonly #sequences: BackupSequence[] = [];
  readonly #sessionIds: string[] = [];
  #sessions = 0;
  #table: string | undefined;
  #columns: readonly Column[] = [];
  #rows: string[] = [];
  #characters = 0;

  constructor(db: Kysely<Database>, tables: Tables, keepSessions: boolean) {
    this.#db = db;
    this.#tables = tables;
    this.#keepSessions = keepSessions;
  }

  get sessions(): Loaded["sessions"] {
    return { count: this.#sessions, ids: this.#sessionIds };
  }

  async take(part: Extract<BackupPart, { type: "table" | "rows" | "sequence" }>): Promise<void> {
    switch (part.type) {
      case "table": {
        await this.#write();
        this.#table = part.table;
        this.#columns = this.#columnsOf(part.table, part.columns);
        return;
      }
      case "rows": {
        if (sessionTables.has(part.table) && !this.#keepSessions) this.#leaveOut(part.table, part.rows);
        else
          for (const row of part.rows) {
            this.#rows.push(row);
            this.#characters += row.length;
            if (this.#rows.length >= atOnce.rows || this.#characters >= atOnce.characters) await this.#write();
          }
        return;
      }
      case "sequence":
        this.#sequences.push(part.sequence);
        return;
      default:
        part satisfies never;
    }
  }

  /** Writes what is left, and has numbering go on where it was. */
  async finish(): Promise<void> {
    await this.#write();
    for (const { sequence, column, value, used } of this.#sequences) {
      const isNumbered = this.#tables.get(sequence)?.some(({ name, isNumbered }) => isNumbered && name === column);
      if (isNumbered !== true) throw unknownTable(sequence);
      await sql`select setval(pg_get_serial_sequence(${sequence}, ${column}), ${value}::int8, ${used}::bool)`.execute(this.#db);
    }
  }

  /** The columns of a part, which must be those of the table. */
  #columnsOf(table: string, names: readonly string[]): readonly Column[] {
    const columns = this.#tables.get(table);
    if (columns === undefined || otherTables.has(table) || columns.length !== names.length) throw unknownTable(table);
    return names.map((name) => {
      const column = columns.find((each) => each.name === name);
      if (column === undefined) throw unknownTable(table);
      return column;
    });
  }

  #leaveOut(table: string, rows: readonly string[]): void {
    if (table !== "sessions") return;
    this.#sessions += rows.length;
    const place = this.#columns.findIndex(({ name }) => name === "id");
    for (const row of rows) {
      if (place < 0 || this.#sessionIds.length === mostSessions) return;
      const id: unknown = (JSON.parse(row) as readonly unknown[])[place];
      if (typeof id === "string") this.#sessionIds.push(id);
    }
  }

  async #write(): Promise<void> {
    if (this.#table === undefined || this.#rows.length === 0) return;
    const names = this.#columns.map(({ name }) => sql.id(name));
    const values = this.#columns.map(({ type }, place) => sql`(given.line ->> ${sql.lit(place)})::${sql.raw(type)}`);
    await sql`
      insert into ${sql.table(this.#table)} (${sql.join(names)}) overriding system value
      select ${sql.join(values)} from json_array_elements(${`[${this.#rows.join(",")}]`}::text::json) as given (line)`.execute(
      this.#db,
    );
    this.#rows = [];
    this.#characters = 0;
  }
}

const unknownTable = (table: string) => new BackupError(`has a table ${table} that is not that of the release it names.`);
