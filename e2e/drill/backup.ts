import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { Client } from "pg";

import { startCluster, type TestCluster } from "#server/testing/cluster.ts";

import { command } from "./command.ts";
import type { Drill, DrillReport, DrillRow } from "./drill.ts";
import { ask, compare, newLedger, writeMixed, type Ledger } from "./mixed.ts";
import { withServer } from "./server.ts";

const writers = 4;

/**
 * Makes a backup of a server under writes of every kind, then deletes and rotates tokens, and restores on the same and on the other database,
 * where the first restore is killed. Everything that was answered for before the backup is there, what was deleted or rotated after it is
 * not, and the trail's chain holds.
 *
 * Fails when a rotation is not looked for in the later trail.
 */
export const backup: Drill = {
  name: "backup",
  about: "backs a server up under writes, kills the restore, and restores on the same and on the other database, 5 times each",
  minutes: 15,
  async run({ short, rounds = short ? 1 : 5 }) {
    const cluster = await startCluster({ durable: true });
    try {
      const rows: DrillRow[] = [];
      const figures: Record<string, number> = {};
      for (let round = 0; round < rounds; round++) {
        for (const from of ["PGlite", "PostgreSQL"] as const) {
          const report = await backUpAndRestore(cluster, from, `r${round}`);
          merge(rows, report.rows);
          for (const [name, ms] of Object.entries(report.figures ?? {})) figures[name] = Math.max(figures[name] ?? 0, Number(ms));
        }
      }
      return { rows, figures };
    } finally {
      await cluster.stop();
    }
  },
};

type Database = "PGlite" | "PostgreSQL";

async function backUpAndRestore(cluster: TestCluster, from: Database, prefix: string): Promise<DrillReport> {
  const scratch = await mkdtemp(join(tmpdir(), "tokenhouse-backup-"));
  const identity = await generateX25519Identity();
  const [file, identityFile, trailFile] = ["backup.age", "identity.txt", "trail.jsonl"].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(identityFile, identity);
  const ledger = newLedger();
  try {
    const figures: Record<string, number> = {};
    await withServer(await databaseFor(cluster, from, `${prefix}_source`), async (server) => {
      await write(ledger, 150, (goOn, writer) =>
        writeMixed({ target: server.target, ledger, prefix: `${prefix}w${writer}`, first: writer, goOn }),
      );
      const meanwhile = newLedger();
      let over = false;
      const writing = Promise.all(
        Array.from({ length: writers }, (_, writer) =>
          writeMixed({ target: server.target, ledger: meanwhile, prefix: `${prefix}m${writer}`, goOn: () => !over }),
        ),
      );
      writing.catch(() => {});
      while (meanwhile.answered.size < 5) await delay(5);
      const began = performance.now();
      await command(["backup", file, "--recipient", await identityToRecipient(identity)], server.environment());
      figures[`slowest backup of ${from} under writes, ms`] = Math.round(performance.now() - began);
      over = true;
      await writing;
      await takeAway(server.target(), ledger);
      await command(["audit", "export"], server.environment(), { output: trailFile });
    });
    const rows: DrillRow[] = [];
    for (const to of ["PGlite", "PostgreSQL"] as const) {
      const restore = ["restore", file, "--identity-file", identityFile, "--since-trail", trailFile];
      const where = `from ${from} on ${to}`;
      let kills = 0;
      const prepare = async (environment: Readonly<Record<string, string>>) => {
        // Killed somewhere in the middle; a restore that was quicker is not run again.
        if (await command(restore, environment, { killAfter: 300 + Math.random() * 2500 })) return;
        kills++;
        const began = performance.now();
        await command(restore, environment);
        figures[`slowest restore ${where}, ms`] = Math.round(performance.now() - began);
      };
      const databaseUrl = await databaseFor(cluster, to, `${prefix}_from_${from}`.toLowerCase());
      await withServer(
        databaseUrl,
        async (server) => {
          rows.push(...(await compare(server.target(), ledger, where)));
          await server.stop();
          rows.push(...(await server.trail(ledger, where)));
          if (kills > 0) rows.push({ what: `restores killed, ${where}`, tried: kills, lost: 0 });
        },
        { prepare },
      );
    }
    return { rows, figures };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A new database of a cluster; undefined: the embedded one. */
async function databaseFor(cluster: TestCluster, kind: Database, name: string): Promise<string | undefined> {
  if (kind === "PGlite") return undefined;
  const client = new Client({ connectionString: cluster.url("postgres") });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return cluster.url(name);
}

async function write(
  ledger: Ledger,
  answers: number,
  writer: (goOn: () => boolean, writer: number) => Promise<void>,
): Promise<void> {
  const answered = () => [...ledger.answered.values()].reduce((sum, count) => sum + count, 0);
  await Promise.all(Array.from({ length: writers }, (_, place) => writer(() => answered() < answers, place)));
}

/** After the backup: deletes a third of the tokens, and rotates another. What the old strings get from then on is told by the ledger. */
async function takeAway(target: { address: string; root: string }, ledger: Ledger): Promise<void> {
  const tokens = [...ledger.alive.keys()].filter((key) => key.startsWith("token "));
  for (const [place, key] of tokens.entries()) {
    if (place % 3 === 0) continue;
    const id = JSON.stringify(key.slice("token ".length).split("~")[0]);
    await ask(target, `mutation { result: ${place % 3 === 1 ? "deleteToken" : "rotateToken"}(input: { id: ${id} }) }`);
    ledger.alive.delete(key);
    ledger.gone.add(key);
  }
}

/** Adds rows to those of the same promise. */
function merge(rows: DrillRow[], more: readonly DrillRow[]): void {
  for (const row of more) {
    const place = rows.findIndex(({ what }) => what === row.what);
    const found = rows[place];
    if (found === undefined) rows.push(row);
    else rows[place] = { what: row.what, tried: found.tried + row.tried, lost: found.lost + row.lost };
  }
}
