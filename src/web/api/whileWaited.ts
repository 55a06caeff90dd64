/** Who waits for an answer that others wait for, too. */
export interface Waiter {
  readonly signal?: AbortSignal | null | undefined;
  readonly reject: (reason: unknown) => void;
}

/** A signal for a request that several wait for: who is called off leaves, and it goes off once nobody waits any more. */
export function whileWaited(all: readonly Waiter[]): AbortSignal {
  const given = new AbortController();
  let left = all.length;
  for (const { signal, reject } of all) {
    const leave = () => {
      reject(signal?.reason);
      if (--left === 0) given.abort();
    };
    if (signal?.aborted === true) leave();
    else signal?.addEventListener("abort", leave, { once: true });
  }
  return given.signal;
}
