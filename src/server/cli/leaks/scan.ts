import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";

import { foundIn, type FileReport, type FoundLeaks } from "#domain/leak/found.ts";
import { encodingOf, headLength, packingOf } from "#domain/leak/packed.ts";
import { LeakScanner } from "#domain/leak/scan.ts";
import { codeOf } from "#server/startError.ts";

/** What a search in files gave. */
export interface FilesScan extends FoundLeaks {
  /** Files that were not read, or not to their end, and why: a sentence. */
  readonly unread: readonly { readonly file: string; readonly why: string }[];
}

/** What stands for standard input among files. */
export const standardInput = "-";

export interface FilesScanOptions {
  readonly signal: AbortSignal;
  /** Standard input. */
  readonly input: NodeJS.ReadableStream;
  /** Told how many bytes of a file were read, now and then. */
  readonly onProgress: (file: string, bytes: number) => void;
}

/** How much is read between two reports on how far it is, in bytes. */
const step = 8_388_608;

/** Finds the token-shaped strings of files, one after another. However long a file is, no more than a piece of it is in memory. */
export async function scanFiles(files: readonly string[], options: FilesScanOptions): Promise<FilesScan> {
  const { signal, input, onProgress } = options;
  const reports: FileReport[] = [];
  const unread: { readonly file: string; readonly why: string }[] = [];
  for (const file of files) {
    const scanner = new LeakScanner();
    let bytes = 0;
    let told = 0;
    const counted = (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes - told < step) return;
      told = bytes;
      onProgress(file, bytes);
    };
    try {
      const source = file === standardInput ? input : createReadStream(file, { signal });
      const why = await scanInto(scanner, chunksOf(source, signal), counted);
      if (why !== undefined) unread.push({ file, why });
    } catch (error) {
      if (signal.aborted) throw error;
      // What was found before the failure stays found.
      unread.push({ file, why: unreadWords(error) });
    }
    reports.push({ file, report: scanner.end() });
  }
  return { ...foundIn(reports), unread };
}

async function* chunksOf(source: NodeJS.ReadableStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    signal.throwIfAborted();
    yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  }
}

/** Pushes a file's text; gives why nothing can be found in it, where it is packed. */
async function scanInto(
  scanner: LeakScanner,
  chunks: AsyncIterable<Uint8Array>,
  counted: (chunk: Uint8Array) => void,
): Promise<string | undefined> {
  let head: Uint8Array = new Uint8Array();
  let decoder: TextDecoder | undefined;
  for await (const chunk of chunks) {
    counted(chunk);
    if (decoder !== undefined) {
      scanner.push(decoder.decode(chunk, { stream: true }));
      continue;
    }
    // A pipe may give its first bytes one by one.
    head = Buffer.concat([head, chunk]);
    if (head.length < headLength) continue;
    const packing = packingOf(head);
    if (packing !== undefined) return `It is packed (${packing}), and nothing can be found in it like that. Unpack it first.`;
    decoder = new TextDecoder(encodingOf(head));
    scanner.push(decoder.decode(head, { stream: true }));
  }
  scanner.push(decoder === undefined ? new TextDecoder(encodingOf(head)).decode(head) : decoder.decode());
  return undefined;
}

function unreadWords(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
      return "There is no such file.";
    case "EISDIR":
      return "It is a folder. Name the files in it.";
    case "EACCES":
    case "EPERM":
      return "It may not be read.";
    default:
      return `It could not be read to its end (${codeOf(error) ?? "unknown"}). What was found up to there is told.`;
  }
}
