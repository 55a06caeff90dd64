import { createReadStream } from "node:fs";

import { encodingOf } from "#domain/leak/packed.ts";
import { visibleName } from "#domain/name.ts";
import { StartError } from "#server/startError.ts";

export interface TextReading {
  /** What `-` stands for. */
  readonly input: NodeJS.ReadableStream;
  /** The most characters that whoever reads the text takes. */
  readonly longest: number;
  /** What the file is: `file of policies`. */
  readonly noun: string;
}

/** Reads a file as text; `-` is standard input. Throws StartError. */
export async function readTextFile(file: string, { input, longest, noun }: TextReading): Promise<string> {
  let bytes: Uint8Array | undefined;
  try {
    // No character has more than four bytes.
    bytes = await readAtMost(file === "-" ? input : createReadStream(file), 4 * longest);
  } catch (error) {
    const reason = error instanceof Error ? `: ${visibleName(error.message)}` : "";
    throw new StartError(`${shownFile(file)} cannot be read${reason}.`, { lasting: true });
  }
  if (bytes === undefined) throw new StartError(`${shownFile(file)} is too long for a ${noun}.`, { lasting: true });
  try {
    // UTF-16 is what PowerShell writes with `>`.
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    // A name that was read wrong would be another name.
    throw new StartError(`${shownFile(file)} is not UTF-8. Save it as such.`, { lasting: true });
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

/** How a file is named in messages. */
export function shownFile(file: string): string {
  return file === "-" ? "Standard input" : visibleName(file);
}
