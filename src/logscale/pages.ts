/** One page of a list that is read by offset. */
export interface Page<Row> {
  /** Length of the whole list at the moment of this page. */
  readonly total: number;
  readonly rows: readonly Row[];
}

/** How far a list is loaded: rows that arrived, and how many are expected. `attempt` counts from 1. */
export interface PageProgress {
  readonly loaded: number;
  readonly total: number;
  readonly attempt: number;
}

/** What {@link loadPages} needs to know. */
export interface PageSource<Row> {
  /** Reads `limit` rows from offset `skip`, in an order that stays the same from call to call. */
  readonly fetchPage: (skip: number, limit: number, signal: AbortSignal) => Promise<Page<Row>>;
  readonly idOf: (row: Row) => string;
  /** Equal whenever the same row is read twice, unless the row changed in between. */
  readonly fingerprint: (row: Row) => string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PageProgress) => void;
  /** Rows to ask for at a time; 2,000 unless told. At least 2. */
  readonly pageSize?: number;
  /** Whether an error of `fetchPage` says that smaller pages would be given; none does unless told. */
  readonly isTooLarge?: (error: unknown) => boolean;
  /** Pages asked for at the same time; 4 unless told. */
  readonly concurrency?: number;
  /** How often to read again when the list changed; 3 unless told. */
  readonly attempts?: number;
}

/** A list that was read in pages. */
export interface LoadedPages<Row> {
  /** Each row once, in the list's order. */
  readonly rows: readonly Row[];
  /** Length of the list as the last attempt's first page told it. */
  readonly total: number;
  /** Whether the rows are the whole list, as it was at one moment. */
  readonly whole: boolean;
}

/**
 * Reads a whole list in pages, several at a time.
 *
 * Offsets shift when rows come or go between two pages, so that a row could be missed or read twice. Therefore each page begins with
 * the row that the page before ends with, and the list counts as whole only if these rows agree, every page names the same total, and
 * the distinct ids are exactly that many. Otherwise it is read again; after the last attempt the rows are given with `whole: false`.
 *
 * A server that gives fewer rows than asked for is taken at its word: the first page then sets the size. One that finds a page too large is
 * asked for half as much, as often as it takes.
 *
 * @throws whatever `fetchPage` throws, and the signal's reason when called off; pages under way are called off with it
 */
export async function loadPages<Row>(source: PageSource<Row>): Promise<LoadedPages<Row>> {
  const { attempts = 3, isTooLarge = () => false } = source;
  let { pageSize = 2000 } = source;
  for (let attempt = 1; ;) {
    try {
      const result = await loadOnce({ ...source, pageSize }, attempt);
      if (result.whole || attempt >= attempts) return result;
      attempt++;
    } catch (error) {
      if (pageSize <= 2 || !isTooLarge(error)) throw error;
      pageSize = Math.max(2, Math.floor(pageSize / 2));
    }
  }
}

async function loadOnce<Row>(
  source: PageSource<Row> & { readonly pageSize: number },
  attempt: number,
): Promise<LoadedPages<Row>> {
  const { fetchPage, idOf, fingerprint, onProgress, pageSize, concurrency = 4 } = source;
  const failed = new AbortController();
  const signal = source.signal ? AbortSignal.any([source.signal, failed.signal]) : failed.signal;
  signal.throwIfAborted();

  const first = await fetchPage(0, pageSize, signal);
  const { total } = first;
  const size = first.rows.length;
  const pages: (readonly Row[])[] = [first.rows];
  let loaded = size;
  onProgress?.({ loaded: Math.min(loaded, total), total, attempt });
  let consistent = size >= Math.min(total, 2);

  if (consistent && size < total) {
    const step = size - 1;
    const count = Math.ceil((total - size) / step);
    let next = 1;
    const work = async () => {
      while (next <= count && consistent) {
        const index = next++;
        const page = await fetchPage(index * step, size, signal);
        pages[index] = page.rows;
        if (page.total !== total || page.rows.length !== Math.min(size, total - index * step)) consistent = false;
        loaded += Math.max(0, page.rows.length - 1);
        onProgress?.({ loaded: Math.min(loaded, total), total, attempt });
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  }

  const rows = new Map<string, Row>();
  let before: Row | undefined;
  for (const page of pages) {
    // A hole is left where an inconsistency stopped the work; the rows that did arrive still count.
    const head = page?.[0];
    if (before !== undefined && (head === undefined || fingerprint(before) !== fingerprint(head))) consistent = false;
    for (const row of page ?? []) rows.set(idOf(row), row);
    before = page?.at(-1);
  }
  return { rows: [...rows.values()], total, whole: consistent && rows.size === total };
}
