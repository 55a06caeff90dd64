import { day } from "#domain/duration.ts";

/** Bytes in one of the gigabytes that LogScale counts retention by size in. */
export const gigabyte = 1_000_000_000;

/** How long, and how many bytes of events, a repository keeps; null for no limit. */
export interface Retention {
  /** Ms. */
  readonly time: number | null;
  /** Bytes as they arrived, and as they are stored. */
  readonly ingestSize: number | null;
  readonly storageSize: number | null;
}

/** The parts of a retention. */
export const retentionParts = ["time", "ingestSize", "storageSize"] as const satisfies readonly (keyof Retention)[];

/** One of {@link retentionParts}. */
export type RetentionPart = (typeof retentionParts)[number];

/** What an amount typed into a form means: ms or bytes, null for no limit, or why it means nothing. */
export type RetentionReading =
  | { readonly ok: true; readonly value: number | null }
  | { readonly ok: false; readonly message: string };

/** Longer texts are refused unread: the longest amount that can be meant has 16 digits before its point. */
const longestAmount = 40;

/** Reads the number of days or gigabytes in a form, to the whole ms or byte as the server does; empty for no limit. */
export function readRetention(part: RetentionPart, text: string): RetentionReading {
  const amount = text.trim();
  if (amount === "") return { ok: true, value: null };
  if (/^[-\u2212]/u.test(amount)) return refuse("A retention is more than nothing. Leave it empty for no limit.");
  if (amount.length > longestAmount || !/^\d+(?:\.\d+)?$/u.test(amount)) {
    return refuse("Enter a plain number without separators, such as 30 or 1.5.");
  }
  const value = Math.round(Number(amount) * unitOf(part));
  if (value > Number.MAX_SAFE_INTEGER) return refuse("This number is too large.");
  return value > 0 ? { ok: true, value } : refuse("A retention is more than nothing. Leave it empty for no limit.");
}

function refuse(message: string): RetentionReading {
  return { ok: false, message };
}

function unitOf(part: RetentionPart): number {
  return part === "time" ? day : gigabyte;
}

/** A retention as LogScale tells it, in days and gigabytes. */
export function retentionOf(wire: {
  readonly timeBasedRetention?: number | null | undefined;
  readonly ingestSizeBasedRetention?: number | null | undefined;
  readonly storageSizeBasedRetention?: number | null | undefined;
}): Retention {
  return {
    time: unscaled(wire.timeBasedRetention, day),
    ingestSize: unscaled(wire.ingestSizeBasedRetention, gigabyte),
    storageSize: unscaled(wire.storageSizeBasedRetention, gigabyte),
  };
}

function unscaled(value: number | null | undefined, unit: number): number | null {
  return value == null ? null : Math.round(value * unit);
}

/** The amount of days or gigabytes as it stands in a form: plain, without separators, and exact where it is not endless. */
export function amountOf(part: RetentionPart, value: number | null): string {
  if (value === null) return "";
  // A plain number: what is tiny or huge would otherwise have an exponent.
  return (value / unitOf(part)).toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 });
}

/** The parts by which a repository would keep less than it does. */
export function shortenedParts(before: Retention, after: Retention): readonly RetentionPart[] {
  return retentionParts.filter((part) => {
    const [was, becomes] = [before[part], after[part]];
    return becomes !== null && (was === null || becomes < was);
  });
}
