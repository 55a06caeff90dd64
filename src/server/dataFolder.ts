import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { codeOf, StartError } from "./startError.ts";

/**
 * Makes the data folder where there is none, for its owner alone, and the folders above it.
 *
 * Node's own recursive mkdir is not used: on a file system such as /proc it tries for ever.
 *
 * @throws StartError when there can be no such folder
 */
export function makeDataFolder(dataDir: string): void {
  try {
    makeFolders(resolve(dataDir));
  } catch (error) {
    throw dataFolderError(dataDir, error);
  }
}

function makeFolders(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolders(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it at the same time.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What the system's codes say about a data folder. Others, such as a full disk, may pass by themselves. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "the user that runs the server has no right to it",
  EPERM: "the user that runs the server has no right to it",
  EROFS: "its file system is for reading only",
  EEXIST: "it is a file",
  ENOTDIR: "it is a file, or a part of its path is one",
  ENOENT: "its file system makes no folder there",
  ELOOP: "its path leads in a circle",
  ENAMETOOLONG: "its path is too long",
};

/**
 * What a failure to make the data folder or a file in it comes to: a StartError where it is known what to do about it, and else the error
 * as it is.
 */
export function dataFolderError(dataDir: string, error: unknown): unknown {
  const code = codeOf(error) ?? "";
  const reason = reasons[code];
  if (reason === undefined) return error;
  const at = error instanceof Error && "path" in error && typeof error.path === "string" ? ` at ${error.path}` : "";
  return new StartError(
    `The data folder ${dataDir} cannot be used: ${reason} (${code}${at}). Name another as DATA_DIR or --data-dir.`,
    { lasting: true },
  );
}
