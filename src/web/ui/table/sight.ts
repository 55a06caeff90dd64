/** The rows of a table that are in sight: from the first to before the end. */
export interface Sight {
  readonly first: number;
  readonly end: number;
}

/** Heights within a table, px. */
export interface Metrics {
  readonly rowHeight: number;
  /** Of what lies before the rows, and over them once they scroll. */
  readonly headHeight: number;
}

/** Which rows are in sight where the table is scrolled to `top` and `height` of it is seen, px. All rows are equally high, so this is a division. */
export function sightOf(top: number, height: number, { rowHeight, headHeight }: Metrics): Sight {
  return {
    first: Math.max(0, Math.floor(top / rowHeight)),
    end: Math.max(0, Math.ceil((top + height - headHeight) / rowHeight)),
  };
}

/**
 * The indexes of the rows to draw, of `rows`: those in sight, `overscan` more at either end, and the one that is `kept` however far it is
 * scrolled away.
 */
export function drawnIndexes(
  rows: number,
  { first, end }: Sight,
  { overscan, kept }: { readonly overscan: number; readonly kept: number | undefined },
): readonly number[] {
  // A list that became shorter is drawn before the browser tells that it scrolled back.
  const last = Math.min(rows, end);
  const to = Math.min(rows, last + overscan);
  const from = Math.max(0, Math.min(first, last - (end - first)) - overscan);
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place);
  if (kept === undefined || kept < 0 || kept >= rows || (kept >= from && kept < to)) return indexes;
  return kept < from ? [kept, ...indexes] : [...indexes, kept];
}

/** Where a table is scrolled to so that a row is in sight, from where it is now and no further than needed, px. */
export function scrolledTo(row: number, top: number, height: number, { rowHeight, headHeight }: Metrics): number {
  const start = row * rowHeight;
  if (start < top) return start;
  return Math.max(top, start + rowHeight + headHeight - height);
}
