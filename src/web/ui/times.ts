import { formatAge } from "#domain/duration.ts";
import { beyondWords, dateOf, msSinceEpoch } from "#domain/instant.ts";
import { subtractLongs, type Long } from "#domain/long.ts";

const local = format({ dateStyle: "medium", timeStyle: "long" });
const minutes = format({ dateStyle: "medium", timeStyle: "short" });
const days = format({ dateStyle: "medium" });

/** Made when it is first used: a browser takes some ms for it. */
function format(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  let made: Intl.DateTimeFormat | undefined;
  return () => (made ??= new Intl.DateTimeFormat("en-GB", options));
}

// Everything that shows an instant uses this module: a cluster may send one beyond the calendar.

/**
 * An instant relative to another: `in 12 days`, `3 hours ago`, `just now` within a minute. Never rounded up. One beyond the calendar is
 * `after the last date`.
 */
export function relativeTime(at: Long, now: number): string {
  if (dateOf(at) === undefined) return beyondWords(at);
  if (at < now && at > now - 60_000) return "just now";
  return at >= now ? `in ${formatAge(subtractLongs(at, now))}` : `${formatAge(subtractLongs(now, at))} ago`;
}

/** An instant as the reader's own clock and calendar say it, to the second. */
export function localTime(at: Long): string {
  return formatted(local, at);
}

/** An instant as the reader's own clock and calendar say it, to the minute. */
export function shortTime(at: Long): string {
  return formatted(minutes, at);
}

/** The day of an instant as the reader's own calendar says it. */
export function localDay(at: Long): string {
  return formatted(days, at);
}

function formatted(made: () => Intl.DateTimeFormat, at: Long): string {
  const date = dateOf(at);
  return date === undefined ? `${beyondWords(at)} (${msSinceEpoch(at)})` : made().format(date);
}

/** An instant in UTC, to the second, as ISO 8601 writes it; to the minute where that is asked for. */
export function utcTime(at: Long, to: "second" | "minute" = "second"): string {
  const [day, time = ""] = dateOf(at)?.toISOString().split("T") ?? [];
  return day === undefined ? `${beyondWords(at)} (${msSinceEpoch(at)})` : `${day} ${time.slice(0, to === "second" ? 8 : 5)} UTC`;
}

/** An instant as the reader's clock says it and in UTC; once where the two are the same. */
export function localAndUtcTime(at: Long): string {
  return isLocalUtc(at) ? localTime(at) : `${localTime(at)} · ${utcTime(at)}`;
}

/** Whether the reader's clock and UTC say the same of an instant, so that telling both would be telling one thing twice. */
export function isLocalUtc(at: Long): boolean {
  return (dateOf(at)?.getTimezoneOffset() ?? 0) === 0;
}

/** The later of now and just after an instant: the server's clock may be ahead of what is known of it. */
export function presentAfter(at: Long, now: number): number {
  return at < now ? now : Number(at) + 1;
}
