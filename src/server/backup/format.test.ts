import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { readEncrypted } from "./age.ts";
import { readBackup } from "./format.ts";

describe("A file that is no backup", () => {
  it("is not read on where its first line never ends", async () => {
    const million = "x".repeat(1_000_000);
    let given = 0;
    const endless = async function* () {
      for (; given < 1000; given++) yield million;
    };
    await expect(async () => {
      for await (const part of readBackup(endless())) expect(part).toBeUndefined();
    }).rejects.toThrow("is damaged");
    expect(given).toBeLessThan(200);
  });

  const tellsReads = process.platform === "linux";

  it.skipIf(!tellsReads)("is not read on where it does not begin as age has it, however large it is", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tokenhouse-backup-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const size = 400_000_000;
    // The second begins as age has it, and its header never ends.
    for (const begins of ["", "age-encryption.org/v1\n-> X25519 "]) {
      const file = join(folder, "large");
      const descriptor = openSync(file, "w");
      writeSync(descriptor, begins);
      ftruncateSync(descriptor, size);
      closeSync(descriptor);
      const before = bytesRead();
      await expect(readEncrypted(file, { passphrase: "correct horse battery" }).next()).rejects.toThrow(
        "is no file that age encrypted",
      );
      expect(bytesRead() - before).toBeLessThan(size / 10);
    }
  });
});

/** What this process has read from files until now. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/mu.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}
