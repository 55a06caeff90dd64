import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";

import { bound } from "#server/testing/boundProcess.ts";

/** Runs a command of the built program; gives whether it ended by itself. Throws where it failed. */
export async function command(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { killAfter, output }: { readonly killAfter?: number; readonly output?: string } = {},
): Promise<boolean> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(...bound("KILL", process.execPath, ["dist/server/main.js", ...args]), {
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const written = output === undefined ? undefined : child.stdout.pipe(createWriteStream(output));
  if (written === undefined) child.stdout.resume();
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
  await Promise.all([once(child, "close"), ...(written === undefined ? [] : [once(written, "close")])]);
  clearTimeout(timer);
  if (child.signalCode === "SIGKILL") return false;
  if (child.exitCode !== 0) throw new Error(`${args.join(" ")} ended with status ${child.exitCode}: ${errors}`);
  return true;
}
