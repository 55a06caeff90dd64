import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { Client } from "pg";

import { bound } from "#server/testing/boundProcess.ts";
import { freePort, nobody } from "#server/testing/cluster.ts";

const run = promisify(execFile);

/** Where Debian's PostgreSQL has its programs, the newest there is; undefined where it is not installed. */
export function debianPostgres(): string | undefined {
  const home = "/usr/lib/postgresql";
  if (process.platform !== "linux" || !existsSync(home)) return undefined;
  return readdirSync(home)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(home, version, "bin"))
    .find((bin) => existsSync(join(bin, "pg_basebackup")));
}

/** Two servers, of which one follows the other. A commit waits for both. */
export interface Pair {
  /** The address of a database with the hosts of both, the one that takes writes last. */
  readonly url: (database: string) => string;
  /** Ends the server that takes writes as a power failure does. */
  readonly killPrimary: () => Promise<void>;
  /** Makes the other one take writes, which for now has nobody to wait for. */
  readonly promote: () => Promise<void>;
  /** Puts a new standby in the place of the one that was killed, and makes commits wait for it again. */
  readonly rebuild: () => Promise<void>;
}

/** Lends a pair of servers on fresh folders while `work` runs. */
export async function withPair<T>(bin: string, work: (pair: Pair) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-pair-"));
  chmodSync(folder, 0o755);
  const user = process.getuid?.() === 0 ? await nobody() : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const as = { ...user, cwd: folder, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" } };
  const password = randomBytes(16).toString("hex");
  const ports = [await freePort(), await freePort()] as const;
  const servers: (ChildProcess | undefined)[] = [undefined, undefined];
  let primary: 0 | 1 = 1;

  const dataOf = (which: 0 | 1) => join(folder, `data${which}`);
  const addressOf = (which: 0 | 1, database: string) => `postgres://postgres:${password}@127.0.0.1:${ports[which]}/${database}`;
  const other = () => (primary === 0 ? 1 : 0);

  async function start(which: 0 | 1): Promise<void> {
    const settings = [`port=${ports[which]}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100"];
    const args = ["-D", dataOf(which), ...settings.flatMap((setting) => ["-c", setting])];
    const child = spawn(...bound("QUIT", join(bin, "postgres"), args), {
      ...as,
      stdio: ["ignore", "ignore", "pipe"],
    });
    servers[which] = child;
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-10_000)));
    while (!said.includes("ready to accept")) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended: ${said}`);
      await delay(20);
    }
  }

  async function tell(which: 0 | 1, ...statements: string[]): Promise<unknown[]> {
    const client = new Client({ connectionString: addressOf(which, "postgres") });
    await client.connect();
    try {
      let rows: unknown[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  }

  async function follow(): Promise<void> {
    const standby = other();
    rmSync(dataOf(standby), { recursive: true, force: true });
    const source = ["-d", addressOf(primary, "postgres"), "-D", dataOf(standby)];
    await run(join(bin, "pg_basebackup"), [...source, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast"], as);
    await start(standby);
    await tell(primary, "alter system set synchronous_standby_names = '*'", "select pg_reload_conf()");
    while ((await tell(primary, "select from pg_stat_replication where sync_state = 'sync'")).length === 0) await delay(50);
  }

  async function kill(which: 0 | 1): Promise<void> {
    const child = servers[which];
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const { stdout } = await run("ps", ["-o", "pid=", "--ppid", String(child.pid)]).catch(() => ({ stdout: "" }));
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    // Those that serve connections would notice only when they next wait for something.
    for (const pid of stdout
      .split("\n")
      .map(Number)
      .filter((number) => number > 0)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
    await ended;
  }

  try {
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
    const initial = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--encoding=UTF8", "--locale=C"];
    await run(join(bin, "initdb"), [`--pgdata=${dataOf(primary)}`, ...initial], as);
    await start(primary);
    await follow();
    return await work({
      url: (database) => {
        const [first, second] = [other(), primary].map((which) => `127.0.0.1:${ports[which as 0 | 1]}`);
        return `postgres://postgres:${password}@${first},${second}/${database}`;
      },
      killPrimary: () => kill(primary),
      async promote() {
        primary = other();
        await tell(primary, "select pg_promote(true, 60)");
      },
      rebuild: follow,
    });
  } finally {
    for (const which of [0, 1] as const) await kill(which);
    rmSync(folder, { recursive: true, force: true });
  }
}
