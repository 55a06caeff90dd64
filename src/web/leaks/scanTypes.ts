import type { Leak } from "#domain/leak/scan.ts";
import type { LeakKind } from "#domain/leak/match.ts";

/** What is scanned: a text, or files one after another. */
export type ScanInput =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "files"; readonly files: readonly File[] };

/** Where a string was found. */
export interface FoundPlace {
  /** The file's name; undefined in a text that was pasted. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** A token-shaped string, wherever in the input it was found. */
export interface FoundLeak extends Omit<Leak, "places"> {
  readonly places: readonly FoundPlace[];
}

/** A file that was not read, or not to its end, and why: a sentence. */
export interface UnreadFile {
  readonly file: string;
  readonly why: string;
}

/** What came of a scan. */
export interface ScanResult {
  readonly leaks: readonly FoundLeak[];
  /** Strings that were found and not kept, since there are so many of the kind. */
  readonly unkept: Readonly<Partial<Record<LeakKind, number>>>;
  readonly characters: number;
  readonly lines: number;
  readonly files: number;
  readonly unread: readonly UnreadFile[];
}

/** What the worker tells. `read` and `total` are bytes of files, or characters of a text. */
export type ScanMessage =
  | { readonly type: "progress"; readonly read: number; readonly total: number }
  | { readonly type: "done"; readonly result: ScanResult }
  | { readonly type: "failed" };
