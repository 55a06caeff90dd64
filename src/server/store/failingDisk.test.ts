import { execFile } from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it, onTestFinished } from "vitest";

import { openStore, type Store } from "./client.ts";
import { StoreFailedError } from "./failures.ts";

/** What the operating system says where a disk lost what was written to it. */
function failToSync(): never {
  throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO", errno: -5, syscall: "fdatasync" });
}

/** Has files that are written not reach the disk while something is done. */
async function withoutSyncing(work: () => Promise<void>): Promise<void> {
  const { fdatasyncSync } = fs;
  const set = (sync: typeof fdatasyncSync) => {
    fs.fdatasyncSync = sync;
    syncBuiltinESMExports();
  };
  set(failToSync);
  try {
    await work();
  } finally {
    set(fdatasyncSync);
  }
}

describe("an embedded database whose disk fails as it commits", () => {
  it("does nothing more, says so to everybody, and has what was committed before when it is started again", async () => {
    const dataDir = fs.mkdtempSync(join(tmpdir(), "tokenhouse-disk-"));
    onTestFinished(() => fs.rmSync(dataDir, { recursive: true }));
    const add = ({ db }: Store, name: string) => db.insertInto("featureFlags").values({ name }).execute();
    const store = await openStore({ dataDir });
    await add(store, "before");
    await withoutSyncing(async () => {
      await expect(add(store, "unknown")).rejects.toBeInstanceOf(StoreFailedError);
    });
    await expect(add(store, "after")).rejects.toBeInstanceOf(StoreFailedError);
    await expect(store.ping()).rejects.toBeInstanceOf(StoreFailedError);
    await store.close().catch(() => {});

    const next = await openStore({ dataDir });
    const names = (await next.db.selectFrom("featureFlags").select("name").execute()).map(({ name }) => name);
    await next.close();
    expect(names.filter((name) => name !== "unknown")).toEqual(["before"]);
  });

  it("comes back from a commit that goes together with what it commits", { timeout: 120_000 }, async () => {
    const dataDir = fs.mkdtempSync(join(tmpdir(), "tokenhouse-disk-"));
    onTestFinished(() => fs.rmSync(dataDir, { recursive: true }));
    // In a process of its own, which can be ended where it never comes back.
    const program = `
      import fs from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      const { openPglite } = await import("#server/store/pglite.ts");
      const engine = await openPglite({ folder: ${JSON.stringify(dataDir)} });
      const run = (...statements) => engine.queryAll(statements.map((sql) => ({ sql, parameters: [] }))).catch(({ name }) => console.log(name));
      await run("create table names (name text)");
      fs.fdatasyncSync = () => { throw Object.assign(new Error("EROFS"), { code: "EROFS" }); };
      syncBuiltinESMExports();
      await run("begin", "insert into names values ('unknown')", "commit");
      await run("select 1");
      process.exit();`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program],
      {
        timeout: 110_000,
        killSignal: "SIGKILL",
      },
    );
    expect(stdout).toBe("StoreFailedError\nStoreFailedError\n");
  });
});
