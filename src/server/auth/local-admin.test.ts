import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadLocalAdmin, LocalAdminError } from "./local-admin.ts";
import { hashSecret } from "./secrets.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("loadLocalAdmin", () => {
  it("makes the file once, one line long and for the owner's eyes alone", () => {
    const dataDir = join(folder, "data");
    const made = loadLocalAdmin(dataDir, { create: true });
    const file = join(dataDir, "local-admin-token.txt");
    expect(readFileSync(file, "utf8")).toBe(`${made.tokenString}\n`);
    expect(made.tokenString).toMatch(/^localroot~[A-Za-z0-9]{44}$/u);
    expect(made.secretHash).toEqual(hashSecret(made.tokenString.slice("localroot~".length)));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadLocalAdmin(dataDir, { create: true })).toEqual(made);
    expect(readdirSync(dataDir)).toEqual(["local-admin-token.txt"]);
  });

  it("closes a file that others could read", () => {
    loadLocalAdmin(folder, { create: true });
    const file = join(folder, "local-admin-token.txt");
    chmodSync(file, 0o644);
    loadLocalAdmin(folder, { create: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("refuses a file that holds something else, without repeating it", () => {
    writeFileSync(join(folder, "local-admin-token.txt"), "localroot~short\n");
    expect(() => loadLocalAdmin(folder, { create: true })).toThrow(LocalAdminError);
    expect(() => loadLocalAdmin(folder, { create: true })).not.toThrow("short");
  });

  it("makes nothing when it is only to read", () => {
    expect(() => loadLocalAdmin(folder, { create: false })).toThrow(LocalAdminError);
    expect(readdirSync(folder)).toEqual([]);
  });
});
