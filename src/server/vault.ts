import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Kysely } from "kysely";

import { dataFolderError, makeDataFolder } from "./dataFolder.ts";
import { createPrivateFile } from "./privateFile.ts";
import type { Database } from "./store/schema.ts";

/** Name of the file in the data folder that holds the installation key, where TOKENHOUSE_KEY gives none. */
const fileName = "key";

/** Length of the installation key and of the keys derived from it, in bytes. */
const keyLength = 32;

/** First byte of everything sealed: how it was sealed, should that ever change. */
const sealVersion = 1;
const nonceLength = 12;
const tagLength = 16;

/**
 * Seals values that administrators see again later, so that the database never holds them in clear. `purpose` says what the value is and
 * whose, such as `ingest-token/<id>`. A value opens only for its own purpose, so a copy in another row is useless.
 */
export interface Vault {
  /** Encrypts a text. Different bytes each time, longer than the text's UTF-8 by 29. */
  seal(text: string, purpose: string): Uint8Array;
  /** Gives back what was sealed. Throws VaultError when it was sealed with another key or for another purpose, or was changed since. */
  open(sealed: Uint8Array, purpose: string): string;
  /** 32 bytes by which a value can be found again without standing there itself: the same for the same value, purpose and key. */
  fingerprint(value: string, purpose: string): Uint8Array;
  /** 32 bytes by which the server recognizes what it wrote of the audit trail: an HMAC under a key that nothing else uses. */
  signAudit(data: string | Uint8Array): Uint8Array;
}

/** The installation key is missing, malformed or another than the database's. The message is meant for the administrator. */
export class VaultError extends Error {
  override readonly name = "VaultError";
}

/**
 * Makes a vault of an installation key of 32 bytes: AES-256-GCM with random nonces to seal (far from the 2^32 values at which they would need
 * another scheme), HMAC-SHA-256 to find, each under a key of its own derived by HKDF-SHA-256.
 */
export function createVault(key: Uint8Array): Vault {
  if (key.length !== keyLength) throw new VaultError("The installation key must have 32 bytes.");
  const sealKey = derive(key, "tokenhouse seal 1");
  const fingerprintKey = derive(key, "tokenhouse fingerprint 1");
  const auditKey = derive(key, "tokenhouse audit 1");
  return {
    seal(text, purpose) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", sealKey, nonce, { authTagLength: tagLength });
      cipher.setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Uint8Array.from(Buffer.concat([Buffer.of(sealVersion), nonce, sealed, cipher.getAuthTag()]));
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== sealVersion || bytes.length < 1 + nonceLength + tagLength)
        throw new VaultError("This is no sealed value.");
      const decipher = createDecipheriv("aes-256-gcm", sealKey, bytes.subarray(1, 1 + nonceLength), { authTagLength: tagLength });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(-tagLength));
      try {
        const text = decipher.update(bytes.subarray(1 + nonceLength, -tagLength));
        return Buffer.concat([text, decipher.final()]).toString("utf8");
      } catch {
        throw new VaultError("The value was sealed with another key or for another purpose, or it was changed since.");
      }
    },
    fingerprint(value, purpose) {
      // The length keeps purpose and value apart, whatever characters they have.
      const text = `${Buffer.byteLength(purpose)}:${purpose}${value}`;
      return new Uint8Array(createHmac("sha256", fingerprintKey).update(text).digest());
    },
    signAudit: (data) => Uint8Array.from(createHmac("sha256", auditKey).update(data).digest()),
  };
}

function derive(key: Uint8Array, use: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, new Uint8Array(0), use, keyLength));
}

/**
 * The installation key: the configured one, or else the one in the file `key` of the data folder. The first start makes that file, for its
 * owner alone.
 *
 * @throws VaultError when there is no key to be had from the file
 * @throws StartError when the data folder cannot be used
 */
export function loadInstallationKey(dataDir: string, configured: Uint8Array | undefined): Uint8Array {
  if (configured !== undefined) return configured;
  const file = installationKeyFile(dataDir);
  makeDataFolder(dataDir);
  let text: string;
  try {
    createPrivateFile(file, `${randomBytes(keyLength).toString("base64")}\n`);
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw dataFolderError(dataDir, error);
  }
  if (!/^[A-Za-z0-9+/]{43}=$/u.test(text)) {
    throw new VaultError(
      `${file} does not hold an installation key (32 bytes in base64). Bring the file back, or give the key as TOKENHOUSE_KEY.`,
    );
  }
  return Uint8Array.from(Buffer.from(text, "base64"));
}

/** Where the installation key of a data folder is. */
export function installationKeyFile(dataDir: string): string {
  return join(dataDir, fileName);
}

/** Whether there is an installation key, in the settings or in the data folder. */
export function hasInstallationKey(dataDir: string, configured: Uint8Array | undefined): boolean {
  return configured !== undefined || existsSync(installationKeyFile(dataDir));
}

/**
 * The installation key, for a command: nothing is made.
 *
 * @throws VaultError when there is none
 */
export function findInstallationKey(dataDir: string, configured: Uint8Array | undefined): Uint8Array {
  if (!hasInstallationKey(dataDir, configured)) {
    throw new VaultError(
      `There is no installation key in ${dataDir}. Give the server's own as TOKENHOUSE_KEY, or name its --data-dir.`,
    );
  }
  return loadInstallationKey(dataDir, configured);
}

const checkPurpose = "vault-check";
const checkText = "This database's values are sealed with this key.";

/** Whether a vault has the key that a database's check was sealed with, which is given in hexadecimal; every one where nothing was sealed. */
export function opensCheck(vault: Vault, check: string | null): boolean {
  if (check === null) return true;
  try {
    vault.open(Uint8Array.from(Buffer.from(check, "hex")), checkPurpose);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure that the database's sealed values were sealed with the vault's key, and marks a database without a mark as this key's. Safe to
 * call from several processes at once.
 *
 * @throws VaultError when the database belongs to another key
 */
export async function claimDatabase(db: Kysely<Database>, vault: Vault): Promise<void> {
  await db
    .insertInto("vaultCheck")
    .values({ id: 1, sealed: vault.seal(checkText, checkPurpose) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { sealed } = await db.selectFrom("vaultCheck").select("sealed").executeTakeFirstOrThrow();
  try {
    vault.open(sealed, checkPurpose);
  } catch {
    throw new VaultError(
      "The database was used with another installation key, and the values of its tokens cannot be read with this one. Set TOKENHOUSE_KEY to that key, or bring back the file `key` of the data folder it was used with.",
    );
  }
}
