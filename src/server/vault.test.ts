import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { describeOnBothDatabases } from "./testing/databases.ts";
import { claimDatabase, createVault, loadInstallationKey, VaultError } from "./vault.ts";

const key = (byte: number) => new Uint8Array(32).fill(byte);
const vault = createVault(key(1));

describe("the vault", () => {
  it("opens what it sealed, any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, purpose) => {
        expect(vault.open(vault.seal(text, purpose), purpose)).toBe(text);
      }),
    );
  });

  it("seals the same text differently each time, and shows none of it", () => {
    const text = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";
    const [one, other] = [vault.seal(text, "a"), vault.seal(text, "a")];
    expect(one).not.toEqual(other);
    expect(one).toHaveLength(Buffer.byteLength(text) + 29);
    expect(Buffer.from(one).includes(text.slice(0, 4))).toBe(false);
  });

  it("opens nothing for another purpose or with another key", () => {
    const sealed = vault.seal("value", "ingest-token/1");
    expect(() => vault.open(sealed, "ingest-token/2")).toThrow(VaultError);
    expect(() => createVault(key(2)).open(sealed, "ingest-token/1")).toThrow(VaultError);
  });

  it("opens nothing of which a single bit was changed or a byte cut off", () => {
    const sealed = vault.seal("value", "a");
    for (let index = 0; index < sealed.length; index++) {
      const changed = Uint8Array.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => vault.open(changed, "a")).toThrow(VaultError);
      expect(() => vault.open(sealed.slice(0, index), "a")).toThrow(VaultError);
    }
  });

  it("finds a value again by its fingerprint, and only with the same key and purpose", () => {
    const fingerprint = vault.fingerprint("value", "a");
    expect(fingerprint).toHaveLength(32);
    expect(createVault(key(1)).fingerprint("value", "a")).toEqual(fingerprint);
    expect(createVault(key(2)).fingerprint("value", "a")).not.toEqual(fingerprint);
    expect(vault.fingerprint("value", "b")).not.toEqual(fingerprint);
    expect(vault.fingerprint("alue", "av")).not.toEqual(vault.fingerprint("value", "a"));
  });

  it("refuses a key of another length", () => {
    expect(() => createVault(new Uint8Array(16))).toThrow(VaultError);
  });
});

describe("loading the installation key", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("makes the file once, for the owner's eyes alone", () => {
    const dataDir = join(folder, "data");
    const made = loadInstallationKey(dataDir, undefined);
    expect(made).toHaveLength(32);
    expect(statSync(join(dataDir, "key")).mode & 0o777).toBe(0o600);
    chmodSync(join(dataDir, "key"), 0o644);
    expect(loadInstallationKey(dataDir, undefined)).toEqual(made);
    expect(statSync(join(dataDir, "key")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(["key"]);
  });

  it("takes the configured key and touches no file then", () => {
    expect(loadInstallationKey(folder, key(7))).toEqual(key(7));
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a file that holds something else, keeps it, and does not repeat it", () => {
    writeFileSync(join(folder, "key"), "not-a-key\n");
    expect(() => loadInstallationKey(folder, undefined)).toThrow(/TOKENHOUSE_KEY/u);
    expect(() => loadInstallationKey(folder, undefined)).not.toThrow("not-a-key");
    expect(readFileSync(join(folder, "key"), "utf8")).toBe("not-a-key\n");
  });
});

describeOnBothDatabases("claiming a database for an installation key", (open) => {
  it("marks a database at its first use, and knows it again", async () => {
    const { db } = await open();
    await Promise.all([claimDatabase(db, vault), claimDatabase(db, vault)]);
    await claimDatabase(db, createVault(key(1)));
    expect(await db.selectFrom("vaultCheck").select("id").execute()).toEqual([{ id: 1 }]);
  });

  it("refuses a database of another key, saying what to do", async () => {
    const { db } = await open();
    await claimDatabase(db, vault);
    await expect(claimDatabase(db, createVault(key(2)))).rejects.toThrow(/TOKENHOUSE_KEY/u);
    await claimDatabase(db, vault);
  });
});
