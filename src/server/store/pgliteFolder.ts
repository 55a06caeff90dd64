import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { StartError } from "#server/startError.ts";

/** The major version of PostgreSQL that PGlite is; another one's files it cannot read. */
const postgresVersion = "18";

/**
 * The least free space with which an embedded database can be opened. A new one takes about 40 MB; an existing one first writes to its log.
 */
const roomNeeded = { new: 64_000_000, other: 32_000_000 };

/**
 * Opens a folder's embedded database by `open`, or says why it cannot and what to do. PGlite itself does not say.
 *
 * While a database is being made, the file `<folder>.making` stands beside it. If a full disk or a power failure interrupts that, the next
 * start makes it anew: nothing was ever kept in it.
 *
 * @throws StartError
 */
export async function openDatabaseFolder<T>(folder: string, open: () => Promise<T>): Promise<T> {
  const restoring = restoringFolder(folder);
  if (existsSync(restoring)) {
    throw new StartError(
      `A restore into ${folder} was cut off before its end. Run it again; or delete ${restoring}, and the next start makes an empty database.`,
      { lasting: true },
    );
  }
  const making = `${folder}.making`;
  if (existsSync(making)) rmSync(folder, { recursive: true, force: true });
  const version = versionOf(folder);
  if (version !== undefined && version !== postgresVersion) {
    throw new StartError(
      `The embedded database in ${folder} was made by another release of Tokenhouse, with PostgreSQL ${version}; this one has PostgreSQL ${postgresVersion}. Start that release, or name another data folder as DATA_DIR.`,
      { lasting: true },
    );
  }
  try {
    if (version === undefined) writeFileSync(making, "");
    const database = await open();
    if (version === undefined) {
      rmSync(making, { force: true });
      // Before anything is kept in it: should the file come back after a power failure, it would be thrown away.
      syncFolder(dirname(making));
    }
    return database;
  } catch (error) {
    throw whyNot(error, folder, version === undefined);
  }
}

/** Where an embedded database is while it is made of a backup. It is put in its place when it is whole. */
export function restoringFolder(folder: string): string {
  return `${folder}.restoring`;
}

function versionOf(folder: string): string | undefined {
  const file = join(folder, "PG_VERSION");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

function whyNot(error: unknown, folder: string, isNew: boolean): StartError {
  const reason = error instanceof Error && error.message !== "" ? error.message : String(error);
  const { bavail, bsize } = statfsSync(dirname(folder));
  const free = bavail * bsize;
  const needed = isNew ? roomNeeded.new : roomNeeded.other;
  if (free < needed || /ENOSPC|EDQUOT|no space left/iu.test(reason)) {
    const kept = isNew ? "" : " What was stored is still there.";
    return new StartError(
      `The embedded database in ${folder} cannot be opened, because its disk is full: ${megabytes(free)} are free. Free at least ${megabytes(needed)} there, then start again.${kept}`,
      { lasting: false },
    );
  }
  return new StartError(
    `The embedded database in ${folder} cannot be opened (${reason}). Start again; if that does not help, its files are damaged: put a copy of them there that you have kept, or name another data folder as DATA_DIR.`,
    { lasting: false },
  );
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1_000_000)} MB`;
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
