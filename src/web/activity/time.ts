import { readLocal, writeLocal } from "#web/ui/localTime.ts";
import { localTime, utcTime } from "#web/ui/times.ts";

import type { ActivityFilters, SpanToNow } from "./link.ts";

/** The spans that end now, in words. */
export const spanWords: Readonly<Record<SpanToNow, string>> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
};

/** An instant of the address as a field of the reader's own calendar has it. */
export function toInput(instant: string | undefined): string {
  return instant === undefined ? "" : writeLocal(Date.parse(instant));
}

/** What somebody put into such a field, as the address has it; undefined where it is no instant. Of two that it may be, the first. */
export function fromInput(text: string): string | undefined {
  const reading = readLocal(text);
  if (reading.type !== "read") return undefined;
  const at = new Date(reading.instants[0]);
  const year = at.getUTCFullYear();
  return year < 1970 || year > 9999 ? undefined : `${at.toISOString().slice(0, 16)}Z`;
}

/** The span of time that a view is narrowed to, in words. */
export function timeWords({
  time,
  since,
  until,
}: { readonly [Name in "time" | "since" | "until"]: ActivityFilters[Name] | undefined }) {
  if (time !== undefined) return spanWords[time];
  const said = (instant: string) => `${localTime(Date.parse(instant))} (${utcTime(Date.parse(instant), "minute")})`;
  const parts = [since && `from ${said(since)}`, until && `until ${said(until)}`].filter(
    (part) => part !== undefined && part !== "",
  );
  return parts.length === 0 ? undefined : parts.join(" ");
}
