import { readFileSync } from "node:fs";
import { join } from "node:path";

import { localAdminId, parseLocalAdminToken } from "#domain/token/tokenString.ts";

import { dataFolderError, makeDataFolder } from "#server/dataFolder.ts";
import { createPrivateFile } from "#server/privateFile.ts";
import { codeOf } from "#server/startError.ts";
import { randomId } from "#server/store/ids.ts";
import { hashSecret, secretLength } from "./secrets.ts";

/** Name of the file in the data folder that holds the local administrator's credential, as on a LogScale node. */
const fileName = "local-admin-token.txt";

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

/**
 * The local administrator's credential of a data folder. It is made when there is none, readable by the owner alone; several processes that
 * start at once end up with the same one.
 *
 * @throws LocalAdminError when the file holds something else
 * @throws StartError when the data folder cannot be used
 */
export function loadLocalAdmin(dataDir: string): LocalAdmin {
  const file = join(dataDir, fileName);
  makeDataFolder(dataDir);
  try {
    createPrivateFile(file, `${localAdminId}~${randomId(secretLength)}\n`);
    return readCredential(readFileSync(file, "utf8"), file);
  } catch (error) {
    throw dataFolderError(dataDir, error);
  }
}

/**
 * The local administrator's credential, for a command on the server's machine; undefined where no embedded server has run on the data folder.
 * Nothing is made. Throws LocalAdminError when the file cannot be read, or holds something else.
 */
export function findLocalAdmin(dataDir: string): LocalAdmin | undefined {
  const file = join(dataDir, fileName);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw new LocalAdminError(
      `The local administrator's token cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return readCredential(text, file);
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
