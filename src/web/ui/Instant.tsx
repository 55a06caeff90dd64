import { useState } from "react";

import { dateOf, msSinceEpoch } from "#domain/instant.ts";
import type { Long } from "#domain/long.ts";

import { Hint } from "./Hint.tsx";
import { isLocalUtc, localDay, localTime, relativeTime, utcTime } from "./times.ts";

export interface InstantProps {
  /** ms since epoch. */
  readonly at: Long;
  /** The present, ms since epoch: the server's, where the server decides what it means. */
  readonly now: number;
  /** Words for the instant in place of the relative time, such as a date. */
  readonly as?: "relative" | "date";
  /** What else the hint says. */
  readonly more?: string;
}

/**
 * A point in time: relative, with the exact local time on hover and focus, and UTC one click away where it differs. A time beyond the
 * calendar says so, with its number in the hint.
 */
export function Instant({ at, now, as = "relative", more }: InstantProps) {
  const [utc, setUtc] = useState(false);
  const date = dateOf(at);
  if (date === undefined) {
    return (
      <Hint hint={more === undefined ? msSinceEpoch(at) : `${msSinceEpoch(at)}. ${more}`}>
        <span>{relativeTime(at, now)}</span>
      </Hint>
    );
  }
  const once = isLocalUtc(at);
  return (
    <Hint
      {...(!once && { component: "button", onClick: () => setUtc((shown) => !shown) })}
      hint={
        <>
          <Exact at={at} utc={utc} />
          {more !== undefined && (
            <>
              <br />
              {more}
            </>
          )}
          {!once && (
            <>
              <br />
              <em>{utc ? "Press for local time" : "Press for UTC"}</em>
            </>
          )}
        </>
      }
    >
      <time dateTime={date.toISOString()}>{as === "date" ? localDay(at) : relativeTime(at, now)}</time>
    </Hint>
  );
}

/** Worked out where somebody looks: tables are full of instants. */
function Exact({ at, utc }: { readonly at: Long; readonly utc: boolean }) {
  return utc ? utcTime(at) : localTime(at);
}
