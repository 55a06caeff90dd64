import { closeSync, fdatasyncSync, fsyncSync, existsSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { NodeFS } from "@electric-sql/pglite/nodefs";

import { codeOf } from "#server/startError.ts";
import { databaseError, isLast, StoreFailedError, type DatabaseErrorFields } from "./failures.ts";
import { parseInt8Array } from "./int8.ts";
import { mostParts } from "./parts.ts";
import { BrokenError, StatementRunner } from "./pgliteStatements.ts";
import type { Engine } from "./pool.ts";
import { resultsOf, type TripOutcome, type Statement } from "./statementClient.ts";

/** Where a PGlite database lives: in a folder, or in memory, there optionally starting as a copy of a dump. */
export type PgliteLocation = { readonly folder: string } | { readonly template?: Blob };

/** PGlite running in this thread, which stands still during each statement. */
export interface PgliteEngine extends Engine {
  readonly queryAll: NonNullable<Engine["queryAll"]>;
  /** The whole database as an archive from which others can start. */
  dump(): Promise<Blob>;
}

/**
 * Starts PGlite in the calling thread. A database in a folder is durable: whatever was committed has reached the disk.
 * Times and counts (int8) come as numbers.
 */
export async function openPglite(location: PgliteLocation): Promise<PgliteEngine> {
  const pglite = await startPglite(location).catch((error: unknown) => {
    throw startFailure(error);
  });
  let failed: StoreFailedError | undefined;
  const failure = (error: unknown): Error => {
    if (!isFatal(error)) return toDatabaseError(error);
    failed ??= new StoreFailedError(`The embedded database failed: ${error instanceof Error ? error.message : String(error)}`);
    return failed;
  };
  const runner = new StatementRunner(pglite, failure);
  const queryAll = async (statements: readonly Statement[]): Promise<TripOutcome> => {
    if (failed !== undefined) throw failed;
    const outcome = await runner.run(statements).catch((error: unknown) => {
      throw failure(error);
    });
    if (failed !== undefined) throw failed;
    return outcome;
  };
  return {
    async query(sql, parameters) {
      const [result] = resultsOf(await queryAll([{ sql, parameters }]));
      if (result === undefined) throw new Error("The embedded database gave no result.");
      return result;
    },
    queryAll,
    dump: () => pglite.dumpDataDir("none"),
    close: () => pglite.close(),
  };
}

const parsers = { 20: Number, 1016: parseInt8Array };

/**
 * PostgreSQL's own default takes 128 MB, which the files' cache of the operating system makes up for: no list of 100,000 tokens is read
 * slower. A policy change that restricts all of them takes a tenth longer than with 16 MB.
 */
const small = [...PGlite.defaultStartParams, "-c", "shared_buffers=8MB"];

/** How much room the log may keep once it is free to be used again; see `Store.keepLogShort`. */
const shortLog = ["-c", "min_wal_size=32MB", "-c", "max_wal_size=128MB"];

/** What acts in parts need; see `parts.ts`. */
const parted = ["-c", `max_prepared_transactions=${mostParts}`];

/** Part of PGlite's own package; what names are searched by needs it. */
const extensions = { pg_trgm };

/**
 * V8 compiles a function of the database a second time, and better, once it has run for so many bytes of code. By default it does so during
 * the start already, where that takes more time than it ever gives back, and 30 MB.
 */
const tieringBudget = 100_000_000;

async function startPglite(location: PgliteLocation): Promise<PGlite> {
  if (!("folder" in location)) {
    return PGlite.create({
      parsers,
      extensions,
      startParams: [...small, ...shortLog, ...parted],
      ...(location.template && { loadDataDir: location.template }),
    });
  }
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
  const fresh = !existsSync(join(location.folder, "PG_VERSION"));
  const pglite = await PGlite.create({
    parsers,
    extensions,
    fs: new DurableNodeFS(location.folder),
    // Without -F PostgreSQL asks for its files to be synced. Only fsync goes through the file system that DurableNodeFS mends.
    startParams: [...small.filter((parameter) => parameter !== "-F"), "-c", "wal_sync_method=fsync", ...shortLog, ...parted],
  });
  // PGlite creates the database unsynced; PostgreSQL's own initdb syncs all of it at the end, and so do we.
  if (fresh) syncFolder(location.folder);
  return pglite;
}

/** The parts of Emscripten's file system on a folder that are touched here. */
interface NodeFileSystem {
  readonly stream_ops: { fsync?: (stream: { readonly nfd?: number; readonly node: object }) => number };
  realPath(node: object): string;
}

/**
 * PGlite's folder with working fsync. Emscripten's file system has none, so that a commit would survive the end of the process,
 * but not a power failure. Leans on internals of the exact version that package.json pins.
 */
class DurableNodeFS extends NodeFS {
  override async init(...parameters: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const result = await super.init(...parameters);
    result.emscriptenOpts.preRun?.push((module: { readonly NODEFS: NodeFileSystem }) => {
      const { NODEFS: files } = module;
      files.stream_ops.fsync = (stream) => {
        try {
          if (stream.nfd === undefined) syncPath(files.realPath(stream.node));
          else fdatasyncSync(stream.nfd);
          return 0;
        } catch (error) {
          // PostgreSQL must be told, and then stops. Thrown, it would leave PostgreSQL in the middle of its work.
          return numberOf(codeOf(error));
        }
      };
    });
    return result;
  }
}

function syncFolder(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncFolder(path);
    else if (entry.isFile()) syncPath(path);
  }
  syncPath(folder);
}

function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isDatabaseError(error: unknown): error is Error & DatabaseErrorFields {
  return error instanceof Error && "severity" in error && "code" in error;
}

/** Emscripten's numbers of what its file system may say while a database is opened. */
const systemErrors: Readonly<Record<number, string>> = {
  2: "EACCES",
  19: "EDQUOT",
  29: "EIO",
  33: "EMFILE",
  51: "ENOSPC",
  69: "EROFS",
};

/** Emscripten's number of what the operating system says; that of EIO where it has none. */
function numberOf(code: string | undefined): number {
  return Number(Object.keys(systemErrors).find((number) => systemErrors[Number(number)] === (code ?? "")) ?? 29);
}

/** What PGlite threw while it started as an error with a message, since Emscripten's have a number alone. */
function startFailure(error: unknown): Error {
  const number = error instanceof Error && "errno" in error && typeof error.errno === "number" ? error.errno : undefined;
  if (number === undefined) return error instanceof Error ? error : new Error(String(error));
  return new Error(systemErrors[number] ?? `error ${number} of its file system`, { cause: error });
}

/** Whether the WebAssembly machine itself broke: nothing it holds in memory can be trusted any more. */
function isFatal(error: unknown): boolean {
  return error instanceof BrokenError || (isDatabaseError(error) && isLast(error));
}

/** PGlite's error as the pg driver's. Anything else, such as a parameter of a wrong type, stays as it is but for its extras. */
function toDatabaseError(error: unknown): Error {
  if (!isDatabaseError(error)) return error instanceof Error ? new Error(error.message) : new Error(String(error));
  const { message, severity, code, detail, hint, where, schema, table, column, constraint, routine } = error;
  return databaseError({ message, severity, code, detail, hint, where, schema, table, column, constraint, routine });
}
