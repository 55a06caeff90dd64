const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const satisfies readonly NodeJS.Signals[];

/** What is to be undone should the process be ended now, in the order in which it was begun. */
const undos = new Set<() => void>();

/**
 * Does some work. Where a signal ends the process before it is done, `undo` takes away what it left half, and the process ends by that signal.
 */
export async function undoneBySignal<T>(undo: () => void, work: () => Promise<T>): Promise<T> {
  if (undos.size === 0) for (const signal of signals) process.on(signal, end);
  undos.add(undo);
  try {
    return await work();
  } finally {
    undos.delete(undo);
    if (undos.size === 0) letGo();
  }
}

function end(signal: NodeJS.Signals): void {
  letGo();
  for (const undo of [...undos].toReversed()) {
    try {
      undo();
    } catch {
      // It is left as SIGKILL would have left it, which all that reads it knows.
    }
  }
  process.kill(process.pid, signal);
}

function letGo(): void {
  for (const signal of signals) process.removeListener(signal, end);
}
