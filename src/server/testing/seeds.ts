import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Whether tests try all there is, as in `npm run test:all`, or what fits into `npm test`. Files that ask stand in vite.config.ts. */
    everything: boolean;
  }
}

/** How many cases a property tries: at most 20 in `npm test`, so that all tests fit in. */
export function seeds(all: number): number {
  return inject("everything") ? all : Math.min(all, 20);
}
