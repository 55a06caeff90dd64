import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A disk of its own, which everybody may write to. */
export interface Disk {
  /** Where it is mounted. */
  readonly folder: string;
  /** Leaves no room on it. */
  readonly fill: () => void;
  /** Gives the room back. */
  readonly empty: () => void;
  /** Makes it read-only under whoever writes, as the system does with a disk that fails. */
  readonly fail: () => void;
  /** Checks and mounts it anew, once nobody uses it. */
  readonly repair: () => Promise<void>;
}

const programs = [
  "/usr/sbin/mkfs.ext4",
  "/usr/sbin/e2fsck",
  "/usr/bin/mount",
  "/usr/bin/umount",
  "/usr/bin/fallocate",
  "/usr/bin/sync",
] as const;
const [mkfs, fsck, mount, umount, fallocate, sync] = programs;

/** Whether this machine lets a drill have disks of its own, which takes Linux, root and loop devices. */
export const ownDisks =
  process.platform === "linux" && process.getuid?.() === 0 && ["/dev/loop-control", ...programs].every(existsSync);

/** Lends a disk of so many megabytes while `work` runs. */
export async function withDisk<T>(megabytes: number, work: (disk: Disk) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), "tokenhouse-disk-"));
  chmodSync(home, 0o755);
  const image = join(home, "image");
  const folder = join(home, "mounted");
  const filling = join(folder, "filling");
  mkdirSync(folder);
  writeFileSync(image, "");
  truncateSync(image, megabytes * 1e6);
  // Nothing is set aside for root: full is full for everybody.
  execFileSync(mkfs, ["-q", "-F", "-m", "0", image]);
  const attach = () => void execFileSync(mount, ["-o", "loop,errors=remount-ro", image, folder]);
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  attach();
  // It waits for the end of this process, however that comes, and nothing that is sent to both ends it before.
  const remover = spawn("sh", ["-c", 'cat; "$0" --lazy "$1"; rm -rf "$2"', umount, folder, home], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  try {
    chmodSync(folder, 0o777);
    return await work({
      folder,
      fill() {
        let length = 0;
        // Where blocks are kept costs blocks: what is left is asked for again, in ever smaller parts.
        for (let part = free(); part >= 4096; part = Math.floor(Math.min(part / 2, free()))) {
          try {
            execFileSync(fallocate, ["--offset", String(length), "--length", String(part), filling], { stdio: "ignore" });
            length += part;
          } catch {
            // There was less than that.
          }
        }
      },
      empty() {
        rmSync(filling);
        // What is not on the disk yet when it fails would come back.
        execFileSync(sync, ["-f", folder]);
      },
      fail: () => void execFileSync(mount, ["-o", "remount,abort", folder], { stdio: "ignore" }),
      async repair() {
        for (let tries = 0; ; tries++) {
          try {
            execFileSync(umount, [folder], { stdio: "ignore" });
            break;
          } catch (error) {
            // Processes that were told to end may not have ended yet.
            if (tries === 100) throw error;
            await delay(100);
          }
        }
        check(image);
        attach();
      },
    });
  } finally {
    remover.stdin.end();
    await once(remover, "exit");
  }
}

/** Brings a file system in order. Throws where it cannot be. */
function check(image: string): void {
  try {
    execFileSync(fsck, ["-p", "-f", image], { stdio: "ignore" });
  } catch (error) {
    // 1: there were errors, and there are none any more.
    if (!(error instanceof Error && "status" in error && error.status === 1)) throw error;
  }
}
