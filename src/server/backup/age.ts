import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline, Readable, type Writable } from "node:stream";
import { pipeline as finished } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";

import { Decrypter, Encrypter } from "age-encryption";

import { BackupError } from "./format.ts";

/** What locks a backup. */
export type Lock =
  | {
      readonly passphrase: string;
      /** Logarithm of the work that each guess of the passphrase takes; age's own unless given. */
      readonly work?: number;
    }
  /** Public keys, as age writes them: `age1…`. */
  | { readonly recipients: readonly string[] };

/** What opens it: a passphrase, or private keys as age writes them: `AGE-SECRET-KEY-1…`. */
export type Opener = { readonly passphrase: string } | { readonly identities: readonly string[] };

/** Whether a text is a public key that a backup can be locked for. */
export function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text is a private key that may open a backup. */
export function isIdentity(text: string): boolean {
  try {
    new Decrypter().addIdentity(text);
    return true;
  } catch {
    return false;
  }
}

/** Writes lines packed and encrypted, as fast as they are taken. */
export async function writeEncrypted(lines: AsyncIterable<string | Uint8Array>, lock: Lock, output: Writable): Promise<void> {
  const encrypter = new Encrypter();
  if ("passphrase" in lock) {
    encrypter.setPassphrase(lock.passphrase);
    if (lock.work !== undefined) encrypter.setScryptWorkFactor(lock.work);
  } else for (const recipient of lock.recipients) encrypter.addRecipient(recipient);
  const encrypt = async function* (packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    yield* chunksOf(await encrypter.encrypt(streamOf(packed)));
  };
  await finished(Readable.from(lines), createGzip(), encrypt, output);
}

/**
 * The lines of an encrypted file, in pieces. Each piece was written by whoever locked the file: age proves that before it gives it out. With a
 * passphrase that is somebody who knows it; for recipients it may be anybody who has a public key.
 *
 * @throws BackupError where the file is not what was written, or something else opens it
 */
export async function* readEncrypted(file: string, opener: Opener): AsyncGenerator<Uint8Array, void, void> {
  const decrypter = new Decrypter();
  if ("passphrase" in opener) decrypter.addPassphrase(opener.passphrase);
  else for (const identity of opener.identities) decrypter.addIdentity(identity);
  await refuseForeign(file);
  const source = createReadStream(file);
  try {
    const opened = await decrypter.decrypt(streamOf(source)).catch((error: unknown): never => {
      throw source.errored ?? whyNotOpened(error, opener);
    });
    const unpacker = createGunzip();
    pipeline(Readable.from(chunksOf(opened)), unpacker, () => {
      // What goes wrong is told to whoever reads.
    });
    try {
      for await (const chunk of unpacker) yield chunk as Uint8Array;
    } catch {
      throw source.errored ?? new BackupError("was cut off or altered.");
    }
  } finally {
    source.destroy();
  }
}

/** The longest header of a file that is opened, in bytes: some thousand recipients. */
const longestHeader = 262_144;

/** Throws BackupError where a file does not begin as age has it. The library looks for the end of the header however far away that is. */
async function refuseForeign(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestHeader), 0, longestHeader, 0);
    const begun = buffer.toString("latin1", 0, bytesRead);
    if (!begun.startsWith("age-encryption.org/v1\n") || !/\n--- [^\n]*\n/u.test(begun)) throw foreign();
  } finally {
    await file.close();
  }
}

/** Chunks as the library takes them. */
function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

/** Chunks as the library gives them. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function whyNotOpened(error: unknown, opener: Opener): BackupError {
  const message = error instanceof Error ? error.message : "";
  if (/no identity matched/u.test(message)) {
    return new BackupError(
      "passphrase" in opener
        ? "does not open with this passphrase; or it was made for recipients, whose private keys --identity-file names."
        : "was not made for any of these identities; or it was made with a passphrase, which --passphrase-file names.",
    );
  }
  return foreign();
}

const foreign = () => new BackupError("is no file that age encrypted, or its beginning was altered.");
