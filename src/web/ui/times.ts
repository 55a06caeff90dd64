import { formatAge } from "#domain/duration.ts";

const local = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });

/** An instant in words relative to another: `in 12 days`, `3 hours ago`, `just now` within a minute. Never rounded up. */
export function relativeTime(at: number, now: number): string {
  if (at < now && now - at < 60_000) return "just now";
  return at >= now ? `in ${formatAge(at - now)}` : `${formatAge(now - at)} ago`;
}

/** An instant as the reader's own clock and calendar say it, to the second. */
export function localTime(at: number): string {
  return local.format(at);
}

/** An instant in UTC, to the second, as ISO 8601 writes it. */
export function utcTime(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** An instant as the reader's clock says it and in UTC; once where the two are the same. */
export function localAndUtcTime(at: number): string {
  return isLocalUtc(at) ? localTime(at) : `${localTime(at)} · ${utcTime(at)}`;
}

/** Whether the reader's clock goes by UTC at an instant, so that telling both would be telling one thing twice. */
export function isLocalUtc(at: number): boolean {
  return new Date(at).getTimezoneOffset() === 0;
}
