import { useState } from "react";

import { Hint } from "./Hint.tsx";
import { isLocalUtc, localTime, relativeTime, utcTime } from "./times.ts";

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

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

/** A point in time: relative, with the exact local time on hover and focus, and UTC one click away where it is another. */
export function Instant({ at, now, as = "relative", more }: InstantProps) {
  const [utc, setUtc] = useState(false);
  const once = isLocalUtc(at);
  return (
    <Hint
      {...(!once && { component: "button", onClick: () => setUtc((shown) => !shown) })}
      hint={
        <>
          {utc ? utcTime(at) : localTime(at)}
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
      <time dateTime={new Date(at).toISOString()}>{as === "date" ? day.format(at) : relativeTime(at, now)}</time>
    </Hint>
  );
}
