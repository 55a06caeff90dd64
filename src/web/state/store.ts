import { useSyncExternalStore } from "react";

/** One value that lives outside React, because what sets it (a transport, a loader) knows nothing of components. */
export interface StateStore<T> {
  readonly get: () => T;
  readonly set: (next: T) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Makes a {@link StateStore}. */
export function createStore<T>(initial: T): StateStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The store's value, kept current. */
export function useStore<T>(store: StateStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
