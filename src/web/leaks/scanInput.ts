import { foundIn, type FileReport } from "#domain/leak/found.ts";
import { LeakScanner } from "#domain/leak/scan.ts";

import { PackedError, textOf } from "./readText.ts";
import type { ScanInput, ScanResult, UnreadFile } from "./scanTypes.ts";

/** How much is read between two reports on how far it is: characters or bytes. */
const step = 1_048_576;

/** Finds the token-shaped strings of an input, file by file, and tells how far it is. */
export async function scanInput(input: ScanInput, onProgress: (read: number, total: number) => void): Promise<ScanResult> {
  if (input.type === "text") {
    const { text } = input;
    const scanner = new LeakScanner();
    for (let from = 0; from < text.length; from += step) {
      onProgress(from, text.length);
      scanner.push(text.slice(from, from + step));
    }
    return { ...foundIn([{ file: undefined, report: scanner.end() }]), unread: [], files: 0 };
  }
  const total = input.files.reduce((sum, { size }) => sum + size, 0);
  const reports: FileReport[] = [];
  const unread: UnreadFile[] = [];
  let before = 0;
  for (const file of input.files) {
    const scanner = new LeakScanner();
    let told = 0;
    try {
      const text = textOf(file, (bytes) => {
        if (bytes - told < step) return;
        told = bytes;
        onProgress(before + bytes, total);
      });
      for await (const piece of text) scanner.push(piece);
    } catch (error) {
      // What was found before the damage stays found.
      unread.push({ file: file.name, why: error instanceof PackedError ? error.message : unreadable });
    }
    reports.push({ file: file.name, report: scanner.end() });
    before += file.size;
  }
  return { ...foundIn(reports), unread, files: input.files.length };
}

const unreadable =
  "The browser could not read it to its end: it is a folder, was moved or changed meanwhile, or is damaged. Of a file that gzip packed in several parts, browsers unpack the first one alone. What was found up to there is below.";
