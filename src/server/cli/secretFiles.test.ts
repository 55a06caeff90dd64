import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readCommand } from "./commands.ts";
import { ConfigError } from "./readSettings.ts";
import { withSecretFiles } from "./secretFiles.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-secrets-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("settings in files", () => {
  it("are read without the line break at the end, and count like the variable itself", () => {
    const url = "postgres://tokenhouse:p%20w@db/tokenhouse";
    const environment = {
      PORT: "1",
      DATABASE_URL_FILE: file("url", `${url}\n`),
      TOKENHOUSE_KEY_FILE: file("key", `${"ab".repeat(32)}\r\n`),
    };
    expect(readCommand([], environment)).toMatchObject({
      config: { port: 1, databaseUrl: url, key: new Uint8Array(32).fill(0xab) },
    });
  });

  it("are refused where the variable is set as well, or the file cannot be read", () => {
    const path = file("token", "x");
    expect(() => withSecretFiles({ METRICS_TOKEN: "y", METRICS_TOKEN_FILE: path }, "serve")).toThrow(ConfigError);
    expect(() => withSecretFiles({ DATABASE_URL_FILE: join(folder, "missing") }, "serve")).toThrow(/DATABASE_URL_FILE .*ENOENT/u);
    expect(withSecretFiles({ METRICS_TOKEN: "y", METRICS_TOKEN_FILE: "" }, "serve")).toMatchObject({ METRICS_TOKEN: "y" });
  });
});
