import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { StoreInUseError } from "./failures.ts";
import { lockFolder } from "./folderLock.ts";

describe("the lock of a data folder", () => {
  let parent: string;
  let folder: string;
  let file: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "tokenhouse-lock-"));
    folder = join(parent, "database");
    file = `${folder}.lock`;
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  /** What this process would write. */
  async function ownLock(): Promise<Record<string, unknown>> {
    const lock = await lockFolder(folder);
    const own: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"));
    lock.release();
    return own;
  }

  it("is held by one at a time, whom the refusal names", async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`The data folder ${folder} is in use by process ${process.pid}.`);
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(StoreInUseError);
    lock.release();
    expect(existsSync(file)).toBe(false);
    (await lockFolder(folder)).release();
  });

  it("is not taken from a living process", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    writeFileSync(file, JSON.stringify({ ...(await ownLock()), pid: child.pid, started: null }));
    await expect(lockFolder(folder)).rejects.toMatchObject({ pid: child.pid });
    child.kill("SIGKILL");
    await once(child, "exit");
    (await lockFolder(folder)).release();
  });

  it("is taken over from a process that is gone", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(file, JSON.stringify({ ...(await ownLock()), pid }));
    const lock = await lockFolder(folder);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it.runIf(process.platform === "linux")("is taken over where the process id belongs to a later process", async () => {
    writeFileSync(file, JSON.stringify({ ...(await ownLock()), started: "1" }));
    (await lockFolder(folder)).release();
  });

  it("is taken over after a restart of the machine or container", async () => {
    writeFileSync(file, JSON.stringify({ ...(await ownLock()), boot: "an earlier one" }));
    (await lockFolder(folder)).release();
  });

  it("is not taken where the holder cannot be seen from here", async () => {
    const text = JSON.stringify({ ...(await ownLock()), boot: "another", host: "elsewhere" });
    writeFileSync(file, text);
    await expect(lockFolder(folder)).rejects.toThrow(
      `(elsewhere). If no Tokenhouse server is running on this folder, delete ${file}`,
    );
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(existsSync(`${file}.takeover`)).toBe(false);
  });

  it.each(["", '{"pid":'])("is taken over where its writer died while writing (%j)", async (text) => {
    writeFileSync(file, text);
    (await lockFolder(folder)).release();
  });

  it("goes to only one of many that find a dead holder", async () => {
    writeFileSync(file, JSON.stringify({ ...(await ownLock()), boot: "an earlier one" }));
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(folder)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("leaves alone a lock that has become somebody else's", async () => {
    const lock = await lockFolder(folder);
    writeFileSync(file, "somebody else");
    lock.release();
    expect(readFileSync(file, "utf8")).toBe("somebody else");
  });
});
