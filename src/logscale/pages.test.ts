import { describe, expect, it } from "vitest";

import { loadPages, type Page } from "./pages.ts";

interface Row {
  readonly id: string;
  readonly expireAt: number | null;
}

const row = (id: string): Row => ({ id, expireAt: null });
const list = (length: number) => Array.from({ length }, (_, index) => row(String(index).padStart(6, "0")));

/** A list that is read in pages; `meanwhile` may replace it before the n-th request (from 1) is answered. */
function served(
  initial: readonly Row[],
  meanwhile: (request: number, rows: readonly Row[]) => readonly Row[] = (_, rows) => rows,
) {
  let rows = initial;
  let running = 0;
  const seen = { requests: 0, most: 0 };
  return {
    seen,
    rows: () => rows,
    source: {
      idOf: (token: Row) => token.id,
      fingerprint: (token: Row) => JSON.stringify(token),
      pageSize: 10,
      fetchPage: async (skip: number, limit: number, signal: AbortSignal): Promise<Page<Row>> => {
        signal.throwIfAborted();
        seen.requests++;
        running++;
        seen.most = Math.max(seen.most, running);
        rows = meanwhile(seen.requests, rows);
        const page = { total: rows.length, rows: rows.slice(skip, skip + limit) };
        await Promise.resolve();
        running--;
        return page;
      },
    },
  };
}

describe("reading a list in pages", () => {
  it.each([0, 1, 2, 9, 10, 11, 18, 19, 20, 28, 100, 1003])("reads every row of a list of %i once", async (length) => {
    const { source } = served(list(length));
    expect(await loadPages(source)).toEqual({ rows: list(length), total: length, whole: true });
  });

  it("asks for at most four pages at a time", async () => {
    const { source, seen } = served(list(500));
    await loadPages(source);
    expect(seen.most).toBe(4);
  });

  it("accepts a server that gives fewer rows than asked for", async () => {
    const { source } = served(list(95));
    const stingy = {
      ...source,
      fetchPage: (skip: number, limit: number, signal: AbortSignal) => source.fetchPage(skip, Math.min(limit, 7), signal),
    };
    expect(await loadPages(stingy)).toMatchObject({ rows: list(95), whole: true });
  });

  it("reads again when a row was deleted while it read", async () => {
    const { source, seen, rows } = served(list(60), (request, all) => (request === 4 ? all.slice(1) : all));
    const result = await loadPages(source);
    expect(result).toEqual({ rows: rows(), total: 59, whole: true });
    expect(seen.requests).toBeGreaterThan(7);
  });

  it("reads again when one row was deleted and another added, which leaves the total the same", async () => {
    const { source, rows } = served(list(60), (request, all) => (request === 4 ? [...all.slice(1), row("zzz")] : all));
    expect(await loadPages(source)).toEqual({ rows: rows(), total: 60, whole: true });
  });

  it("reads again when a row in two pages was changed between them", async () => {
    const { source, rows } = served(list(19), (request, all) =>
      request === 2 ? all.map((token, index) => (index === 9 ? { ...token, expireAt: 1 } : token)) : all,
    );
    expect(await loadPages(source)).toEqual({ rows: rows(), total: 19, whole: true });
  });

  it("says that the list is not whole when it keeps changing", async () => {
    const { source, rows } = served(list(60), (request, all) => [row(`new ${request}`), ...all]);
    const result = await loadPages(source);
    expect(result.whole).toBe(false);
    expect(result.rows.length).toBeLessThan(rows().length);
    expect(new Set(result.rows.map((token) => token.id)).size).toBe(result.rows.length);
  });

  it("says that the list is not whole when an id comes twice", async () => {
    const { source } = served([...list(5), row("000001")]);
    expect((await loadPages(source)).whole).toBe(false);
  });

  it("reports progress up to the total", async () => {
    const { source } = served(list(100));
    const progress: number[] = [];
    await loadPages({ ...source, onProgress: ({ loaded }) => progress.push(loaded) });
    expect(progress[0]).toBe(10);
    expect(progress.at(-1)).toBe(100);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it("stops when it is cancelled", async () => {
    const cancel = new AbortController();
    const { source, seen } = served(list(1000), (request, all) => {
      if (request === 5) cancel.abort();
      return all;
    });
    await expect(loadPages({ ...source, signal: cancel.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(seen.requests).toBeLessThan(12);
  });

  it("fails as soon as one page fails, and cancels the others", async () => {
    const { source, seen } = served(list(1000));
    const failure = new Error("refused");
    const failing = {
      ...source,
      fetchPage: async (skip: number, limit: number, signal: AbortSignal) => {
        const page = await source.fetchPage(skip, limit, signal);
        if (seen.requests >= 6) throw failure;
        return page;
      },
    };
    await expect(loadPages(failing)).rejects.toBe(failure);
    expect(seen.requests).toBeLessThan(12);
  });

  it("asks for smaller pages until none is too large, wherever the large rows are", async () => {
    const { source, seen } = served(list(100));
    const tooLarge = new Error("too large");
    const limited = (largest: (skip: number) => number) => ({
      ...source,
      pageSize: 40,
      isTooLarge: (error: unknown) => error === tooLarge,
      fetchPage: (skip: number, limit: number, signal: AbortSignal) =>
        limit > largest(skip) ? Promise.reject(tooLarge) : source.fetchPage(skip, limit, signal),
    });
    expect(await loadPages(limited(() => 12))).toEqual({ rows: list(100), total: 100, whole: true });
    expect(await loadPages(limited((skip) => (skip === 0 ? 40 : 12)))).toEqual({ rows: list(100), total: 100, whole: true });
    const before = seen.requests;
    await expect(loadPages(limited(() => 1))).rejects.toBe(tooLarge);
    expect(seen.requests).toBe(before);
  });
});
