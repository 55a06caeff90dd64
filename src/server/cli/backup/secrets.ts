import { read } from "read";

import { isIdentity, isRecipient, type Lock, type Opener } from "#server/backup/age.ts";
import { ConfigError } from "#server/cli/readSettings.ts";
import { readTextFile, shownFile } from "#server/cli/remote/readTextFile.ts";
import { StartError } from "#server/startError.ts";

/** The shortest passphrase that a backup is locked by, in characters: who has the file can try as many as they like. */
const shortestPassphrase = 12;

/** The longest file of keys or of a passphrase, in characters. */
const longest = 100_000;

/** What a command reads secrets from. */
export interface Asking {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const terminal: Asking = { input: process.stdin, output: process.stderr };

/** What locks a backup, from files or from whoever is asked. Throws StartError or ConfigError. */
export async function readLock(
  given: {
    readonly recipients: readonly string[];
    readonly recipientsFile: string | undefined;
    readonly passphraseFile: string | undefined;
  },
  asking: Asking = terminal,
): Promise<Lock> {
  const { recipients, recipientsFile, passphraseFile } = given;
  if (!recipients.every(isRecipient))
    throw new ConfigError("--recipient must list public keys of age (age1…), separated by commas; one of them is none.");
  const listed = recipientsFile === undefined ? [] : await keysIn(recipientsFile, "public keys (age1…)", isRecipient, asking);
  if (recipients.length + listed.length > 0) return { recipients: [...recipients, ...listed] };
  const passphrase = await readPassphrase(passphraseFile, asking);
  if (passphrase.length < shortestPassphrase) {
    throw new StartError(
      `The passphrase is too short: whoever has the file can try as many as they like. Take ${shortestPassphrase} characters or more.`,
      { lasting: true },
    );
  }
  if (passphraseFile === undefined && (await ask("The passphrase once more: ", asking)) !== passphrase) {
    throw new StartError("The two passphrases differ.", { lasting: true });
  }
  return { passphrase };
}

/** What opens a backup. Throws StartError or ConfigError. */
export async function readOpener(
  { identityFile, passphraseFile }: { readonly identityFile: string | undefined; readonly passphraseFile: string | undefined },
  asking: Asking = terminal,
): Promise<Opener> {
  if (identityFile !== undefined) {
    return { identities: await keysIn(identityFile, "private keys (AGE-SECRET-KEY-1…)", isIdentity, asking) };
  }
  return { passphrase: await readPassphrase(passphraseFile, asking) };
}

async function readPassphrase(file: string | undefined, asking: Asking): Promise<string> {
  if (file === undefined) return ask("The passphrase of the backup: ", asking);
  const [first = ""] = (await readTextFile(file, { input: asking.input, longest, noun: "passphrase" })).split(/\r?\n/u);
  if (first === "") throw new StartError(`${shownFile(file)} has no passphrase in its first line.`, { lasting: true });
  return first;
}

/** Asks whoever sits there, who does not see what they type. */
async function ask(prompt: string, { input, output }: Asking): Promise<string> {
  if (input.isTTY !== true) {
    throw new ConfigError("There is nobody to ask for the passphrase. Name a file with it as --passphrase-file.");
  }
  return read({ prompt, silent: true, terminal: true, input, output }).catch(() => {
    throw new StartError("No passphrase was given.", { lasting: true });
  });
}

/** Keys in a file as age's own tools write it: one a line, beside lines that begin with #. */
async function keysIn(
  file: string,
  noun: string,
  isKey: (text: string) => boolean,
  { input }: Asking,
): Promise<readonly string[]> {
  const lines = (await readTextFile(file, { input, longest, noun: "file of keys" })).split("\n").map((line) => line.trim());
  const keys = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (keys.length === 0 || !keys.every(isKey)) {
    throw new StartError(`${shownFile(file)} must hold ${noun}, one a line, and nothing else but lines that begin with #.`, {
      lasting: true,
    });
  }
  return keys;
}
