import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { localAdminId, parseLocalAdminToken } from "#domain/token/tokenString.ts";

import { dataFolderError, makeDataFolder } from "#server/dataFolder.ts";
import { createPrivateFile } from "#server/privateFile.ts";
import { codeOf } from "#server/startError.ts";
import { randomId } from "#server/store/ids.ts";
import { hashSecret, secretLength } from "./secrets.ts";

/** Name of the file that holds the local administrator's credential, as on a LogScale node. */
const fileName = "local-admin-token.txt";

/**
 * The folder in the data folder that the file is in. It is the server's alone, whatever the mode of the data folder, so nobody else can put
 * a file of their own in its place.
 */
const folderName = "local-admin";

/** What is told where the local administrator's credential is right and is not taken from there. */
export const localAdminPlaces =
  "The local administrator's token can be used on the server's own machine, from a loopback address, through no proxy but those that TRUST_PROXY names. LOCAL_ADMIN_FROM names further addresses.";

/** The local administrator's credential. */
export interface LocalAdmin {
  /** `localroot~…`. */
  readonly tokenString: string;
  readonly secretHash: Uint8Array;
}

/** The file of the local administrator's credential cannot be used; the message is meant for the administrator. */
export class LocalAdminError extends Error {
  override readonly name = "LocalAdminError";
}

/** Where the local administrator's credential of a data folder is. */
export function localAdminFile(dataDir: string): string {
  return join(dataDir, folderName, fileName);
}

/**
 * The local administrator's credential of a data folder. It is made when there is none, in a folder and a file for the owner alone; several
 * processes that start at once end up with the same one. One that an earlier release left in the data folder itself is moved.
 *
 * @param say is given a sentence for the administrator where something was moved, or lies where nobody reads it any more
 * @throws LocalAdminError when others can read the file, may have put it there, or it holds something else
 * @throws StartError when the data folder cannot be used
 */
export function loadLocalAdmin(dataDir: string, say: (sentence: string) => void): LocalAdmin {
  const file = localAdminFile(dataDir);
  makeDataFolder(dataDir);
  try {
    makePrivateFolder(join(dataDir, folderName));
    moveFormer(join(dataDir, fileName), file, say);
    if (!isThere(file)) createPrivateFile(file, `${localAdminId}~${randomId(secretLength)}\n`);
    return readCredential(readPrivate(file, { own: true }), file);
  } catch (error) {
    throw dataFolderError(dataDir, error);
  }
}

/**
 * The id of a data folder, by which a database knows its server again. The first start makes it.
 *
 * @throws StartError when the data folder cannot be used
 */
export function loadInstance(dataDir: string): string {
  const file = join(dataDir, "instance");
  makeDataFolder(dataDir);
  try {
    createPrivateFile(file, `${randomId(24)}\n`);
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw dataFolderError(dataDir, error);
  }
}

/**
 * The local administrator's credential, for a command on the server's machine; undefined where no embedded server has run on the data folder.
 * Nothing is made or moved. Throws LocalAdminError when the file cannot be read, others can read it, or it holds something else.
 */
export function findLocalAdmin(dataDir: string): LocalAdmin | undefined {
  // A server of an earlier release that still runs has it in the data folder itself.
  for (const file of [localAdminFile(dataDir), join(dataDir, fileName)]) {
    try {
      // Root runs commands too, and the file is the server's.
      return readCredential(readPrivate(file, { own: false }), file);
    } catch (error) {
      if (error instanceof LocalAdminError) throw error;
      if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") continue;
      throw new LocalAdminError(
        `The local administrator's token cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return undefined;
}

/** Moves the file from where earlier releases had it, after the same checks. */
function moveFormer(former: string, file: string, say: (sentence: string) => void): void {
  if (!isThere(former)) return;
  if (isThere(file)) {
    say(`${former} is no longer read: the local administrator's token is in ${file}. Delete the former.`);
    return;
  }
  readCredential(readPrivate(former, { own: true }), former);
  try {
    renameSync(former, file);
  } catch (error) {
    // Another process moved it meanwhile.
    if (codeOf(error) === "ENOENT" && isThere(file)) return;
    throw error;
  }
  say(`The local administrator's token was moved from ${former} to ${file}. Let scripts read it there.`);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Makes the folder, or makes sure that one that is there is the server's alone. */
function makePrivateFolder(folder: string): void {
  let isNew = true;
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    isNew = false;
  }
  const found = lstatSync(folder);
  if (!found.isDirectory()) {
    throw new LocalAdminError(
      `${folder} is no folder, but the server keeps the local administrator's token in a folder of that name. Find out who put it there, and delete it.`,
    );
  }
  const fault = faultOf(found, { own: true });
  if (fault === undefined) return;
  throw new LocalAdminError(
    isNew
      ? `${folder} was made for its owner alone, and still ${fault}: its file system keeps no such modes. Name a folder on another as DATA_DIR or --data-dir.`
      : `${folder} ${fault}, who may have put a token there. Delete the folder, and the next start makes it anew, with another token.`,
  );
}

/**
 * The text of a file, unless others can read it or may have put it there.
 *
 * @param own whether it must be the very user's who reads it
 */
function readPrivate(file: string, { own }: { readonly own: boolean }): string {
  const remedy = "Delete the file, and the next start of the server makes another token.";
  let descriptor: number;
  try {
    // Neither a link is followed, nor a pipe waited for.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (codeOf(error) !== "ELOOP") throw error;
    throw new LocalAdminError(`${file} is a symbolic link, which the server did not make. ${remedy}`);
  }
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new LocalAdminError(`${file} is no file, but what the server did not make. ${remedy}`);
    const fault = faultOf(found, { own });
    if (fault !== undefined) {
      throw new LocalAdminError(
        `${file} ${fault}. Who knows the token in it can do everything here. ${remedy} To keep the token, make the file yours and give it the mode 600.`,
      );
    }
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** Why others may know or choose what is in a file or folder; undefined where they cannot. */
function faultOf(found: { readonly uid: number; readonly mode: number }, { own }: { readonly own: boolean }): string | undefined {
  // Where there are no users by number there are no modes either.
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  if (own && found.uid !== user) return `belongs to another user (number ${found.uid}; the server runs as ${user})`;
  const mode = found.mode & 0o777;
  return (mode & 0o077) === 0 ? undefined : `is open to others (mode ${mode.toString(8)})`;
}

function readCredential(text: string, file: string): LocalAdmin {
  const secret = parseLocalAdminToken(text);
  if (secret === null) {
    throw new LocalAdminError(
      `${file} does not hold the local administrator's token. Delete the file, and a new one is made at the next start.`,
    );
  }
  return { tokenString: `${localAdminId}~${secret}`, secretHash: hashSecret(secret) };
}
