import { isoInstant } from "#domain/instant.ts";
import type { Long } from "#domain/long.ts";

/** Hands a text, or its pieces in order, to the browser as a file. */
export function downloadText(name: string, type: string, text: string | readonly string[]): void {
  const pieces = typeof text === "string" ? [text] : [...text];
  const url = URL.createObjectURL(new Blob(pieces, { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the data by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** An instant (ms since epoch) as part of a file name: `2026-03-01T120000Z`. */
export function fileInstant(at: Long): string {
  return isoInstant(at)
    .replace(/\.\d+Z$/u, "Z")
    .replaceAll(/[: ]/gu, "");
}
