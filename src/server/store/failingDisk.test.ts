import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
});
