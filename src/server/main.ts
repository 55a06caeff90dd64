#!/usr/bin/env node
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { runProgram } from "#server/cli/run.ts";

await runProgram(process.argv.slice(2), findWebRoot());

/** The built app: beside the built server, or in `dist` when the server runs from source. */
function findWebRoot(): string | undefined {
  const here = fileURLToPath(new URL("./", import.meta.url));
  return [join(here, "../web"), join(here, "../../dist/web")].find((folder) => existsSync(join(folder, "index.html")));
}
