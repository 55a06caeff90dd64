import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { pipeline as readBack, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";

import type { Store } from "#server/store/client.ts";
import { randomId } from "#server/store/ids.ts";
import { dumpAtOnce, dumpInTurns, TrailWasCut } from "./dump.ts";

/** How often a backup is begun anew since retention cut the trail meanwhile: it does so once an hour. */
const mostTries = 3;

/**
 * The lines of a backup that a running server gives. Where its database has a single connection, they go to a file first, as quick as
 * they are read: whoever takes them may be slow, and others would wait for the connection.
 *
 * @param folder where that file is, which nobody sees
 * @param left aborted when nobody waits for it any more: it then ends at the next statement, so that another can begin
 */
export async function* dumpWhileServing(
  store: Store,
  folder: string,
  now: () => number,
  left: AbortSignal,
): AsyncGenerator<string | Uint8Array, void, void> {
  if (store.kind === "postgres") {
    yield* dumpAtOnce(store, now);
    return;
  }
  for (let tries = 1; ; tries++) {
    const path = join(folder, `backup-${randomId(16)}.tmp`);
    const file = await open(path, "wx+", 0o600);
    try {
      // Nothing is left of it when the server is killed.
      await rm(path);
      await pipeline(Readable.from(until(left, dumpInTurns(store, now))), createGzip({ level: 1 }), async (packed) => {
        for await (const chunk of packed) await file.appendFile(chunk as Uint8Array);
      });
      const unpacker = createGunzip();
      readBack(Readable.from(chunksOf(file)), unpacker, () => {
        // What goes wrong is told to whoever reads.
      });
      for await (const chunk of unpacker) yield chunk as Uint8Array;
      return;
    } catch (error) {
      if (!(error instanceof TrailWasCut) || tries === mostTries) throw error;
    } finally {
      await file.close();
    }
  }
}

/** Lines, until a signal is aborted: whose reason it throws then. */
async function* until(signal: AbortSignal, lines: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const line of lines) {
    signal.throwIfAborted();
    yield line;
  }
}

/** What is in a file, from its beginning. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
