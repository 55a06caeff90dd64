import { day } from "#domain/duration.ts";
import { inventoryKinds, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import type { Span } from "#web/inventory/expiryDays.ts";

/** How far ahead the overview looks, in days. */
export const daysAhead = 90;

/** The weeks that lie within {@link daysAhead}, the last of them in part. */
const weeksAhead = Math.ceil(daysAhead / 7);

/** The tokens that expire in one week. */
export interface ExpiryWeek extends Span {
  /** How many of each kind, in the order of `kinds`. */
  readonly counts: readonly number[];
  readonly total: number;
}

/** What expires ahead, week by week. */
export interface Expiries {
  /** The kinds of which any token expires then, and those that were asked for. */
  readonly kinds: readonly InventoryKind[];
  readonly weeks: readonly ExpiryWeek[];
  readonly total: number;
  /** The most that expire in a week. */
  readonly most: number;
}

/** The weeks from the day of an instant on, each of seven days of the reader's calendar: with a change of the clocks, not of 168 hours. */
export function weeksFrom(now: number): readonly Span[] {
  const today = new Date(now);
  const dayAfter = (days: number) => new Date(today.getFullYear(), today.getMonth(), today.getDate() + days).getTime();
  return Array.from({ length: weeksAhead }, (_, week) => ({ from: dayAfter(week * 7), to: dayAfter((week + 1) * 7) }));
}

/** Counts what expires after `now` (ms since epoch) and within {@link daysAhead}, in one pass: of `always` also where it is none. */
export function countExpiries(tokens: readonly InventoryToken[], now: number, always: readonly InventoryKind[] = []): Expiries {
  const weeks = weeksFrom(now);
  const counts = weeks.map(() => inventoryKinds.map(() => 0));
  const end = now + daysAhead * day;
  for (const { kind, expireAt } of tokens) {
    if (expireAt == null || expireAt <= now || expireAt > end) continue;
    const ofKinds = counts[weeks.findIndex(({ to }) => expireAt < to)];
    const place = inventoryKinds.indexOf(kind);
    if (ofKinds !== undefined) ofKinds[place] = (ofKinds[place] ?? 0) + 1;
  }
  const places = inventoryKinds.flatMap((kind, place) =>
    always.includes(kind) || counts.some((ofKinds) => ofKinds[place] !== 0) ? [place] : [],
  );
  const counted = weeks.map((week, index): ExpiryWeek => {
    const ofKinds = places.map((place) => counts[index]?.[place] ?? 0);
    return { ...week, counts: ofKinds, total: ofKinds.reduce((sum, one) => sum + one, 0) };
  });
  return {
    kinds: places.flatMap((place) => inventoryKinds[place] ?? []),
    weeks: counted,
    total: counted.reduce((sum, { total }) => sum + total, 0),
    most: Math.max(...counted.map(({ total }) => total)),
  };
}
