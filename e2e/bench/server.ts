import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { localAdminFile } from "#server/auth/localAdmin.ts";

/** The built server in a process of its own. */
export interface BuiltServer {
  readonly url: string;
  /** The local administrator's credential. */
  readonly administrator: string;
  readonly pid: number;
  /** From the start of the program until it listens, ms. */
  readonly startMs: number;
  /** Ends it as an administrator does, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** What keeps its memory small, as npm start, the image and the service have it. */
const smallFlags = ["--v8-pool-size=1"];
const smallEnvironment = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "1048576" };

/** Starts the built server with arguments besides those for its port and its data folder. */
export async function startBuilt(dataDir: string, ...args: readonly string[]): Promise<BuiltServer> {
  const began = performance.now();
  const child = spawn(process.execPath, [...smallFlags, "dist/server/main.js", "--port", "0", "--data-dir", dataDir, ...args], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...smallEnvironment },
  });
  // Whatever ends this process must not leave the server behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const url = await listening(child);
  return {
    url,
    administrator: readFileSync(localAdminFile(dataDir), "utf8").trim(),
    pid: child.pid ?? 0,
    startMs: performance.now() - began,
    async stop() {
      process.off("exit", kill);
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Runs something in a folder that is removed afterwards. */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-bench-"));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs something against the built server on an embedded database of its own. */
export function withServer<T>(run: (server: BuiltServer) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const server = await startBuilt(folder);
    try {
      return await run(server);
    } finally {
      await server.stop();
    }
  });
}

/** Asks a server as its local administrator; gives `data`, and throws what `errors` say. */
export async function askGraphql<T>(
  { url, administrator }: Pick<BuiltServer, "url" | "administrator">,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${administrator}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: T; errors?: readonly { message: string }[] };
  if (data == null || errors !== undefined) throw new Error(errors?.[0]?.message ?? `The server answered ${response.status}.`);
  return data;
}

/** Where a program listens, by its first words. */
export function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const url = /listening on (http:\S+)/u.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    server.once("exit", (code) => reject(new Error(`The server ended with code ${code}.`)));
  });
}

/** Makes the system forget the most memory that a process had so far. */
export function forgetMemory(pid: number): void {
  if (process.platform === "linux") writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** The memory that a process has, or has had at most, in MB; only Linux tells. */
export function memoryOf(pid: number, which: "now" | "most"): number {
  if (process.platform !== "linux") return Number.NaN;
  const line = which === "now" ? /VmRSS:\s+(\d+)/u : /VmHWM:\s+(\d+)/u;
  return Number(line.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
