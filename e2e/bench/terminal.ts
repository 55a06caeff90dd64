import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fillDemoOrganization } from "#server/demo/organization.ts";
import { openStore } from "#server/store/client.ts";

import { startServer } from "../fixtures.ts";
import { median } from "./plan.ts";

/** What {@link benchTerminal} measured; times in ms, from the start of a program to its end. */
export interface TerminalTimes {
  /** A command that reads the same tokens and tells of none. */
  readonly reading: number;
  /** The plan of a change that meets every kind, as JSON and as text. */
  readonly json: number;
  readonly text: number;
  /** The greater of the two against reading, pair by pair. */
  readonly ratio: number;
}

/** The broadest change: every token falls under a maximum and a filter. */
const policies = `version: 1
policies:
${["personal", "view", "organization", "system"]
  .map((kind) => {
    const updates = kind === "personal" ? "" : ", allowPermissionUpdates: false";
    return `  ${kind}: { enabled: true, maximumLifetime: 30d, ipFilter: everywhere${updates} }`;
  })
  .join("\n")}
ipFilters:
  everywhere: allow all
`;

/** Plans a change of an organization with `tokens` tokens in a terminal, by the built program. */
export async function benchTerminal(tokens: number): Promise<TerminalTimes> {
  const folder = await mkdtemp(join(tmpdir(), "tokenhouse-bench-"));
  const store = await openStore({ memory: true });
  await fillDemoOrganization(store.db, { now: Date.now(), tokens });
  await store.maintain();
  const server = await startServer(store, folder);
  const file = join(folder, "policies.yaml");
  await writeFile(file, policies);
  const run = async (...args: readonly string[]) => {
    const began = performance.now();
    const child = spawn(process.execPath, ["dist/server/main.js", ...args, "--url", server.url], {
      env: { ...process.env, LOGSCALE_TOKEN: server.rootToken },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await once(child, "close");
    // A plan that stops something ends with 3.
    if (child.exitCode !== 0 && child.exitCode !== 3) throw new Error(`${args.join(" ")} ended with ${child.exitCode}.`);
    return performance.now() - began;
  };
  try {
    const pairs: { reading: number; json: number; text: number }[] = [];
    for (let round = 0; round < 5; round++) {
      pairs.push({
        reading: await run("expiring", "--within", "1m"),
        json: await run("policies", "plan", "-f", file, "--format", "json"),
        text: await run("policies", "plan", "-f", file),
      });
    }
    return {
      reading: median(pairs.map(({ reading }) => reading)),
      json: median(pairs.map(({ json }) => json)),
      text: median(pairs.map(({ text }) => text)),
      ratio: median(pairs.map(({ reading, json, text }) => Math.max(json, text) / reading)),
    };
  } finally {
    await server.stop();
    await store.close();
    await rm(folder, { recursive: true });
  }
}
