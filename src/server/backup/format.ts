import { createHash } from "node:crypto";

import { z } from "zod";

/**
 * What a backup says, before it is packed and encrypted: lines of JSON. The first is the header. Each table then has a line with its name
 * and columns, behind which its rows stand as arrays, each value as PostgreSQL writes it as text. The last line says that this was all.
 * A table may come in several parts. Both databases write and read the same lines.
 */
const formatName = "tokenhouse backup";

/** The format that this release writes, and the newest that it reads. */
const formatVersion = 1;

/** Where a running server gives its backup. */
export const backupPath = "/api/tokenhouse/backup";

const bytesInHex = z.string().regex(/^(?:[0-9a-f]{2})+$/u);

const headerSchema = z.object({
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  /** Version of the Tokenhouse that wrote it. */
  release: z.string(),
  database: z.enum(["pglite", "postgres"]),
  /** What the tables had been brought up to date by, in this order. */
  migrations: z.array(z.string()).min(1),
  /** A known text, sealed with the installation key that the database belongs to; null where nothing was ever sealed in it. */
  vaultCheck: bytesInHex.nullable(),
  /** The installation key, where it was asked for. */
  key: z.base64().optional(),
});

export type BackupHeader = z.infer<typeof headerSchema>;

const endSchema = z.object({
  end: z.object({
    /** The moment that the backup shows, ms since epoch. */
    moment: z.int(),
    /** How many rows there are of each table. */
    counts: z.record(z.string(), z.int()),
    /** SHA-256 of all lines before this one. */
    digest: z.string(),
  }),
});

export type BackupEnd = z.infer<typeof endSchema>["end"];

const tableSchema = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
const sequenceSchema = z.object({ sequence: z.string(), column: z.string(), value: z.int(), used: z.boolean() });

export type BackupSequence = z.infer<typeof sequenceSchema>;

/** A backup is not what it should be. The message says how, to follow the name of the file. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** Makes the lines of a backup, each with its line break. */
export class BackupWriter {
  readonly #hash = createHash("sha256");
  readonly #counts = new Map<string, number>();

  header(header: Omit<BackupHeader, "format" | "version">): string {
    return this.#put(`${JSON.stringify({ format: formatName, version: formatVersion, ...header })}\n`);
  }

  table(table: string, columns: readonly string[]): string {
    if (!this.#counts.has(table)) this.#counts.set(table, 0);
    return this.#put(`${JSON.stringify({ table, columns })}\n`);
  }

  /** Rows of the table that was named last. */
  rows(table: string, rows: readonly string[]): string {
    this.#counts.set(table, (this.#counts.get(table) ?? 0) + rows.length);
    return this.#put(rows.length === 0 ? "" : `${rows.join("\n")}\n`);
  }

  sequence(sequence: BackupSequence): string {
    return this.#put(`${JSON.stringify(sequence)}\n`);
  }

  /** The last line. */
  end(moment: number): string {
    const end: BackupEnd = { moment, counts: Object.fromEntries(this.#counts), digest: this.#hash.digest("hex") };
    return `${JSON.stringify({ end })}\n`;
  }

  #put(text: string): string {
    this.#hash.update(text);
    return text;
  }
}

/** What a backup is read as, in this order. */
export type BackupPart =
  | { readonly type: "header"; readonly header: BackupHeader }
  | { readonly type: "table"; readonly table: string; readonly columns: readonly string[] }
  /** Rows of the table that came last, as JSON. */
  | { readonly type: "rows"; readonly table: string; readonly rows: readonly string[] }
  | { readonly type: "sequence"; readonly sequence: BackupSequence }
  /** Comes last, once everything before it is known to be whole. */
  | { readonly type: "end"; readonly end: BackupEnd };

/**
 * Reads a backup part by part. Ends without an error only where all of it is there as it was written.
 *
 * @throws BackupError
 */
export async function* readBackup(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<BackupPart, void, void> {
  const hash = createHash("sha256");
  const counts = new Map<string, number>();
  let table: string | undefined;
  let begun = false;
  let ended = false;
  for await (const lines of linesOf(source)) {
    let rows: string[] = [];
    for (const line of lines) {
      if (ended) throw new BackupError("goes on behind its end.");
      if (begun && line.startsWith("[")) {
        if (table === undefined) throw altered();
        rows.push(line);
        hash.update(`${line}\n`);
        continue;
      }
      if (table !== undefined && rows.length > 0) {
        counts.set(table, (counts.get(table) ?? 0) + rows.length);
        yield { type: "rows", table, rows };
        rows = [];
      }
      const part = partOf(line, begun);
      if (part.type === "end") {
        checkEnd(part.end, counts, hash.digest("hex"));
        ended = true;
      } else hash.update(`${line}\n`);
      if (part.type === "table") {
        ({ table } = part);
        if (!counts.has(table)) counts.set(table, 0);
      }
      begun = true;
      yield part;
    }
    if (table !== undefined && rows.length > 0) {
      counts.set(table, (counts.get(table) ?? 0) + rows.length);
      yield { type: "rows", table, rows };
    }
  }
  if (!ended) throw new BackupError("was cut off: its end is missing.");
}

const altered = () => new BackupError("is damaged: it is not what was written.");

function checkEnd(end: BackupEnd, counts: ReadonlyMap<string, number>, digest: string): void {
  const told = Object.entries(end.counts);
  const isSame = told.length === counts.size && told.every(([table, count]) => counts.get(table) === count);
  if (!isSame || end.digest !== digest) throw altered();
}

function partOf(line: string, begun: boolean): Exclude<BackupPart, { type: "rows" }> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw begun ? altered() : noBackup();
  }
  if (!begun) return { type: "header", header: headerOf(value) };
  const table = tableSchema.safeParse(value);
  if (table.success) return { type: "table", ...table.data };
  const sequence = sequenceSchema.safeParse(value);
  if (sequence.success) return { type: "sequence", sequence: sequence.data };
  const end = endSchema.safeParse(value);
  if (end.success) return { type: "end", end: end.data.end };
  throw altered();
}

const noBackup = () => new BackupError("is no backup of Tokenhouse.");

function headerOf(value: unknown): BackupHeader {
  const named = z.object({ format: z.literal(formatName), version: z.int(), release: z.string() }).safeParse(value);
  if (!named.success) throw noBackup();
  if (named.data.version > formatVersion) throw newer(named.data.release);
  const header = headerSchema.safeParse(value);
  if (!header.success) throw altered();
  return header.data;
}

/** Why a backup of a newer release is not read. */
export function newer(release: string): BackupError {
  return new BackupError(
    `was made by Tokenhouse ${release}, which is newer than this one. Restore it with that release, or a later one.`,
  );
}

/** The longest line of a backup, in characters. No row comes near: the largest body of a request has a fraction of it. */
const longestLine = 100_000_000;

/** Lines as they come, several at a time. What stands behind the last line break is no line. */
async function* linesOf(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly string[], void, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let begun = "";
  for await (const chunk of source) {
    let text: string;
    try {
      text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    } catch {
      throw altered();
    }
    const lines = text.split("\n");
    lines[0] = `${begun}${lines[0] ?? ""}`;
    begun = lines.pop() ?? "";
    if (begun.length > longestLine) throw altered();
    if (lines.length > 0) yield lines;
  }
  if (begun !== "") throw new BackupError("was cut off in the middle of a line.");
}
