import { appendFile, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Kysely } from "kysely";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";

import { codeOf } from "#server/startError.ts";
import type { Database } from "#server/store/schema.ts";
import { recordsBetween } from "./read.ts";
import { readHead } from "./seal.ts";

/** Where records are written to as they are chained: standard output, or a file by its path. */
export type StreamTarget = { readonly stdout: true } | { readonly file: string };

/** Name of the file in the data folder that says how far the trail was written. */
const fileName = "audit-stream.json";

/** Lines that are written at once. */
const atOnce = 1000;

const placeSchema = z.object({ position: z.int().nonnegative() });

/**
 * Writes what was chained since the last time, a record a line, and remembers how far it came: after a crash lines may come twice, which
 * their ids tell, or half before they come whole, and none is left out. A server that begins to write begins with what there is.
 */
export async function streamAudit(db: Kysely<Database>, dataDir: string, target: StreamTarget): Promise<number> {
  const file = join(dataDir, fileName);
  const { lastPosition } = await readHead(db);
  let position = await readPlace(file);
  if (position >= lastPosition) return 0;
  let written = 0;
  let lines: string[] = [];
  const flush = async () => {
    if (lines.length === 0) return;
    await write(target, `${lines.join("\n")}\n`);
    written += lines.length;
    lines = [];
    await writeFileAtomic(file, `${JSON.stringify({ position })}\n`, { mode: 0o600 });
  };
  for await (const row of recordsBetween(db, position, lastPosition)) {
    lines.push(row.record);
    ({ position } = row);
    if (lines.length === atOnce) await flush();
  }
  await flush();
  return written;
}

async function readPlace(file: string): Promise<number> {
  try {
    return placeSchema.parse(JSON.parse(await readFile(file, "utf8"))).position;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
}

async function write(target: StreamTarget, text: string): Promise<void> {
  if ("file" in target) {
    await appendFile(target.file, `${(await endsInHalfLine(target.file)) ? "\n" : ""}${text}`, { mode: 0o600 });
    return;
  }
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whether a file ends in half a line, which a server that was killed may leave, or a full disk. The next one must not be glued to it. */
async function endsInHalfLine(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  // Of pipes and devices nothing is read.
  if (found === undefined || !found.isFile() || found.size === 0) return false;
  const file = await open(path);
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: found.size - 1 });
    return buffer.toString() !== "\n";
  } finally {
    await file.close();
  }
}
