import { setImmediate, setTimeout } from "node:timers/promises";

/**
 * What a promise comes to, or an error when that takes longer than `patience` ms. The work behind the promise goes on. What came in time is
 * heeded, also where the process stood still until it was late.
 */
export async function within<T>(patience: number, promise: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = setTimeout(patience, undefined, { signal: done.signal })
    // Timers come before what has arrived.
    .then(() => setImmediate())
    .then(() => {
      throw new Error(`There was no answer within ${patience / 1000} s.`);
    });
  try {
    return await Promise.race([promise, late]);
  } finally {
    done.abort();
    late.catch(() => {});
  }
}
