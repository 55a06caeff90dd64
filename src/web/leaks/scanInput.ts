import { LeakScanner, mostPlaces, type LeakReport } from "#domain/leak/scan.ts";

import { PackedError, textOf } from "./readText.ts";
import type { FoundLeak, ScanInput, ScanResult, UnreadFile } from "./scanTypes.ts";

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
    return merged([{ file: undefined, report: scanner.end() }], [], 0);
  }
  const total = input.files.reduce((sum, { size }) => sum + size, 0);
  const reports: Report[] = [];
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
  return merged(reports, unread, input.files.length);
}

const unreadable =
  "The browser could not read it to its end: it is a folder, was moved or changed meanwhile, or is damaged. Of a file that gzip packed in several parts, browsers unpack the first one alone. What was found up to there is below.";

interface Report {
  readonly file: string | undefined;
  readonly report: LeakReport;
}

/** The reports of several files as one, each string once. */
function merged(reports: readonly Report[], unread: readonly UnreadFile[], files: number): ScanResult {
  const leaks = new Map<string, FoundLeak>();
  const unkept: { -readonly [Kind in keyof ScanResult["unkept"]]: number } = {};
  for (const { file, report } of reports) {
    for (const { places, ...leak } of report.leaks) {
      const key = JSON.stringify([leak.kind, leak.id ?? leak.value]);
      const former = leaks.get(key);
      const here = places.map((place) => ({ file, ...place }));
      leaks.set(
        key,
        former === undefined
          ? { ...leak, places: here }
          : {
              ...former,
              count: former.count + leak.count,
              places: [...former.places, ...here].slice(0, mostPlaces),
              encodings: [...new Set([...former.encodings, ...leak.encodings])],
              secrets: Math.max(former.secrets, leak.secrets),
              named: former.named || leak.named,
              glued: former.glued && leak.glued,
            },
      );
    }
    for (const [kind, count] of Object.entries(report.unkept)) {
      const known = kind as keyof typeof unkept;
      unkept[known] = (unkept[known] ?? 0) + count;
    }
  }
  return {
    leaks: [...leaks.values()],
    unkept,
    characters: reports.reduce((sum, { report }) => sum + report.read, 0),
    lines: reports.reduce((sum, { report }) => sum + report.lines, 0),
    files,
    unread,
  };
}
