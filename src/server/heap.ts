import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Keeps V8 from making room for the garbage of the start, which that of Node.js 24 would keep for good. Returns what is called when the server
 * has started: from then on there may be more room, since a server at work is to collect less often.
 */
export function startSmall(): () => void {
  setFlagsFromString("--semi-space-growth-factor=1");
  return () => {
    setFlagsFromString("--semi-space-growth-factor=2");
    collectGarbage();
  };
}

/** Gives back what this thread's start has left behind, which V8 does by itself only when there is much more of it. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  collect();
}
