import { latestInstant } from "#domain/tokenRequest.ts";

const instants = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** An instant (ms since epoch) by the reader's own clock, to the minute. */
export function shortInstant(ms: number): string {
  return fitsDate(ms) ? instants.format(ms) : "beyond the calendar";
}

/** An instant (ms since epoch) in UTC, ISO 8601, so that a file means the same everywhere. One beyond what a date can hold is given in ms. */
export function isoInstant(ms: number): string {
  return fitsDate(ms) ? new Date(ms).toISOString() : `${ms} ms`;
}

function fitsDate(ms: number): boolean {
  return Math.abs(ms) <= latestInstant;
}
