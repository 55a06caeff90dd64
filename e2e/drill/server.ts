import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readKnownHead } from "#server/audit/head.ts";
import { verifyAudit } from "#server/audit/verify.ts";
import { localAdminFile } from "#server/auth/localAdmin.ts";
import { openStore } from "#server/store/client.ts";
import { startProgram, type RunningProgram } from "#server/testing/program.ts";
import { createVault } from "#server/vault.ts";

import type { DrillRow } from "./drill.ts";
import type { Ledger, WritesTo } from "./mixed.ts";

/** The built server on a data folder of its own, which can be killed and started again. */
export interface DrillServer {
  /** What a command needs in its environment to find it, while it runs and when it does not. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly target: () => WritesTo;
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
  /** Ends it as an administrator does. */
  readonly stop: () => Promise<void>;
  /** What of the trail is not as it should be, once no server has the database: its chain, and the record of each answered mutation. */
  readonly trail: (ledger: Ledger, where: string) => Promise<DrillRow[]>;
}

/** The key of all servers of a drill, so that any of them can open what another has sealed. */
const key = randomBytes(32);

interface ServerOptions {
  /** Fills the data folder, or the database, before the first start. */
  readonly prepare?: (environment: Readonly<Record<string, string>>) => Promise<void>;
  /** The folder in which the data folder is made; the system's for temporary files by default. */
  readonly under?: string;
}

/**
 * Lends a server while `work` runs. It is started; afterwards it is killed and its folder is removed.
 *
 * @param databaseUrl a PostgreSQL database; without one the embedded database is used
 */
export async function withServer<T>(
  databaseUrl: string | undefined,
  work: (server: DrillServer) => Promise<T>,
  { prepare, under = tmpdir() }: ServerOptions = {},
): Promise<T> {
  const dataDir = await mkdtemp(join(under, "tokenhouse-drill-"));
  const given = {
    DATA_DIR: dataDir,
    TOKENHOUSE_KEY: key.toString("hex"),
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  };
  let program: RunningProgram | undefined;
  const running = (): RunningProgram => {
    if (program === undefined) throw new Error("The server does not run.");
    return program;
  };
  const server: DrillServer = {
    environment: () => ({ PORT: program === undefined ? "0" : new URL(program.address).port, ...given }),
    target: () => ({ address: running().address, root: readFileSync(localAdminFile(dataDir), "utf8").trim() }),
    async start() {
      program = await startProgram([process.execPath, "dist/server/main.js"], { PORT: "0", ...given });
    },
    async kill() {
      const { process: killed } = running();
      // It may have ended by itself.
      if (killed.exitCode !== null || killed.signalCode !== null) return;
      const ended = once(killed, "exit");
      killed.kill("SIGKILL");
      await ended;
    },
    async stop() {
      const status = await running().stop();
      if (status !== 0) throw new Error(`The server ended with status ${status}.`);
    },
    async trail(ledger, where) {
      const store = await openStore(databaseUrl === undefined ? { dataDir } : { databaseUrl });
      try {
        const head = readKnownHead(dataDir);
        const { records, faults } = await verifyAudit(store.db, createVault(Uint8Array.from(key)), head);
        let missing = head === undefined ? 1 : 0;
        let answered = 0;
        for (const [operation, count] of ledger.answered) {
          answered += count;
          const { n } = await store.db
            .selectFrom("auditRecords")
            .select((eb) => eb.fn.countAll<number>().as("n"))
            .where("outcome", "=", "done")
            .where("record", "like", `%"operation":"${operation}"%`)
            .executeTakeFirstOrThrow();
          missing += Math.max(0, count - n);
        }
        return [
          { what: `trail: records in the chain, ${where}`, tried: records, lost: faults.length },
          { what: `trail: record of each answered mutation, ${where}`, tried: answered, lost: missing },
        ];
      } finally {
        await store.close();
      }
    },
  };
  try {
    await prepare?.(given);
    await server.start();
    return await work(server);
  } finally {
    program?.process.kill("SIGKILL");
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
