import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openDatabaseFolder } from "./pgliteFolder.ts";

let dataDir: string;
let folder: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
  folder = join(dataDir, "database");
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Leaves a database's folder behind as PGlite does, with all of a database in it or cut short. */
function make(version = "18\n"): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "PG_VERSION"), version);
}

function cutShort(reason: string) {
  return () => {
    make();
    return Promise.reject(new Error(reason));
  };
}

describe("the folder of an embedded database", () => {
  it("is marked while the database is made, and not afterwards", async () => {
    const opened = await openDatabaseFolder(folder, () => {
      expect(readdirSync(dataDir)).toEqual(["database.making"]);
      make();
      return Promise.resolve("opened");
    });
    expect(opened).toBe("opened");
    expect(readdirSync(dataDir)).toEqual(["database"]);
  });

  it("is made anew where making it was cut short, since nothing was kept in it", async () => {
    await expect(openDatabaseFolder(folder, cutShort("ENOSPC"))).rejects.toThrow();
    await openDatabaseFolder(folder, () => {
      expect(existsSync(folder)).toBe(false);
      make();
      return Promise.resolve();
    });
    expect(readdirSync(dataDir)).toEqual(["database"]);
  });

  it("is never thrown away once a database was whole, whatever fails later", async () => {
    make();
    await expect(openDatabaseFolder(folder, cutShort("PGlite failed to initialize properly"))).rejects.toMatchObject({
      lasting: false,
      message: expect.stringMatching(/cannot be opened \(PGlite failed to initialize properly\)\. Start again; .*DATA_DIR\.$/u),
    });
    await openDatabaseFolder(folder, () => Promise.resolve(expect(readdirSync(folder)).toEqual(["PG_VERSION"])));
  });

  it.each(["ENOSPC", "EDQUOT", "could not write to file: No space left on device"])(
    "is told to need room where it fails with %s",
    async (reason) => {
      make();
      await expect(openDatabaseFolder(folder, cutShort(reason))).rejects.toMatchObject({
        lasting: false,
        message: expect.stringMatching(
          /because its disk is full: \d+ MB are free\. Free at least 32 MB there, then start again\. What was stored is still there\.$/u,
        ),
      });
    },
  );

  it("is left alone where another PostgreSQL made it", async () => {
    make("17\n");
    await expect(openDatabaseFolder(folder, () => expect.unreachable())).rejects.toMatchObject({
      lasting: true,
      message: expect.stringContaining("with PostgreSQL 17; this one has PostgreSQL 18. Start that release"),
    });
    expect(readdirSync(dataDir)).toEqual(["database"]);
  });
});
