import { startCluster } from "#server/testing/cluster.ts";

import { median } from "./plan.ts";
import { inFolder, memoryOf, startBuilt } from "./server.ts";

/** What starting the built server a second time takes, on a database that it made itself. */
export interface StartBench {
  /** From the start of the program until it listens, ms: the median. */
  readonly startMs: number;
  /** The memory that it has once it has rested for two seconds, MB: the median. */
  readonly memory: number;
}

/** Starts the built server once, and then `times` times more. */
export async function benchStart(database: "PGlite" | "PostgreSQL", times: number): Promise<StartBench> {
  if (database === "PGlite") return inFolder((folder) => startAgain(folder, [], times));
  const cluster = await startCluster({ durable: true });
  try {
    return await inFolder((folder) => startAgain(folder, ["--database-url", cluster.url("postgres")], times));
  } finally {
    await cluster.stop();
  }
}

async function startAgain(folder: string, args: readonly string[], times: number): Promise<StartBench> {
  await (await startBuilt(folder, ...args)).stop();
  const starts: StartBench[] = [];
  for (let time = 0; time < times; time++) {
    const server = await startBuilt(folder, ...args);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    starts.push({ startMs: server.startMs, memory: memoryOf(server.pid, "now") });
    await server.stop();
  }
  return { startMs: median(starts.map(({ startMs }) => startMs)), memory: median(starts.map(({ memory }) => memory)) };
}
