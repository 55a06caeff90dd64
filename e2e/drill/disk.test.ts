import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statfsSync } from "node:fs";

import { expect, it } from "vitest";

import { ownDisks, withDisk } from "./disk.ts";

/** Bytes that can be written there. */
function room(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

it.runIf(ownDisks)("a disk that was emptied has its room, too, when it fails right afterwards and is repaired", async () => {
  await withDisk(100, async (disk) => {
    const before = room(disk.folder);
    disk.fill();
    expect(room(disk.folder)).toBeLessThan(before / 100);
    // As it is where it stayed full for some seconds.
    execFileSync("sync", ["-f", disk.folder]);
    disk.empty();
    disk.fail();
    await disk.repair();
    expect(room(disk.folder)).toBeGreaterThan(before * 0.9);
  });
});

it.runIf(ownDisks)("a disk is gone with whoever lent it, who was killed", async () => {
  const lender = spawn(
    process.execPath,
    [
      "--import",
      "tsx",
      "--input-type=module",
      "-e",
      `import { withDisk } from "./e2e/drill/disk.ts";
       await withDisk(50, (disk) => new Promise(() => { console.log(disk.folder); setInterval(() => {}, 1000); }));`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [said] = await once(lender.stdout.setEncoding("utf8"), "data");
  const folder = String(said).trim();
  expect(readFileSync("/proc/mounts", "utf8")).toContain(folder);
  lender.kill("SIGKILL");
  await expect.poll(() => existsSync(folder)).toBe(false);
  expect(readFileSync("/proc/mounts", "utf8")).not.toContain(folder);
});
