import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, it } from "vitest";

import { endsWithParent } from "./boundProcess.ts";

const parent = `
  import { spawn } from "node:child_process";
  import { bound } from "./src/server/testing/boundProcess.ts";
  const child = spawn(...bound("KILL", process.execPath, ["-e", "setInterval(() => {}, 1000)"]), { stdio: "ignore" });
  console.log(child.pid);
  setInterval(() => {}, 1000);
`;

it.runIf(endsWithParent())("a bound child ends with its parent, also where the parent is killed", async () => {
  const killed = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", parent], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [pid] = (await once(killed.stdout, "data")) as [Buffer];
  expect(isAlive(Number(pid))).toBe(true);
  killed.kill("SIGKILL");
  await expect.poll(() => isAlive(Number(pid))).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
