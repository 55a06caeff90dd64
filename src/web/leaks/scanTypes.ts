import type { FoundLeaks } from "#domain/leak/found.ts";

/** What is scanned: a text, or files one after another. */
export type ScanInput =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "files"; readonly files: readonly File[] };

/** A file that was not read, or not to its end, and why: a sentence. */
export interface UnreadFile {
  readonly file: string;
  readonly why: string;
}

/** What came of a scan. */
export interface ScanResult extends FoundLeaks {
  readonly files: number;
  readonly unread: readonly UnreadFile[];
}

/** What the worker tells. `read` and `total` are bytes of files, or characters of a text. */
export type ScanMessage =
  | { readonly type: "progress"; readonly read: number; readonly total: number }
  | { readonly type: "done"; readonly result: ScanResult }
  | { readonly type: "failed" };
