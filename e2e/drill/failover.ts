import { setTimeout as delay } from "node:timers/promises";

import { Client } from "pg";

import type { Drill } from "./drill.ts";
import { compare, newLedger, writeMixed } from "./mixed.ts";
import { debianPostgres, withPair } from "./replication.ts";
import { withServer } from "./server.ts";

const writers = 4;

/**
 * A primary and a standby that each commit waits for. Under writes of every kind the primary is killed with all its processes, the standby
 * is promoted, and the server must find it by itself. Then a new standby comes in the place of the old primary, and the next round kills
 * the other one.
 */
export const failover: Drill = {
  name: "failover",
  about: "kills the primary of two PostgreSQL servers ten times under writes, and promotes the standby",
  minutes: 4,
  async run({ short, rounds = short ? 2 : 10 }) {
    const bin = debianPostgres();
    if (bin === undefined) {
      throw new Error("Debian's PostgreSQL is not installed (apt-get install postgresql), so there is nothing to fail over.");
    }
    const ledger = newLedger();
    const answered = () => [...ledger.answered.values()].reduce((sum, count) => sum + count, 0);
    const enough = async (more: number) => {
      for (const goal = answered() + more; answered() < goal;) await delay(5);
    };
    let longest = 0;
    let untold = 0;
    return withPair(bin, async (pair) => {
      const databaseUrl = pair.url("postgres");
      return withServer(databaseUrl, async (server) => {
        for (let round = 0; round < rounds; round++) {
          let writing = true;
          const goOn = () => writing;
          const ends = Promise.all(
            Array.from({ length: writers }, (_, writer) =>
              writeMixed({ target: server.target, ledger, prefix: `f${round}w${writer}`, goOn }),
            ),
          );
          const failed = ends.then(() => {
            throw new Error("The writers ended too early.");
          });
          failed.catch(() => {});
          await Promise.race([failed, enough(100)]);
          const { address } = server.target();
          await pair.killPrimary();
          const began = performance.now();
          // Told while nobody takes writes, and no longer once somebody does.
          if ((await readiness(address)) !== 503) untold++;
          await pair.promote();
          while ((await readiness(address)) !== 200) {
            if (performance.now() - began > 60_000) throw new Error("The server did not find the promoted one within a minute.");
            await delay(20);
          }
          longest = Math.max(longest, performance.now() - began);
          await Promise.race([failed, enough(100)]);
          writing = false;
          await ends;
          if (round < rounds - 1) await pair.rebuild();
        }
        const rows = await compare(server.target(), ledger, "after failovers");
        await server.stop();
        return {
          rows: [
            { what: "outages told by /readyz", tried: rounds, lost: untold },
            ...rows,
            ...(await server.trail(ledger, "after failovers")),
          ],
          figures: {
            PostgreSQL: await versionOf(pair.url("postgres").replace(/@[^,]*,/u, "@")),
            "longest outage with the promotion, ms": Math.round(longest),
          },
        };
      });
    });
  },
};

async function readiness(address: string): Promise<number> {
  const response = await fetch(`${address}/readyz`);
  await response.arrayBuffer();
  return response.status;
}

async function versionOf(connectionString: string): Promise<string> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
    return rows[0]?.version ?? "unknown";
  } finally {
    await client.end();
  }
}
