import { formatDuration } from "#domain/duration.ts";
import { gigabyte, type Retention, type RetentionPart } from "#domain/places/retention.ts";
import { count, countOf } from "#web/ui/counts.ts";

/** A limit of a retention, in words. */
export function limitWords(part: RetentionPart, value: number): string {
  return part === "time" ? formatDuration(value) : sizeWords(value);
}

const gigabytes = new Intl.NumberFormat("en-US", { maximumFractionDigits: 9 });

/** A number of bytes in the unit that LogScale counts retention in, or in bytes where that would say nothing. */
export function sizeWords(bytes: number): string {
  return bytes < gigabyte / 1000 ? countOf(bytes, "byte") : `${gigabytes.format(bytes / gigabyte)} GB`;
}

/** What each limit is about. */
export const partWords = {
  time: "Age of events",
  ingestSize: "Size as ingested",
  storageSize: "Size as stored",
} as const satisfies Record<RetentionPart, string>;

const roughly = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });

/** A number of bytes in the unit that says it shortest, rounded, and exactly where that differs. */
export function shortSize(bytes: number): { readonly short: string; readonly exact: string | undefined } {
  const found = sizeUnits.findLast(({ size }) => bytes >= size);
  if (found === undefined) return { short: countOf(bytes, "byte"), exact: undefined };
  const amount = bytes / found.size;
  const short = roughly.format(amount);
  return {
    short: `${short} ${found.unit}`,
    exact: Number(short.replaceAll(",", "")) === amount ? undefined : countOf(bytes, "byte"),
  };
}

const sizeUnits = [
  { unit: "kB", size: gigabyte / 1e6 },
  { unit: "MB", size: gigabyte / 1000 },
  { unit: "GB", size: gigabyte },
] as const;

/** A retention in a few words, sizes rounded; undefined where it keeps everything. */
export function retentionWords({ time, ingestSize, storageSize }: Retention): string | undefined {
  const parts = [
    ...(time === null ? [] : [formatDuration(time)]),
    ...(ingestSize === null ? [] : [`${shortSize(ingestSize).short} ingested`]),
    ...(storageSize === null ? [] : [`${shortSize(storageSize).short} stored`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** How many of something there are, as far as that is known. */
export type KnownCount =
  | { readonly state: "reading" | "hidden" | "unknown" | "none-possible" }
  | { readonly state: "known" | "at-least"; readonly value: number };

/** Such a count as a cell says it. */
export function countedWords(counted: KnownCount): string {
  switch (counted.state) {
    case "reading":
      return "…";
    case "hidden":
      return "not shown";
    case "unknown":
      return "not known";
    case "none-possible":
      return "none";
    case "known":
      return count(counted.value);
    case "at-least":
      return counted.value === 0 ? "none seen" : `${count(counted.value)} or more`;
    default:
      return counted satisfies never;
  }
}

/** Why such a count is not plain; undefined where it is. */
export function countedHint({ state }: KnownCount, what: "ingest" | "view"): string | undefined {
  switch (state) {
    case "hidden":
      return what === "ingest"
        ? "It takes the permission to change ingest tokens here."
        : "You may not list view tokens, so it is not known here how many there are.";
    case "unknown":
      return "They could not be read.";
    case "at-least":
      return "Not all tokens are shown to you, or could be read.";
    case "none-possible":
      return what === "ingest" ? "Nothing is sent to it by ingest tokens." : undefined;
    case "reading":
    case "known":
      return undefined;
    default:
      return state satisfies never;
  }
}
