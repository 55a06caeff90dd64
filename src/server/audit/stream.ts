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

/** How far the trail was written: a place in the chain and the record there, absent in a file of an earlier release. */
const placeSchema = z.object({ position: z.int().nonnegative(), id: z.string().optional() });

type Place = z.infer<typeof placeSchema>;

/**
 * Writes what was chained since the last time, a record a line, and remembers how far it came: after a crash lines may come twice, which
 * their ids tell, or half before they come whole, and none is left out. A server that begins to write begins with what there is. So does
 * one whose database has another trail than the one it wrote, such as an older one that was restored and went on.
 *
 * @param beginsAnew is told where it does so though it wrote before
 */
export async function streamAudit(
  db: Kysely<Database>,
  dataDir: string,
  target: StreamTarget,
  beginsAnew: () => void,
): Promise<number> {
  const file = join(dataDir, fileName);
  const { lastPosition } = await readHead(db);
  const place = await readPlace(file);
  if (place?.position === lastPosition) return 0;
  const goesOn = place !== undefined && (await isOf(db, place, lastPosition));
  if (!goesOn) beginsAnew();
  let { position } = goesOn ? place : nowhere;
  let id: string | undefined;
  let written = 0;
  let lines: string[] = [];
  const flush = async () => {
    if (lines.length === 0) return;
    await write(target, `${lines.join("\n")}\n`);
    written += lines.length;
    lines = [];
    await writeFileAtomic(file, `${JSON.stringify({ position, id } satisfies Place)}\n`, { mode: 0o600 });
  };
  for await (const row of recordsBetween(db, position, lastPosition)) {
    lines.push(row.record);
    ({ position, id } = row);
    if (lines.length === atOnce) await flush();
  }
  await flush();
  return written;
}

const nowhere: Place = { position: 0 };

/** What the file says; undefined where that is nothing that was written there. */
async function readPlace(file: string): Promise<Place | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return nowhere;
    throw error;
  }
  try {
    return placeSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether a place is one of this chain: its record is there, or retention took it. */
async function isOf(db: Kysely<Database>, { position, id }: Place, lastPosition: number): Promise<boolean> {
  if (position === 0) return true;
  if (position > lastPosition) return false;
  const record = await db.selectFrom("auditRecords").select("id").where("position", "=", position).executeTakeFirst();
  if (record !== undefined) return id === undefined || record.id === id;
  const anchor = await db.selectFrom("auditAnchor").select("lastPosition").executeTakeFirst();
  return anchor !== undefined && anchor.lastPosition >= position;
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
