import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { bound } from "./boundProcess.ts";

/** A Tokenhouse that runs as a process of its own. */
export interface RunningProgram {
  readonly process: ChildProcess;
  /** Where it listens, without a trailing slash. */
  readonly address: string;
  /** The one-time code of the sign-in link that it printed. */
  readonly code: string;
  /** Asks it to end and returns its exit code. */
  stop(): Promise<number | null>;
}

/** A program that ended before it listened. */
export class ProgramEnded extends Error {
  override readonly name = "ProgramEnded";
  readonly exitCode: number | null;

  constructor(exitCode: number | null, errors: string) {
    super(errors);
    this.exitCode = exitCode;
  }
}

/**
 * Starts the server as a program and waits until it has printed its address and sign-in link. The environment is what is given, and the
 * path. It ends with this process.
 *
 * @throws ProgramEnded with what it wrote to its error output
 */
export async function startProgram(
  [command, ...args]: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<RunningProgram> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(...bound("KILL", command, args), {
    env: { PATH, HOME, ...environment },
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  let address: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    address ??= /^Tokenhouse listening on (http:\S+)$/u.exec(line)?.[1];
    const code = /^Sign in: \S+#code=(\S+)$/u.exec(line)?.[1];
    if (address === undefined || code === undefined) continue;
    child.stdout.resume();
    return {
      process: child,
      address,
      code,
      async stop() {
        child.kill("SIGTERM");
        await closed;
        return child.exitCode;
      },
    };
  }
  await closed;
  throw new ProgramEnded(child.exitCode, errors);
}
