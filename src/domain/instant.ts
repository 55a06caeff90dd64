import type { Long } from "./long.ts";
import { separated } from "./separated.ts";

/** The latest moment that a date can hold, in ms since epoch; the earliest is as far on the other side. */
export const latestInstant = 8_640_000_000_000_000;

/** An instant (ms since epoch) as a date; undefined where it is beyond the calendar, or is no instant at all. */
export function dateOf(at: Long): Date | undefined {
  const date = new Date(Number(at));
  return at >= -latestInstant && at <= latestInstant && !Number.isNaN(date.getTime()) ? date : undefined;
}

/** What an instant beyond the calendar is, in words. */
export function beyondWords(at: Long): "after the last date" | "before the first date" {
  return at > 0 ? "after the last date" : "before the first date";
}

/** An instant beyond the calendar to the ms, since no date says it: `9,223,372,036,854,775,807 ms since 1970`. */
export function msSinceEpoch(at: Long): string {
  return `${separated(at)} ms since 1970`;
}

/** An instant (ms since epoch) in UTC as ISO 8601 has it, so that a file means the same everywhere; one beyond the calendar in ms. */
export function isoInstant(at: Long): string {
  return dateOf(at)?.toISOString() ?? `${at} ms`;
}

/** An instant (ms since epoch) as part of a file name: `2026-03-01T120000Z`. */
export function fileInstant(at: Long): string {
  return isoInstant(at)
    .replace(/\.\d+Z$/u, "Z")
    .replaceAll(/[: ]/gu, "");
}
