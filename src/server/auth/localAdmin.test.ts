import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { findLocalAdmin, loadLocalAdmin, LocalAdminError, localAdminFile } from "./localAdmin.ts";
import { hashSecret } from "./secrets.ts";

const credential = `localroot~${"a".repeat(44)}`;

let dataDir: string;
let folder: string;
let file: string;
/** Where earlier releases had it. */
let former: string;
let said: string[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
  folder = join(dataDir, "local-admin");
  file = join(folder, "local-admin-token.txt");
  former = join(dataDir, "local-admin-token.txt");
  said = [];
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

const load = () => loadLocalAdmin(dataDir, (sentence) => said.push(sentence));
const modeOf = (path: string) => statSync(path).mode & 0o777;

/** Writes the credential with a mode, whatever the process takes from the modes of new files. */
function writeOpen(path: string, mode: number): void {
  writeFileSync(path, credential);
  chmodSync(path, mode);
}

/** The message of the refusal, which never repeats what is in the file. */
function refusal(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (!(error instanceof LocalAdminError)) throw error;
    expect(error.message).not.toContain("a".repeat(44));
    return error.message;
  }
  throw new Error("It was accepted.");
}

describe("loading the local administrator", () => {
  it("makes the file once, one line long, in a folder for the owner's eyes alone, whatever the mode of the data folder", () => {
    chmodSync(dataDir, 0o777);
    const made = load();
    expect(localAdminFile(dataDir)).toBe(file);
    expect(readFileSync(file, "utf8")).toBe(`${made.tokenString}\n`);
    expect(made.tokenString).toMatch(/^localroot~[A-Za-z0-9]{44}$/u);
    expect(made.secretHash).toEqual(hashSecret(made.tokenString.slice("localroot~".length)));
    expect([modeOf(folder), modeOf(file)]).toEqual([0o700, 0o600]);
    expect(load()).toEqual(made);
    expect([readdirSync(dataDir), readdirSync(folder), said]).toEqual([["local-admin"], ["local-admin-token.txt"], []]);
  });

  it("moves the file of an earlier release, says so once, and keeps the token", () => {
    writeFileSync(former, `${credential}\n`, { mode: 0o600 });
    expect(load().tokenString).toBe(credential);
    expect(readdirSync(dataDir)).toEqual(["local-admin"]);
    expect(said).toEqual([`The local administrator's token was moved from ${former} to ${file}. Let scripts read it there.`]);
    expect(load().tokenString).toBe(credential);
    expect(said).toHaveLength(1);
  });

  it("leaves a file alone that stands in the old place beside the new one, and says that nobody reads it", () => {
    const made = load();
    writeFileSync(former, `${credential}\n`, { mode: 0o600 });
    expect(load()).toEqual(made);
    expect(said).toEqual([`${former} is no longer read: the local administrator's token is in ${file}. Delete the former.`]);
    expect(readFileSync(former, "utf8")).toBe(`${credential}\n`);
  });

  /** Every way in which others may know or have chosen the token, in the new place and the old. */
  const plants: Readonly<Record<string, { readonly plant: (path: string) => void; readonly says: string }>> = {
    "that all may read": {
      plant: (path) => writeOpen(path, 0o644),
      says: "is open to others (mode 644)",
    },
    "that the group may read": {
      plant: (path) => writeOpen(path, 0o640),
      says: "is open to others (mode 640)",
    },
    "that others may write": {
      plant: (path) => writeOpen(path, 0o602),
      says: "is open to others (mode 602)",
    },
    "that is a symbolic link": {
      plant: (path) => {
        writeFileSync(join(dataDir, "elsewhere"), credential, { mode: 0o600 });
        symlinkSync(join(dataDir, "elsewhere"), path);
      },
      says: "is a symbolic link",
    },
    "that is a link to nowhere": {
      plant: (path) => symlinkSync(join(dataDir, "nowhere"), path),
      says: "is a symbolic link",
    },
    "that is a folder": { plant: (path) => mkdirSync(path, { mode: 0o700 }), says: "is no file" },
    "that holds something else": {
      plant: (path) => writeFileSync(path, "localroot~short\n", { mode: 0o600 }),
      says: "does not hold the local administrator's token",
    },
  };

  describe.each(["new", "old"] as const)("in the %s place", (place) => {
    it.each(Object.keys(plants))("refuses a file %s, changes nothing, and says what to do", (name) => {
      const { plant, says } = plants[name] ?? expect.unreachable();
      mkdirSync(folder, { mode: 0o700 });
      const path = place === "new" ? file : former;
      plant(path);
      const before = readdirSync(dataDir, { recursive: true });
      const message = refusal(load);
      expect(message).toContain(`${path} ${says}`);
      expect(message).toContain("Delete the file");
      expect(message).not.toContain("short");
      expect(readdirSync(dataDir, { recursive: true })).toEqual(before);
    });

    it.runIf(process.geteuid?.() === 0)("refuses a file that belongs to another user", () => {
      mkdirSync(folder, { mode: 0o700 });
      const path = place === "new" ? file : former;
      writeFileSync(path, credential, { mode: 0o600 });
      chownSync(path, 65_534, 65_534);
      expect(refusal(load)).toContain(`${path} belongs to another user (number 65534; the server runs as 0)`);
    });
  });

  it.each([0o755, 0o770, 0o701])("refuses a folder of mode %o, in which others could put a file", (mode) => {
    load();
    chmodSync(folder, mode);
    expect(refusal(load)).toMatch(/local-admin is open to others \(mode 7\d\d\), .* Delete the folder, /u);
    expect(modeOf(folder)).toBe(mode);
  });

  it("refuses a file or a link in the folder's place", () => {
    writeFileSync(folder, "");
    expect(refusal(load)).toContain(`${folder} is no folder`);
    rmSync(folder);
    mkdirSync(join(dataDir, "elsewhere"), { mode: 0o700 });
    symlinkSync(join(dataDir, "elsewhere"), folder);
    expect(refusal(load)).toContain(`${folder} is no folder`);
  });

  it.runIf(process.geteuid?.() === 0)("refuses a folder that belongs to another user", () => {
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, 65_534, 65_534);
    expect(refusal(load)).toContain("belongs to another user");
  });

  it("makes another token once what it refused was deleted", () => {
    writeOpen(former, 0o644);
    refusal(load);
    rmSync(former);
    expect(load().tokenString).not.toBe(credential);
  });
});

