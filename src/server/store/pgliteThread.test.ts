import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DatabaseError } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { builtServer } from "#server/testing/built.ts";

import { StoreFailedError } from "./failures.ts";
import { openPgliteThread } from "./pgliteThread.ts";

describe("the thread of the embedded database", () => {
  let built: string;
  let folder: string;
  const never = (error: Error) => expect.unreachable(error.message);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tokenhouse-thread-"));
    built = await builtServer();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const start = (onFailure: (error: StoreFailedError) => void) =>
    openPgliteThread(join(built, "pglite-worker.js"), join(folder, "database"), onFailure);

  it("answers many statements at once, each with its own result, and keeps what was written", async () => {
    const first = await start(never);
    await first.query("create table numbers (n int8 primary key)", []);
    const inserted = await Promise.all(
      Array.from({ length: 50 }, (_, n) => first.query("insert into numbers values ($1) returning n", [n])),
    );
    expect(inserted.map(({ rows }) => rows)).toEqual(Array.from({ length: 50 }, (_, n) => [{ n }]));
    await first.close();

    const second = await start(never);
    expect(await second.query("select count(*) as count from numbers", [])).toMatchObject({
      command: "SELECT",
      rows: [{ count: 50 }],
    });
    await second.close();
  });

  it("hands errors over as the pg driver has them", async () => {
    const engine = await start(never);
    await engine.query("create table names (name text primary key)", []);
    await engine.query("insert into names values ('a')", []);
    const error: unknown = await engine.query("insert into names values ('a')", []).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({
      code: "23505",
      constraint: "names_pkey",
      table: "names",
      detail: "Key (name)=(a) already exists.",
    });
    await engine.close();
  });

  it("says why it cannot start", async () => {
    const missing = openPgliteThread(join(built, "missing.js"), folder, never);
    await expect(missing).rejects.toThrow(/thread of the embedded database/u);
  });

  it("reports its own death and refuses what is asked afterwards, instead of leaving anybody waiting", async () => {
    let report: (error: StoreFailedError) => void = never;
    const reported = new Promise<StoreFailedError>((resolve) => {
      report = resolve;
    });
    const engine = await start((error) => report(error));
    // What a disk that goes away looks like to PostgreSQL.
    rmSync(join(folder, "database", "pg_wal"), { recursive: true });
    const [fatal, behind] = await Promise.allSettled([
      engine.query("select pg_switch_wal()", []),
      engine.query("create table more (n int8)", []),
    ]);
    expect(fatal).toMatchObject({ status: "rejected", reason: expect.any(StoreFailedError) });
    expect(behind).toMatchObject({ status: "rejected", reason: expect.any(StoreFailedError) });
    expect(await reported).toBeInstanceOf(StoreFailedError);
    await expect(engine.query("select 1", [])).rejects.toBeInstanceOf(StoreFailedError);
    await engine.close();
  });
});
