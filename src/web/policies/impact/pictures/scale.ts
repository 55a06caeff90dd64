import { day } from "#domain/duration.ts";

/** A scale for maximum lifetimes (ms): logarithmic, because a week and ten years both matter. */
export interface LifetimeScale {
  /** Where a maximum is drawn, in pixels from the left end. */
  readonly at: (maximum: number) => number;
  /** The maximum at a place, ms; the inverse of `at`. */
  readonly maximumAt: (x: number) => number;
  /** Maxima to mark, ms, in whole days. */
  readonly ticks: readonly number[];
}

const marks = [1, 7, 30, 90, 365, 1825, 3650, 36_500, 365_000].map((days) => days * day);

/** A scale of `width` pixels from a day, or from `shortest` (ms) where that is less, to `longest` (ms). */
export function lifetimeScale(shortest: number, longest: number, width: number): LifetimeScale {
  const from = Math.log(Math.max(1, Math.min(day, shortest)));
  const to = Math.log(Math.max(10 * day, longest));
  const at = (maximum: number) => ((Math.log(Math.max(1, maximum)) - from) / (to - from)) * width;
  const maximumAt = (x: number) => Math.exp(from + (x / width) * (to - from));
  let last = -Infinity;
  const ticks = marks.filter((mark) => {
    const x = at(mark);
    // Labels that would touch are left out.
    if (x > width + 0.5 || x - last < 34) return false;
    last = x;
    return true;
  });
  return { at, maximumAt, ticks };
}

/** A step function as the path of an SVG, to the pixel: a value is looked up for each column and drawn where it changes. */
export function stepPath(width: number, valueAt: (x: number) => number, yOf: (value: number) => number): string {
  let last = valueAt(0);
  let path = `M0 ${round(yOf(last))}`;
  for (let x = 1; x <= width; x++) {
    const value = valueAt(x);
    if (value === last) continue;
    path += `H${x}V${round(yOf(value))}`;
    last = value;
  }
  return `${path}H${width}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
