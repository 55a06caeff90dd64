import { createReadStream } from "node:fs";

import { encodingOf } from "#domain/leak/packed.ts";
import { visibleName } from "#domain/name.ts";
import { StartError } from "#server/startError.ts";

export interface TextReading {
  /** What `-` stands for; left out, it is the name of a file. */
  readonly input?: NodeJS.ReadableStream;
  /** The most characters that whoever reads the text takes. */
  readonly longest: number;
  /** What the file is: `file of policies`. */
  readonly noun: string;
}

/** Reads a file as text. Throws StartError. */
export async function readTextFile(file: string, { input, longest, noun }: TextReading): Promise<string> {
  const stream = file === "-" ? input : undefined;
  const shown = stream === undefined ? visibleName(file) : shownFile(file);
  let bytes: Uint8Array | undefined;
  try {
    // No character has more than four bytes.
    bytes = await readAtMost(stream ?? createReadStream(file), 4 * longest);
  } catch (error) {
    throw new StartError(`${shown} cannot be read${reasonOf(error)}.`, { lasting: true });
  }
  if (bytes === undefined) throw new StartError(`${shown} is too long for a ${noun}.`, { lasting: true });
  try {
    // UTF-16 is what PowerShell writes with `>`.
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    // A name that was read wrong would be another name.
    throw new StartError(`${shown} is not UTF-8. Save it as such.`, { lasting: true });
  }
}

/** The bytes of a stream; undefined where there are more. No more are read then: a device never ends. */
async function readAtMost(stream: NodeJS.ReadableStream, most: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    length += bytes.length;
    if (length > most) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** What an error of the system says, behind a colon, to stand at the end of a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `: ${visibleName(error.message)}` : "";
}

/** How a file is named in messages, where `-` is standard input. */
export function shownFile(file: string): string {
  return file === "-" ? "Standard input" : visibleName(file);
}
