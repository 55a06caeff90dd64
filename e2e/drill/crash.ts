import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

import { localAdminFile } from "#server/auth/localAdmin.ts";

/** What one drill found. `lost` and `revived` must be 0. */
export interface CrashReport {
  readonly rounds: number;
  /** Tokens whose creation was answered, over all rounds. */
  readonly created: number;
  /** Tokens whose deletion was answered. */
  readonly deleted: number;
  /** Created tokens that were refused after the restart. */
  readonly lost: number;
  /** Deleted tokens that were accepted after the restart. */
  readonly revived: number;
  /** Times in ms from the start of the process to its listening, after each kill. */
  readonly restarts: readonly number[];
}

/** A server process that was started by {@link startServer}. */
interface RunningServer {
  readonly process: ChildProcess;
  readonly address: string;
}

/**
 * Starts the built server, kills it with SIGKILL while it creates and deletes tokens, and starts it again on the same data. Then tries
 * every token whose creation or deletion was answered. `databaseUrl` names a PostgreSQL database of its own; without one the embedded
 * database is used.
 *
 * @throws Error when the server does not start, or a request is answered as it should not be.
 */
export async function crashDrill(options: { readonly rounds: number; readonly databaseUrl?: string }): Promise<CrashReport> {
  const dataDir = await mkdtemp(join(tmpdir(), "tokenhouse-drill-"));
  const alive = new Set<string>();
  const dead = new Set<string>();
  const restarts: number[] = [];
  let server: RunningServer | undefined;
  try {
    server = await startServer(dataDir, options.databaseUrl);
    const root = (await readFile(localAdminFile(dataDir), "utf8")).trim();
    for (let round = 0; round < options.rounds; round++) {
      const { address, process } = server;
      const target = alive.size + 20;
      const writers = Promise.all(
        Array.from({ length: 4 }, (_, writer) => writeUntilKilled(address, root, `r${round}w${writer}`, alive, dead)),
      );
      let failed = false;
      writers.catch(() => (failed = true));
      // Only kill while writes are being answered: a fixed time would kill an idle server on a slow machine.
      while (alive.size < target && !failed) await delay(5);
      await delay(Math.random() * 400);
      process.kill("SIGKILL");
      await once(process, "exit");
      await writers;
      const began = performance.now();
      server = await startServer(dataDir, options.databaseUrl);
      restarts.push(performance.now() - began);
    }
    const { address } = server;
    const lost = await countStatus(address, alive, 401);
    const revived = await countStatus(address, dead, 200);
    return { rounds: options.rounds, created: alive.size + dead.size, deleted: dead.size, lost, revived, restarts };
  } finally {
    server?.process.kill("SIGKILL");
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function startServer(dataDir: string, databaseUrl: string | undefined): Promise<RunningServer> {
  const child = spawn(process.execPath, ["dist/server/main.js"], {
    env: { ...process.env, PORT: "0", DATA_DIR: dataDir, DATABASE_URL: databaseUrl },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^Tokenhouse listening on (http:\S+)$/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stdout.resume();
    return { process: child, address };
  }
  throw new Error(`The server ended before it listened: ${errors}`);
}

/** Creates tokens and deletes every fifth of them until the server is gone; only what was answered counts. */
async function writeUntilKilled(
  address: string,
  root: string,
  prefix: string,
  alive: Set<string>,
  dead: Set<string>,
): Promise<void> {
  for (let count = 0; ; count++) {
    const token = await mutate(address, root, createToken, { name: `${prefix}-${count}` });
    if (token === undefined) return;
    alive.add(token);
    if (count % 5 !== 4) continue;
    // From the sending on it is unknown which of the two it is.
    alive.delete(token);
    if ((await mutate(address, root, deleteToken, { id: token.split("~")[0] ?? "" })) === undefined) return;
    dead.add(token);
  }
}

const createToken = `mutation ($name: String!) {
  result: createOrganizationPermissionsToken(input: { name: $name, permissions: [ViewUsage] })
}`;
const deleteToken = `mutation ($id: String!) { result: deleteToken(input: { id: $id }) }`;

/** Sends a mutation and returns its result as text; undefined when the server went away. */
async function mutate(
  address: string,
  bearer: string,
  query: string,
  variables: Record<string, string>,
): Promise<string | undefined> {
  let text: string;
  try {
    const response = await fetch(`${address}/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    text = await response.text();
  } catch {
    return undefined;
  }
  const result = /^\{"data":\{"result":"?([^"}]+)"?\}\}$/.exec(text)?.[1];
  if (result === undefined) throw new Error(`An unexpected answer: ${text.slice(0, 300)}`);
  return result;
}

/** How many of the tokens are answered with `status`; every other answer but 200 and 401 throws. */
async function countStatus(address: string, tokens: ReadonlySet<string>, status: 200 | 401): Promise<number> {
  let count = 0;
  for (const token of tokens) {
    const response = await fetch(`${address}/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ query: "{ organization { id } }" }),
    });
    await response.arrayBuffer();
    if (response.status !== 200 && response.status !== 401) throw new Error(`An unexpected status: ${response.status}`);
    if (response.status === status) count++;
  }
  return count;
}
