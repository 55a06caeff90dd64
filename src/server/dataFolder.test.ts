import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadLocalAdmin } from "./auth/localAdmin.ts";
import { dataFolderError, makeDataFolder } from "./dataFolder.ts";
import { StartError } from "./startError.ts";
import { openStore } from "./store/client.ts";
import { loadInstallationKey } from "./vault.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is thrown, which must be a StartError that tells a supervisor not to try again. */
function refusal(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    expect(error.lasting).toBe(true);
    return error.message;
  }
  throw new Error("It was accepted.");
}

/** Does something without root's rights, which would make every folder writable. */
function asNobody<T>(task: () => T): T {
  if (process.getuid?.() !== 0) return task();
  process.seteuid?.(65_534);
  try {
    return task();
  } finally {
    process.seteuid?.(0);
  }
}

describe("the data folder", () => {
  it("is made with the folders above it, for its owner alone, and is left as it is when it is there", () => {
    const path = join(folder, "a/b/c");
    makeDataFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    chmodSync(path, 0o750);
    makeDataFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o750);
  });

  it("cannot be a file, nor be in one", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(refusal(() => makeDataFolder(file))).toBe(
      `The data folder ${file} cannot be used: it is a file (EEXIST at ${file}). Name another as DATA_DIR or --data-dir.`,
    );
    expect(refusal(() => makeDataFolder(join(file, "data")))).toMatch(/^The data folder \S+ cannot be used: .*file/u);
  });

  it.runIf(process.platform === "linux")("is refused at once where the file system makes no folders", () => {
    expect(refusal(() => makeDataFolder("/proc/x"))).toMatch(
      /^The data folder \/proc\/x cannot be used: its file system makes no/u,
    );
    expect(refusal(() => makeDataFolder("/proc/x/y/z"))).toMatch(/ENOENT at \/proc\/x\)/u);
  });

  it.runIf(process.platform !== "win32")("is refused where its user may not write, whoever needs it", async () => {
    const path = join(folder, "data");
    mkdirSync(path, { mode: 0o555 });
    chmodSync(folder, 0o555);
    const right = /has no right to it \(EACCES at /u;
    expect(refusal(() => asNobody(() => makeDataFolder(join(folder, "other"))))).toMatch(right);
    expect(refusal(() => asNobody(() => loadInstallationKey(path, undefined)))).toMatch(right);
    expect(refusal(() => asNobody(() => loadLocalAdmin(path, () => undefined)))).toMatch(right);
    chmodSync(folder, 0o755);
  });

  it("leaves an error alone that may pass by itself", () => {
    const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    expect(dataFolderError(folder, full)).toBe(full);
  });

  it("is not taken by a store that cannot use it", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(openStore({ dataDir: file })).rejects.toThrow(StartError);
    // In the place of the database.
    writeFileSync(join(folder, "database"), "");
    await expect(openStore({ dataDir: folder })).rejects.toThrow(StartError);
    expect(readdirSync(folder).sort()).toEqual(["database", "file"]);
  });
});
