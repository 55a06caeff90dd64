import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Whether properties try all their cases: in `npm run test:all`. */
    allSeeds: boolean;
  }
}

/** How many cases a property tries: at most 20 in `npm test`, so that all tests fit in. Files that call it stand in vite.config.ts. */
export function seeds(all: number): number {
  return inject("allSeeds") ? all : Math.min(all, 20);
}
