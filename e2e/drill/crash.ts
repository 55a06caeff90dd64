import { setTimeout as delay } from "node:timers/promises";

import { startCluster } from "#server/testing/cluster.ts";

import type { Drill, DrillOptions, DrillReport } from "./drill.ts";
import { compare, newLedger, writeMixed } from "./mixed.ts";
import { withServer } from "./server.ts";

const writers = 4;

/**
 * Kills the built server with SIGKILL while it makes, changes and deletes things of every kind, and starts it again on the same data. Then
 * everything that was answered for is looked at, and the trail: its chain, and a record for each answered mutation.
 */
export const crash: Drill = {
  name: "crash",
  about: "kills the server with SIGKILL under writes of every kind, 50 times on each database",
  minutes: 18,
  async run(options) {
    const cluster = await startCluster({ durable: true });
    try {
      const embedded = await crashRounds(options);
      const postgres = await crashRounds(options, cluster.url("postgres"));
      return {
        rows: [...embedded.rows, ...postgres.rows],
        figures: { ...embedded.figures, ...postgres.figures },
      };
    } finally {
      await cluster.stop();
    }
  },
};

/** The rounds on one database: a PostgreSQL database of its own, or else the embedded one. */
export async function crashRounds({ short, rounds = short ? 3 : 50 }: DrillOptions, databaseUrl?: string): Promise<DrillReport> {
  const where = databaseUrl === undefined ? "on PGlite" : "on PostgreSQL";
  const ledger = newLedger();
  let slowest = 0;
  return withServer(databaseUrl, async (server) => {
    for (let round = 0; round < rounds; round++) {
      let killed = false;
      const goOn = () => !killed;
      const goal = answered() + 30 + Math.random() * 150;
      const writing = Promise.all(
        Array.from({ length: writers }, (_, writer) =>
          writeMixed({ target: server.target, ledger, prefix: `r${round}w${writer}`, first: writer, goOn }),
        ),
      );
      const failed = writing.then(() => {
        throw new Error("The writers ended before the server was killed.");
      });
      failed.catch(() => {});
      // Only kill while writes are being answered: a fixed time would kill an idle server on a slow machine.
      await Promise.race([failed, enough(goal)]);
      await delay(Math.random() * 400);
      const ending = server.kill();
      killed = true;
      await ending;
      await writing;
      const began = performance.now();
      await server.start();
      slowest = Math.max(slowest, performance.now() - began);
    }
    const rows = await compare(server.target(), ledger, where);
    await server.stop();
    return {
      rows: [{ what: `kills, ${where}`, tried: rounds, lost: 0 }, ...rows, ...(await server.trail(ledger, where))],
      figures: { [`slowest restart ${where}, ms`]: Math.round(slowest) },
    };
  });

  function answered(): number {
    return [...ledger.answered.values()].reduce((sum, count) => sum + count, 0);
  }

  async function enough(count: number): Promise<void> {
    while (answered() < count) await delay(5);
  }
}
