/** What is known of how far the server's clock is ahead of this one, in ms (negative: behind). The truth lies between the two. */
export interface ClockBounds {
  readonly least: number;
  readonly most: number;
}

/** A `Date` header is cut to the second, so the true time is up to this many ms later. */
const headerResolution = 1000;

/**
 * Narrows what is known of the server's clock by one answer: `date` is its `Date` header in ms, `sent` and `received` are readings of
 * this clock (ms since epoch) before the request and after the answer's head.
 *
 * The answer was made somewhere between the two readings, and within the second that the header names; both together give bounds, and
 * the bounds of all answers hold at once. When they contradict each other, one of the clocks was set meanwhile: then the latest count.
 */
export function narrowClock(known: ClockBounds | undefined, date: number, sent: number, received: number): ClockBounds {
  const latest = { least: date - received, most: date + headerResolution - sent };
  if (known === undefined) return latest;
  const both = { least: Math.max(known.least, latest.least), most: Math.min(known.most, latest.most) };
  return both.least <= both.most ? both : latest;
}

/** The smallest correction (ms) that fits the bounds; a clock that may be right is left alone. */
export function clockCorrection(known: ClockBounds | undefined): number {
  return known === undefined ? 0 : Math.min(Math.max(0, known.least), known.most);
}
