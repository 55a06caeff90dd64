import type { InventoryToken } from "#domain/inventory/item.ts";
import { writeLocal } from "#web/ui/localTime.ts";
import { localDay } from "#web/ui/times.ts";

import { FacetMaker, type Facet } from "./facet.ts";

/** A stretch of time, ms since epoch: `from` belongs to it, `to` no longer. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Whole days of the reader's calendar as the address has them, first and last: `2026-11-26..2026-12-02`. */
export function daysValue({ from, to }: Span): string {
  return `${writeLocal(from).slice(0, 10)}..${writeLocal(to - 1).slice(0, 10)}`;
}

/** What {@link daysValue} wrote; undefined for any other text. A day may have 23 hours, or 25. */
export function readDays(value: string): Span | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)\.\.(\d{4})-(\d\d)-(\d\d)$/u.exec(value);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, lastYear = 0, lastMonth = 0, lastDay = 0] = found.slice(1).map(Number);
  const span = { from: new Date(year, month - 1, day).getTime(), to: new Date(lastYear, lastMonth - 1, lastDay + 1).getTime() };
  // A date that there is not is read as another one.
  return span.from < span.to && daysValue(span) === value ? span : undefined;
}

/** Days in words, as the reader's calendar says them: `26 Nov 2026 to 2 Dec 2026`. */
export function daysWords({ from, to }: Span): string {
  const [first, last] = [localDay(from), localDay(to - 1)];
  return first === last ? first : `${first} to ${last}`;
}

/** The facet of the days on which tokens expire. It has the values that are asked for and no others, since any days can be. */
export function expiryFacet(tokens: readonly InventoryToken[], values: readonly string[]): Facet {
  const maker = new FacetMaker();
  const spans = values.flatMap((value) => {
    const span = readDays(value);
    return span === undefined ? [] : [{ ...span, place: maker.place(value, () => daysWords(span)) }];
  });
  const codes = new Uint32Array(tokens.length);
  const nothing = maker.code([]);
  tokens.forEach(({ expireAt }, index) => {
    const places =
      expireAt == null ? [] : spans.filter(({ from, to }) => expireAt >= from && expireAt < to).map(({ place }) => place);
    codes[index] = places.length === 0 ? nothing : maker.code(places);
  });
  return maker.made("expires", "known", codes);
}
