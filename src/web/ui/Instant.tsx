import { useState } from "react";

import { formatAge } from "#domain/duration.ts";

import { Hint } from "./Hint.tsx";

const local = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

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

/** What {@link Instant} takes. */
export interface InstantProps {
  /** ms since epoch. */
  readonly at: number;
  /** The present, ms since epoch: the server's, where the server decides what it means. */
  readonly now: number;
  /** Words for the instant in place of the relative time, such as a date. */
  readonly as?: "relative" | "date";
  /** What else the hint says. */
  readonly more?: string;
}

/** A point in time: relative, with the exact local time on hover and focus, and UTC one click away. */
export function Instant({ at, now, as = "relative", more }: InstantProps) {
  const [utc, setUtc] = useState(false);
  return (
    <Hint
      component="button"
      onClick={() => setUtc((shown) => !shown)}
      hint={
        <>
          {utc ? utcTime(at) : localTime(at)}
          {more !== undefined && (
            <>
              <br />
              {more}
            </>
          )}
          <br />
          <em>{utc ? "Press for local time" : "Press for UTC"}</em>
        </>
      }
    >
      <time dateTime={new Date(at).toISOString()}>{as === "date" ? day.format(at) : relativeTime(at, now)}</time>
    </Hint>
  );
}
