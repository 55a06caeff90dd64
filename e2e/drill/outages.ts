import { setTimeout as delay } from "node:timers/promises";

import { Client } from "pg";

import { usualConnections } from "#server/store/client.ts";
import { startCluster, type TestCluster } from "#server/testing/cluster.ts";
import { ProgramEnded } from "#server/testing/program.ts";

import { ownDisks, withDisk, type Disk } from "./disk.ts";
import type { Drill, DrillReport, DrillRow } from "./drill.ts";
import { answerOf, ask, compare, newLedger, writeMixed, type Ledger, type WritesTo } from "./mixed.ts";
import { withServer, type DrillServer } from "./server.ts";

const writers = 12;

/** How long /readyz may take to tell of an outage, in ms: a statement that waits is given time. */
const untilTold = 5000;

/** How often it is asked at least: a machine that stands still for a while takes no time from the server. */
const asksAtLeast = 20;

/** How long a server may take to be ready after the end of an outage, in ms. */
const untilReady = 60_000;

/** What an outage befalls. */
interface Stage {
  readonly cluster: TestCluster;
  /** The server's address and a credential, while it runs. */
  readonly target: () => WritesTo;
}

/** What happens to a database. */
interface Outage {
  readonly what: string;
  /** Whether nothing can be read, or nothing written, meanwhile, which /readyz then tells. */
  readonly told: boolean;
  /** Gives what ends it. */
  readonly begin: (stage: Stage) => Promise<() => Promise<void>>;
}

