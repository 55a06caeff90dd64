/**
 * Puts lookups that come while one is under way into the next one, so that many senders cost few statements. Each is answered by a
 * statement that was begun after it came: a token removed before is not found.
 */
export function batched<T>(
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (key: string) => Promise<T | undefined> {
  let waiting: { readonly keys: Set<string>; readonly found: Promise<ReadonlyMap<string, T>> } | undefined;
  let running: Promise<unknown> = Promise.resolve();

  function next() {
    const keys = new Set<string>();
    const found = running.then(() => {
      waiting = undefined;
      return read([...keys]);
    });
    running = found.catch(() => {});
    return { keys, found };
  }

  return async (key) => {
    waiting ??= next();
    waiting.keys.add(key);
    return (await waiting.found).get(key);
  };
}
