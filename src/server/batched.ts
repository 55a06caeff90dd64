import { gathered } from "./gathered.ts";

/** How long look-ups wait for those before them, in ms: many times what one takes. */
const patience = 1000;

/** How many rows are remembered at most. */
const mostRemembered = 1000;

/**
 * Puts look-ups that come in the same turn of the event loop, or while a statement is under way, into one statement, so that many senders
 * cost few. Each is answered by a statement that was begun after it came: a token removed before is not found. One that takes very long does
 * not hold up the others: its connection may be lost without a word, and others are not.
 *
 * @param asked the store's; where there is one, a row is remembered until the database is asked anything else
 * @param longest how long look-ups wait for those before them, in ms
 */
export function batched<T>(
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  asked?: () => number,
  longest: number = patience,
): (key: string) => Promise<T | undefined> {
  let remembered = new Map<string, T>();
  let rememberedAt: number | undefined;
  const lookUp = gathered(readAll, longest);

  async function readAll(keys: readonly string[]): Promise<ReadonlyMap<string, T>> {
    const before = asked?.();
    const rows = await read([...new Set(keys)]);
    if (before !== undefined) remember(rows, before);
    return rows;
  }

  /** Keeps rows for as long as the database has been asked no more than when their statement was begun. */
  function remember(rows: ReadonlyMap<string, T>, at: number): void {
    if (rememberedAt !== at || remembered.size + rows.size > mostRemembered) remembered = new Map();
    rememberedAt = at;
    for (const [key, row] of rows) if (remembered.size < mostRemembered) remembered.set(key, row);
  }

  return async (key) => {
    const known = rememberedAt === undefined || rememberedAt !== asked?.() ? undefined : remembered.get(key);
    return known ?? (await lookUp(key)).get(key);
  };
}
