import { createWriteStream, existsSync, rmSync } from "node:fs";
import { link, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Writable } from "node:stream";

import { codeOf, StartError } from "#server/startError.ts";
import { randomId } from "#server/store/ids.ts";
import { undoneBySignal } from "./undone.ts";

/** What file systems say that have no links. */
const noLinks: ReadonlySet<string | undefined> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/**
 * Writes a file that only the owner may read, and which is there once all of it has reached the disk. One that is there is kept, unless
 * `overwrite` says otherwise.
 *
 * @throws StartError
 */
export async function writeWhole(
  file: string,
  { overwrite }: { readonly overwrite: boolean },
  write: (output: Writable) => Promise<void>,
): Promise<void> {
  if (!overwrite) refuseExisting(file);
  const draft = `${file}.${randomId(8)}.part`;
  try {
    const output = createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true });
    try {
      await undoneBySignal(
        () => rmSync(draft, { force: true }),
        () => write(output),
      );
    } finally {
      output.destroy();
    }
    if (overwrite) await rename(draft, file);
    else {
      try {
        await link(draft, file);
      } catch (error) {
        refuseExisting(file);
        if (!noLinks.has(codeOf(error))) throw error;
        await rename(draft, file);
      }
    }
    await syncFolder(dirname(resolve(file)));
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof StartError || code === undefined) throw error;
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM", "EROFS", "EISDIR", "ENAMETOOLONG"].includes(code)) {
      throw new StartError(`${file} cannot be written (${code}).`, { lasting: true });
    }
    throw error;
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** Throws StartError where there is such a file. */
export function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw new StartError(`${file} is there already. Name another file, or say --overwrite.`, { lasting: true });
}

/** Makes sure that the names in a folder have reached the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } catch (error) {
    // Not every system syncs folders.
    if (codeOf(error) !== "EISDIR" && codeOf(error) !== "EPERM" && codeOf(error) !== "EINVAL") throw error;
  } finally {
    await handle.close();
  }
}
