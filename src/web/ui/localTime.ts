import { minute } from "#domain/duration.ts";

/** The instants that a local time in a date field stands for. A change of the clocks skips some local times and repeats others. */
export type LocalReading =
  | { readonly type: "unreadable" }
  /** Later than any date that there can be. */
  | { readonly type: "too-far" }
  /** The clocks leave it out; `from` and `to` are the local times between which they jump. */
  | { readonly type: "skipped"; readonly from: string; readonly to: string }
  /** The instants, ms since epoch, in order: one, or two where the clocks are set back over it. */
  | { readonly type: "read"; readonly instants: readonly [first: number, second?: number] };

/** Within this time of any instant the clocks change once at most; and no clock differs from UTC by more. */
const reach = 36 * 60 * minute;

/** An instant as a date field of the browser holds it: local time to the minute, `2027-01-31T12:00`. */
export function writeLocal(at: number): string {
  const date = new Date(at);
  const day = [String(date.getFullYear()).padStart(4, "0"), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Reads what a date field of the browser holds. */
export function readLocal(text: string): LocalReading {
  const parts = /^(\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?$/u.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return { type: "unreadable" };
  const [year = 0, month = 1, day = 1, hour = 0, minutes = 0] = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minutes);
  const asUtc = date.getTime();
  if (Number.isNaN(asUtc) || Number.isNaN(new Date(asUtc + reach).getTime())) return { type: "too-far" };
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getUTCHours() !== hour) return { type: "unreadable" };

  const before = offsetAt(asUtc - reach);
  const after = offsetAt(asUtc + reach);
  const [first, second] = [...new Set([asUtc + before, asUtc + after])]
    .filter((at) => at - offsetAt(at) === asUtc)
    .toSorted((a, b) => a - b);
  if (first !== undefined) return { type: "read", instants: second === undefined ? [first] : [first, second] };
  const change = changeBetween(asUtc - reach, asUtc + reach);
  return { type: "skipped", from: clockTime(change, before), to: clockTime(change, after) };
}

/**
 * The first local time of those from an instant on, as a date field wants its `min`: whole minutes. It is an earlier one than the
 * instant's own where the clocks are set back before that time has come again.
 */
export function earliestLocal(at: number): string {
  const whole = Math.ceil(at / minute) * minute;
  const [first, second] = instantsOf(writeLocal(whole));
  return second !== undefined && first === whole ? writeLocal(changeBetween(first, second)) : writeLocal(whole);
}

/** The last local time of those up to an instant, as a date field wants its `max`: a later one where the clocks were just set back. */
export function latestLocal(at: number): string {
  const whole = Math.floor(at / minute) * minute;
  const [first, second] = instantsOf(writeLocal(whole));
  return second === whole && first !== undefined ? writeLocal(changeBetween(first, second) - minute) : writeLocal(whole);
}

function instantsOf(text: string): readonly [first?: number, second?: number] {
  const reading = readLocal(text);
  return reading.type === "read" ? reading.instants : [];
}

/** What has to be added to a local time to have UTC, ms. */
function offsetAt(at: number): number {
  return new Date(at).getTimezoneOffset() * minute;
}

/** When the clocks change between two instants. */
function changeBetween(from: number, to: number): number {
  let [before, after] = [Math.floor(from / minute), Math.ceil(to / minute)];
  const start = offsetAt(from);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle * minute) === start) before = middle;
    else after = middle;
  }
  return after * minute;
}

/** `02:00`: what a clock shows at an instant by an offset. */
function clockTime(at: number, offset: number): string {
  const date = new Date(at - offset);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
