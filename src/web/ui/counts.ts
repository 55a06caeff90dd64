import type { Long } from "#domain/long.ts";
import { separated } from "#domain/separated.ts";

/** A count with separators: `40,000`. */
export function count(value: Long): string {
  return separated(value);
}

/** A count with its noun: `1 token`, `1,500 tokens`. The plural adds an s unless given. */
export function countOf(value: Long, noun: string, plural = `${noun}s`): string {
  return `${separated(value)} ${value === 1 ? noun : plural}`;
}
