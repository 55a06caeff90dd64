import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { localAdminId, parseLocalAdminToken } from "#domain/tokenString.ts";

import { createPrivateFile } from "../private-file.ts";
import { randomId } from "../store/ids.ts";
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
 * Reads the local administrator's credential from the data folder. With `create` it is made when there is none, readable by the owner
 * alone; several processes that start at once end up with the same one. Throws LocalAdminError.
 */
export function loadLocalAdmin(dataDir: string, options: { readonly create: boolean }): LocalAdmin {
  const file = join(dataDir, fileName);
  try {
    if (options.create) {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      createPrivateFile(file, `${localAdminId}~${randomId(secretLength)}\n`);
    }
    return readCredential(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (error instanceof LocalAdminError) throw error;
    throw new LocalAdminError(
      `The local administrator's token cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
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
