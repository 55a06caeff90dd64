import { setImmediate } from "node:timers/promises";

/**
 * Has what comes in the same turn of the event loop, or while there is enough under way, carried out together. All that goes together has
 * the same outcome. What takes very long does not hold up the others.
 *
 * @param carryOut carries out what came, in the order in which it came
 * @param longest how long what comes waits for what is under way, in ms
 * @param atOnce how many may be under way before others wait
 * @param pause how long what comes first waits for others while anything is under way, in ms
 */
export function gathered<I, T>(
  carryOut: (items: readonly I[]) => Promise<T>,
  longest: number,
  atOnce = 1,
  pause = 0,
): (item: I) => Promise<T> {
  let waiting: { readonly items: I[]; readonly outcome: Promise<T> } | undefined;
  /** Those that began last, as many as may be under way, the oldest first. */
  const running: Promise<unknown>[] = Array.from({ length: atOnce }, () => Promise.resolve());
  let underWay = 0;

  function next() {
    const items: I[] = [];
    const before = running.shift() ?? Promise.resolve();
    // What has arrived already comes along.
    const outcome = doneOrLate(before, longest)
      .then(() => (pause > 0 && underWay > 0 ? after(pause) : setImmediate()))
      .then(() => {
        waiting = undefined;
        underWay++;
        return carryOut(items);
      })
      .finally(() => underWay--);
    running.push(outcome.catch(() => {}));
    return { items, outcome };
  }

  return (item) => {
    waiting ??= next();
    waiting.items.push(item);
    return waiting.outcome;
  };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves when a promise that never fails does, or after so many ms. */
function doneOrLate(promise: Promise<unknown>, longest: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longest);
    void promise.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
