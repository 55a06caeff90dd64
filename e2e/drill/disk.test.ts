import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";

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
