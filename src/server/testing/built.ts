import { join } from "node:path";

import { build } from "vite";
import { inject } from "vitest";

let built: Promise<string> | undefined;

/**
 * The folder of the server as `npm run build` makes it from its source. Made for the first in this process who asks, which costs less than
 * to load the source for two programs. Gone with the test run.
 */
export function builtServer(): Promise<string> {
  return (built ??= buildServer(join(inject("scratchFolder"), `server-${process.pid}`)));
}

async function buildServer(outDir: string): Promise<string> {
  await build({ logLevel: "error", build: { ssr: true, outDir } });
  return outDir;
}