describe("a command that looks for the local administrator", () => {
  it("makes nothing and moves nothing", () => {
    expect(findLocalAdmin(dataDir)).toBeUndefined();
    expect(findLocalAdmin(join(dataDir, "nowhere"))).toBeUndefined();
    expect(readdirSync(dataDir)).toEqual([]);
    const made = load();
    expect(findLocalAdmin(dataDir)).toEqual(made);
    // Of a server of an earlier release that still runs.
    renameSync(file, former);
    rmSync(folder, { recursive: true });
    expect(findLocalAdmin(dataDir)).toEqual(made);
    expect(readdirSync(dataDir)).toEqual(["local-admin-token.txt"]);
  });

  it("refuses a file that others may read, a link and what is no token", () => {
    load();
    chmodSync(file, 0o644);
    expect(refusal(() => findLocalAdmin(dataDir))).toContain("is open to others (mode 644)");
    chmodSync(file, 0o600);
    writeFileSync(file, "something else\n");
    expect(refusal(() => findLocalAdmin(dataDir))).toContain("does not hold");
    rmSync(file);
    symlinkSync("/etc/hostname", file);
    expect(refusal(() => findLocalAdmin(dataDir))).toContain("is a symbolic link");
  });

  it.runIf(process.geteuid?.() === 0)("may be root's, of a server that runs as another user", () => {
    const made = load();
    for (const path of [folder, file]) chownSync(path, 65_534, 65_534);
    expect(findLocalAdmin(dataDir)).toEqual(made);
  });
});
