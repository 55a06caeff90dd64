import { setTimeout as delay } from "node:timers/promises";

import { Client } from "pg";

import { startCluster, type TestCluster } from "#server/testing/cluster.ts";

import type { Drill, DrillRow } from "./drill.ts";
import { compare, newLedger, writeMixed } from "./mixed.ts";
import { withServer } from "./server.ts";

const writers = 12;

/** What happens to a database. */
interface Outage {
  readonly what: string;
  /** Whether nothing can be read or written meanwhile, which /readyz then tells. */
  readonly told: boolean;
  readonly begin: (cluster: TestCluster) => Promise<() => Promise<void>>;
}

const outages: readonly Outage[] = [
  {
    what: "the database is stopped at once, and started",
    told: true,
    async begin(cluster) {
      await cluster.halt("immediate");
      return () => cluster.resume();
    },
  },
  {
    what: "the database is restarted in order",
    told: true,
    async begin(cluster) {
      await cluster.halt("fast");
      return () => cluster.resume();
    },
  },
  {
    what: "every connection is cut, again and again",
    told: false,
    begin: (cluster) =>
      withAdministrator(cluster, async (administrator) => {
        for (let cut = 0; cut < 20; cut++) {
          await administrator.query(cutsAll);
          await delay(50);
        }
        return () => Promise.resolve();
      }),
  },
  {
    what: "others have every connection that the database gives out",
    told: true,
    async begin(cluster) {
      const others: Client[] = [];
      // Of the superuser's own three the server has as much right as these.
      for (;;) {
        const other = new Client({ connectionString: cluster.url("postgres") });
        other.on("error", () => {});
        try {
          await other.connect();
        } catch {
          if (others.length === 0) throw new Error("No connection could be had at all.");
          // The server's own are taken as they are cut.
          const [first] = others;
          const { rowCount } = (await first?.query(cutsServer)) ?? { rowCount: 0 };
          if (rowCount === 0) break;
          continue;
        }
        others.push(other);
      }
      return async () => void (await Promise.all(others.map((other) => other.end())));
    },
  },
  {
    what: "somebody holds a lock on the tables of tokens and users",
    // What touches neither is answered meanwhile.
    told: false,
    async begin(cluster) {
      const holder = new Client({ connectionString: cluster.url("postgres") });
      await holder.connect();
      await holder.query("begin; lock table tokens, users in access exclusive mode");
      return async () => {
        await holder.query("commit");
        await holder.end();
      };
    },
  },
  {
    what: "the database lets nobody write",
    told: false,
    begin: (cluster) =>
      withAdministrator(cluster, async (administrator) => {
        await administrator.query("alter database postgres set default_transaction_read_only = on");
        await administrator.query(cutsAll);
        return () =>
          withAdministrator(cluster, async (again) => {
            await again.query("set default_transaction_read_only = off");
            await again.query("alter database postgres reset default_transaction_read_only");
            await again.query(cutsAll);
          });
      }),
  },
];

const cutsAll =
  "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
const cutsServer = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tokenhouse'";

async function withAdministrator<T>(cluster: TestCluster, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: cluster.url("postgres") });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * What befalls a PostgreSQL, one after the other, under writes of every kind: the server stays, /readyz tells of it, writes go on by
 * themselves afterwards, and everything that was answered for is there.
 */
export const outage: Drill = {
  name: "outages",
  about: "stops, restarts, exhausts, locks and cuts off the PostgreSQL under writes of every kind",
  minutes: 4,
  async run({ short, rounds = short ? 1 : 5 }) {
    const cluster = await startCluster({ durable: true });
    const ledger = newLedger();
    const rows: DrillRow[] = [];
    const answered = () => [...ledger.answered.values()].reduce((sum, count) => sum + count, 0);
    const enough = async (more: number) => {
      for (const goal = answered() + more; answered() < goal;) await delay(5);
    };
    try {
      return await withServer(cluster.url("postgres"), async (server) => {
        for (const { what, told, begin } of outages) {
          let untold = 0;
          for (let round = 0; round < rounds; round++) {
            let writing = true;
            const goOn = () => writing;
            const ends = Promise.all(
              Array.from({ length: writers }, (_, writer) =>
                writeMixed({ target: server.target, ledger, prefix: `o${rows.length}r${round}w${writer}`, goOn }),
              ),
            );
            const failed = ends.then(() => {
              throw new Error("The writers ended too early.");
            });
            failed.catch(() => {});
            const { address } = server.target();
            await Promise.race([failed, enough(50)]);
            const end = await begin(cluster);
            if (told && !(await tells(address))) untold++;
            await delay(500);
            await end();
            const began = performance.now();
            while ((await readiness(address)) !== 200) {
              if (performance.now() - began > 60_000) throw new Error(`${what}: the server is not ready a minute after its end.`);
              await delay(20);
            }
            await Promise.race([failed, enough(50)]);
            writing = false;
            await ends;
          }
          rows.push({ what, tried: rounds, lost: untold });
        }
        const kept = await compare(server.target(), ledger, "after outages");
        await server.stop();
        return { rows: [...rows, ...kept, ...(await server.trail(ledger, "after outages"))] };
      });
    } finally {
      await cluster.stop();
    }
  },
};

/** Whether /readyz says within some seconds that the database does not answer: a statement that waits is given time. */
async function tells(address: string): Promise<boolean> {
  const until = performance.now() + 5000;
  do if ((await readiness(address)) === 503) return true;
  while (performance.now() < until);
  return false;
}

async function readiness(address: string): Promise<number> {
  const response = await fetch(`${address}/readyz`);
  await response.arrayBuffer();
  return response.status;
}
