import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { findLocalAdmin, loadLocalAdmin, LocalAdminError } from "./localAdmin.ts";
import { hashSecret } from "./secrets.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("loading the local administrator", () => {
  it("makes the file once, one line long and for the owner's eyes alone", () => {
    const dataDir = join(folder, "data");
    const made = loadLocalAdmin(dataDir);
    const file = join(dataDir, "local-admin-token.txt");
    expect(readFileSync(file, "utf8")).toBe(`${made.tokenString}\n`);
    expect(made.tokenString).toMatch(/^localroot~[A-Za-z0-9]{44}$/u);
    expect(made.secretHash).toEqual(hashSecret(made.tokenString.slice("localroot~".length)));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadLocalAdmin(dataDir)).toEqual(made);
    expect(readdirSync(dataDir)).toEqual(["local-admin-token.txt"]);
  });

  it("closes a file that others could read", () => {
    loadLocalAdmin(folder);
    const file = join(folder, "local-admin-token.txt");
    chmodSync(file, 0o644);
    loadLocalAdmin(folder);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("refuses a file that holds something else, without repeating it", () => {
    writeFileSync(join(folder, "local-admin-token.txt"), "localroot~short\n");
    expect(() => loadLocalAdmin(folder)).toThrow(LocalAdminError);
    expect(() => loadLocalAdmin(folder)).not.toThrow("short");
  });

  it("makes nothing for a command, which only looks for the file", () => {
    expect(findLocalAdmin(folder)).toBeUndefined();
    expect(findLocalAdmin(join(folder, "nowhere"))).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    const made = loadLocalAdmin(folder);
    expect(findLocalAdmin(folder)).toEqual(made);
    writeFileSync(join(folder, "local-admin-token.txt"), "something else\n");
    expect(() => findLocalAdmin(folder)).toThrow(LocalAdminError);
  });
});