const outages: readonly Outage[] = [
  {
    what: "the database is stopped at once, and started",
    told: true,
    async begin({ cluster }) {
      await cluster.halt("immediate");
      return () => cluster.resume();
    },
  },
  {
    what: "the database is restarted in order",
    told: true,
    async begin({ cluster }) {
      await cluster.halt("fast");
      return () => cluster.resume();
    },
  },
  {
    what: "every connection is cut, again and again",
    told: false,
    begin: ({ cluster }) =>
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
    async begin({ cluster }) {
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
    async begin({ cluster }) {
      const holder = await connected(cluster);
      await holder.query("begin; lock table tokens, users in access exclusive mode");
      return async () => {
        await holder.query("commit");
        await holder.end();
      };
    },
  },
  {
    what: "each of the server's own connections waits for a table that is locked",
    told: true,
    async begin({ cluster, target }) {
      // One caller may not have them all.
      const callers = await Promise.all([0, 1, 2].map((number) => administratorOf(target(), `crowd ${number}`)));
      const holder = await connected(cluster);
      await holder.query("begin; lock table search_domains in access exclusive mode");
      const named = () => `crowd-${Math.random().toString(36).slice(2)}`;
      const crowd = callers.flatMap((root) => {
        const from: WritesTo = { ...target(), root };
        return [
          ...Array.from({ length: 3 }, () => ask(from, "{ searchDomains { name } }")),
          ...Array.from({ length: 8 }, () =>
            ask(from, `mutation { createRepository(name: "${named()}") { repository { id } } }`),
          ),
        ];
      });
      const answered = Promise.all(crowd);
      answered.catch(() => {});
      // Within a transaction what is seen of others stays as it was first seen.
      await withAdministrator(cluster, async (administrator) => {
        for (let tries = 0; ; tries++) {
          const { rows } = await administrator.query<{ n: number }>(
            "select count(*)::int as n from pg_stat_activity where application_name = 'tokenhouse' and wait_event_type = 'Lock'",
          );
          const waiting = rows[0]?.n ?? 0;
          if (waiting >= usualConnections) return;
          if (tries === 200) throw new Error(`Of the server's ${usualConnections} connections only ${waiting} wait.`);
          await delay(50);
        }
      });
      return async () => {
        await holder.query("commit");
        await holder.end();
        // Whoever waited is answered.
        await answered;
      };
    },
  },
  {
    what: "the database lets nobody write",
    told: true,
    begin: ({ cluster }) =>
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

/** What befalls the disk of a database, which has nothing else on it. */
const outagesOf = (disk: Disk): readonly Outage[] => [
  {
    what: "the disk of the database is full",
    told: true,
    async begin({ cluster, target }) {
      disk.fill();
      await untilRefused(target());
      return () => {
        disk.empty();
        // It ends where it has no room for its log.
        return cluster.resume();
      };
    },
  },
  {
    what: "the disk of the database turns read-only, and is repaired",
    told: true,
    begin({ cluster }) {
      disk.fail();
      return Promise.resolve(async () => {
        await cluster.halt("immediate");
        await disk.repair();
        await cluster.resume();
      });
    },
  },
];

const cutsAll =
  "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
const cutsServer = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tokenhouse'";

async function connected(cluster: TestCluster): Promise<Client> {
  const client = new Client({ connectionString: cluster.url("postgres") });
  // Its next query says that it was cut.
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function withAdministrator<T>(cluster: TestCluster, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connected(cluster);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A token that is a caller of its own, and may make and see repositories. */
async function administratorOf(target: WritesTo, name: string): Promise<string> {
  const { made } = await ask(
    target,
    `mutation { made: createOrganizationPermissionsToken(input: { name: "${name}", permissions: [CreateRepository] }) }`,
  );
  return String(made);
}

/** Makes what takes much room until there is none. */
async function untilRefused(target: WritesTo): Promise<void> {
  const ipFilter = JSON.stringify(`${"# a line that makes the filter long\n".repeat(1500)}allow all`);
  for (let tries = 0; tries < 2000; tries++) {
    const made = answerOf(target, `mutation { createIPFilter(input: { name: "long", ipFilter: ${ipFilter} }) { id } }`);
    // Unanswered is what says that the server could not.
    if (!(await made.then(({ code }) => code === undefined).catch(() => false))) return;
  }
  throw new Error("There was room on the disk that had been filled.");
}

/**
 * What befalls a PostgreSQL, and the disk of either database, one after the other, under writes of every kind: the server stays, /readyz
 * tells of it, writes go on by themselves afterwards, and everything that was answered for is there. With PGlite the server ends when its disk
 * fails, and is started again.
 */
export const outage: Drill = {
  name: "outages",
  about: "stops, restarts, exhausts, locks and cuts off the PostgreSQL, fills and fails the disks, under writes of every kind",
  minutes: 6,
  async run({ short, rounds = short ? 1 : 5 }) {
    if (!ownDisks) {
      const report = await onPostgres(rounds, undefined);
      return { ...report, figures: { disks: "Without Linux, root and loop devices no disk was filled or made to fail." } };
    }
    const [onDisk, embedded] = [
      await withDisk(3000, (disk) => onPostgres(rounds, disk)),
      await withDisk(1000, (disk) => onPglite(rounds, disk)),
    ];
    return { rows: [...onDisk.rows, ...embedded.rows] };
  },
};

async function onPostgres(rounds: number, disk: Disk | undefined): Promise<DrillReport> {
  const cluster = await startCluster({ durable: true, under: disk?.folder });
  try {
    return await withServer(cluster.url("postgres"), async (server) => {
      const stage = { cluster, target: server.target };
      const ledger = newLedger();
      const rows: DrillRow[] = [];
      for (const { what, told, begin } of [...outages, ...(disk === undefined ? [] : outagesOf(disk))]) {
        let untold = 0;
        for (let round = 0; round < rounds; round++) {
          await underWrites(server, ledger, `o${rows.length}r${round}`, async () => {
            const end = await begin(stage);
            if (told && !(await tells(server.target()))) untold++;
            await delay(500);
            await end();
            await becomesReady(server.target(), what);
          });
        }
        rows.push({ what, tried: rounds, lost: untold });
      }
      return { rows: [...rows, ...(await kept(server, ledger, "after outages"))] };
    });
  } finally {
    await cluster.stop();
  }
}

/** Carries out what befalls a server while writers write, who must be answered before and again after it. */
async function underWrites(
  server: Pick<DrillServer, "target">,
  ledger: Ledger,
  prefix: string,
  work: () => Promise<void>,
): Promise<void> {
  let writing = true;
  const answered = () => [...ledger.answered.values()].reduce((sum, count) => sum + count, 0);
  const ends = Promise.all(
    Array.from({ length: writers }, (_, writer) =>
      writeMixed({ target: server.target, ledger, prefix: `${prefix}w${writer}`, goOn: () => writing }),
    ),
  );
  const failed = ends.then(() => {
    throw new Error("The writers ended too early.");
  });
  failed.catch(() => {});
  const enough = async () => {
    for (const goal = answered() + 50; answered() < goal;) await delay(5);
  };
  await Promise.race([failed, enough()]);
  await work();
  await Promise.race([failed, enough()]);
  writing = false;
  await ends;
}

async function kept(server: DrillServer, ledger: Ledger, where: string): Promise<DrillRow[]> {
  const rows = await compare(server.target(), ledger, where);
  await server.stop();
  return [...rows, ...(await server.trail(ledger, where))];
}

/** The embedded database on a disk that gets full, and on one that fails. */
function onPglite(rounds: number, disk: Disk): Promise<DrillReport> {
  const ledger = newLedger();
  return withServer(
    undefined,
    async (server) => {
      let [untold, started] = [0, 0];
      for (let round = 0; round < rounds; round++) {
        await underWrites(server, ledger, `f${round}`, async () => {
          disk.fill();
          await untilRefused(server.target());
          if (!(await tells(server.target()))) untold++;
          disk.empty();
          await becomesReady(server.target(), "the disk of PGlite is full");
        });
      }
      const full = { what: "the disk of PGlite is full", tried: rounds, lost: untold };
      untold = 0;
      for (let round = 0; round < rounds; round++) {
        await underWrites(server, ledger, `d${round}`, async () => {
          const { address } = server.target();
          disk.fail();
          if (!(await tells({ address }))) untold++;
          await server.kill();
          await server.start().then(
            () => started++,
            (error: unknown) => {
              if (!(error instanceof ProgramEnded) || error.exitCode === 0 || error.message === "") throw error;
            },
          );
          await disk.repair();
          await server.start();
        });
      }
      return {
        rows: [
          full,
          { what: "the disk of PGlite turns read-only, and is repaired", tried: rounds, lost: untold },
          { what: "starts on a read-only disk, refused with a sentence", tried: rounds, lost: started },
          ...(await kept(server, ledger, "after outages of PGlite's disk")),
        ],
      };
    },
    { under: disk.folder },
  );
}

/** Whether /readyz says within some seconds that the database cannot be used, or the server has ended. */
async function tells(target: Pick<WritesTo, "address">): Promise<boolean> {
  const until = performance.now() + untilTold;
  for (let asked = 0; asked < asksAtLeast || performance.now() < until; asked++) {
    if ((await readiness(target)) !== 200) return true;
    await delay(20);
  }
  return false;
}

async function becomesReady(target: WritesTo, what: string): Promise<void> {
  const began = performance.now();
  while ((await readiness(target)) !== 200) {
    if (performance.now() - began > untilReady) throw new Error(`${what}: the server is not ready a minute after its end.`);
    await delay(20);
  }
}

/** The status of /readyz; 0 where nobody answers. */
async function readiness({ address }: Pick<WritesTo, "address">): Promise<number> {
  const response = await fetch(`${address}/readyz`).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.status ?? 0;
}
