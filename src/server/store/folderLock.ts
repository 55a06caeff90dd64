import { closeSync, openSync, readFileSync, readlinkSync, unlinkSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

import { StoreInUseError } from "./failures.ts";

/** Who holds a folder. What an operating system does not tell is null. */
interface Holder {
  readonly pid: number;
  /** When the process started, in ticks since the machine's start: tells it from a later process with the same id. */
  readonly started: string | null;
  /** Which start of the machine, and which container's process ids, the two above belong to. */
  readonly boot: string | null;
  readonly processes: string | null;
  readonly host: string;
}

/** A folder that this process holds. */
export interface FolderLock {
  /** Lets others have the folder. */
  release(): void;
}

/**
 * Takes a data folder for this process by a file beside it, `<folder>.lock`. The file of a process that is certainly gone is
 * taken over; a holder's age never counts, since a busy process may be silent for long. Throws StoreInUseError otherwise.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = `${folder}.lock`;
  const mine = JSON.stringify(thisProcess());
  if (!create(path, mine)) {
    // Empty: just being written by its holder, or by one that died in that very moment.
    if (read(path) === "") await delay(200);
    takeOver(folder, path, mine);
  }
  return {
    release() {
      if (read(path) === mine) unlinkSync(path);
    },
  };
}

function takeOver(folder: string, path: string, mine: string): void {
  // A second file lets one process at a time judge and replace the first, lest two both take over the same dead holder's.
  const guard = `${path}.takeover`;
  const byHand = `If no Tokenhouse server is running on this folder, delete ${path} and start again.`;
  if (!create(guard, mine)) {
    throw new StoreInUseError(
      folder,
      undefined,
      `Another server is just starting there. If none is, delete ${guard} and start again.`,
    );
  }
  try {
    const text = read(path);
    const holder = parseHolder(text);
    if (holder !== undefined) {
      const state = stateOf(holder);
      if (state === "alive") throw new StoreInUseError(folder, holder.pid, "Stop that server first, or set another DATA_DIR.");
      if (state === "unknown") {
        throw new StoreInUseError(
          folder,
          holder.pid,
          `It was started on another machine or in another container (${holder.host}). ${byHand}`,
        );
      }
    }
    if (text !== undefined) unlinkSync(path);
    if (!create(path, mine)) throw new StoreInUseError(folder, undefined, byHand);
  } finally {
    unlinkSync(guard);
  }
}

/** Creates the file, unless there is one: the file system guarantees that only one process succeeds. */
function create(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  try {
    writeSync(file, text);
  } catch (error) {
    // On a full disk an empty file would be left, for somebody to delete by hand.
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
  return true;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function parseHolder(text: string | undefined): Holder | undefined {
  try {
    const holder: Partial<Holder> | null = JSON.parse(text ?? "");
    // Ours are written in one piece, so what cannot be read was cut off by the end of its writer.
    if (typeof holder?.pid !== "number") return undefined;
    return {
      pid: holder.pid,
      started: holder.started ?? null,
      boot: holder.boot ?? null,
      processes: holder.processes ?? null,
      host: holder.host ?? "",
    };
  } catch {
    return undefined;
  }
}

function stateOf(holder: Holder): "alive" | "dead" | "unknown" {
  const here = thisProcess();
  if (holder.boot === here.boot && holder.processes === here.processes) {
    if (!isRunning(holder.pid)) return "dead";
    return holder.started !== null && holder.started !== startOf(holder.pid) ? "dead" : "alive";
  }
  // The same machine or container, started anew: nothing from before is left. Under another name it may well be running.
  return holder.host === here.host ? "dead" : "unknown";
}

function thisProcess(): Holder {
  return {
    pid: process.pid,
    started: startOf(process.pid),
    boot: ask(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    processes: ask(() => readlinkSync("/proc/self/ns/pid")),
    host: hostname(),
  };
}

/** The start of a process as Linux tells it; null elsewhere, or when the process is gone. */
function startOf(pid: number): string | null {
  // The second field, the program's name in parentheses, may hold anything; the start is the 20th behind it.
  return ask(() => readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)?.trim().split(" ")[19] ?? null);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but belongs to another user.
    return !hasCode(error, "ESRCH");
  }
}

function ask<T>(question: () => T): T | null {
  try {
    return question();
  } catch {
    return null;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
