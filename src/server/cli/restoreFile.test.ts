import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, it } from "vitest";

import { readCommand } from "./commands.ts";
import { restoreFile } from "./restoreFile.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the command says of a file. No server runs that could be asked. */
async function refusal(file: string): Promise<string> {
  const command = readCommand(["restore-kit", file, "--port", "1", "--data-dir", folder], { LOGSCALE_TOKEN: "id~secret" });
  if (command.type !== "restore-kit") throw new Error(`The command is ${command.type}.`);
  return restoreFile(command).then(
    () => "",
    (error: unknown) => String(error),
  );
}

it("reads a kit that an editor or PowerShell saved again, with the mark of its encoding", async () => {
  const kit = JSON.stringify({ format: "tokenhouse-recovery-kit", version: 1, savedAt: 0, operations: {}, tokens: [] });
  const said = await Promise.all(
    [Buffer.from(kit), Buffer.from(`\uFEFF${kit}`), Buffer.from(`\uFEFF${kit}`, "utf16le")].map((bytes, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, bytes);
      return refusal(file);
    }),
  );
  expect(new Set(said).size).toBe(1);
});

it("says why a file cannot be read, with nothing in its name that a terminal obeys", async () => {
  const said = await refusal(join(folder, "no\u001b[31m.json"));
  expect(said).toContain("cannot be read: ENOENT");
  expect(said).not.toMatch(/\p{Cc}/u);
});
