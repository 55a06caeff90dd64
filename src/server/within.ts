import { setTimeout } from "node:timers/promises";

/** What a promise comes to, or an error when that takes longer than `patience` ms. The work behind the promise goes on. */
export async function within<T>(patience: number, promise: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = setTimeout(patience, undefined, { signal: done.signal }).then(() => {
    throw new Error(`There was no answer within ${patience / 1000} s.`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    done.abort();
    late.catch(() => {});
  }
}
