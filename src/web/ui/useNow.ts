import { useSyncExternalStore } from "react";

/** How often the page's idea of now moves on, ms: relative times are no finer than a minute. */
const tick = 20_000;

/**
 * Makes a hook that gives the present time as the page shows it, ms since epoch. `read` tells the time. All components that use the
 * hook share one timer and one reading, so that a page of relative times moves on at once.
 */
export function createNow(read: () => number): () => number {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let present: number | undefined;

  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    timer ??= setInterval(() => {
      present = read();
      for (const each of listeners) each();
    }, tick);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
      present = undefined;
    };
  };
  const snapshot = () => (present ??= read());
  return () => useSyncExternalStore(subscribe, snapshot);
}
