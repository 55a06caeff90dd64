import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let present = 0;

/** How often the page's idea of now moves on, ms: relative times are no finer than a minute. */
const tick = 20_000;

/**
 * The present time as the page shows it, ms since epoch. `read` gives the time (this computer's clock unless told); all components
 * share one timer, so that a page of relative times moves on at once.
 */
export function useNow(read: () => number = Date.now): number {
  return useSyncExternalStore(
    (listener) => {
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
        present = 0;
      };
    },
    () => (present ||= read()),
  );
}
