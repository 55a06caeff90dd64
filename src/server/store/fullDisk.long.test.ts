import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";

import { createEmptyDatabase } from "#server/testing/databases.ts";
import { startProgram } from "#server/testing/program.ts";
import { testServer } from "#server/testing/server.ts";
import { openStore, type Store } from "./client.ts";

/** Whether this machine lets a test have a disk of its own, which takes Linux and root. */
const ownDisks = process.platform === "linux" && process.getuid?.() === 0;

describe.skipIf(!ownDisks)("a disk that is full", () => {
  let disk: string;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), "tokenhouse-disk-"));
    execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "size=200m", "tmpfs", disk]);
    chmodSync(disk, 0o777);
  });
  afterEach(() => {
    execFileSync("/bin/umount", ["--lazy", disk]);
    rmSync(disk, { recursive: true });
  });

  function free(): number {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize;
  }

  /** Takes all that is free. What a database has dropped goes when it likes, so once is not always enough. */
  function fill(): void {
    for (let times = 0; free() > 0 && times < 100; times++) appendFileSync(join(disk, "filling"), Buffer.alloc(free()));
    expect(free()).toBe(0);
  }

  /** A change fails with a sentence, the server is not ready, what is there is read; with room again all is well. */
  async function tryOut(store: Store): Promise<void> {
    const server = await testServer(store);
    const ready = async () => (await server.app.inject({ url: "/readyz" })).statusCode;
    const graphql = (query: string, variables = {}) =>
      server.app.inject({
        method: "POST",
        url: "/graphql",
        headers: { "content-type": "application/json", authorization: `Bearer ${server.localAdmin}` },
        payload: JSON.stringify({ query, variables }),
      });
    const ipFilter = `${"# a line that makes the filter long\n".repeat(1500)}allow all`;
    const create = 'mutation ($ipFilter: String!) { createIPFilter(input: { name: "a", ipFilter: $ipFilter }) { id } }';
    expect((await graphql(create, { ipFilter })).json()).not.toHaveProperty("errors");
    fill();
    let refused = await graphql(create, { ipFilter });
    for (let tries = 0; refused.statusCode === 200 && tries < 100; tries++) refused = await graphql(create, { ipFilter });
    expect(refused.statusCode).toBe(507);
    expect(refused.json()).toMatchObject({ errors: [{ extensions: { code: "STORAGE_FULL" } }] });
    expect(await ready()).toBe(503);
    expect(await ready()).toBe(503);
    expect((await graphql("{ organization { id } }")).json()).not.toHaveProperty("errors");
    rmSync(join(disk, "filling"));
    expect(await ready()).toBe(200);
    expect((await graphql(create, { ipFilter })).json()).not.toHaveProperty("errors");
    await server.app.close();
  }

  it("is told by a server on PGlite, which goes on when there is room again", async () => {
    const store = await openStore({ dataDir: join(disk, "data") });
    await tryOut(store);
    await store.close();
  });

  /** A database of PostgreSQL on that disk, until `work` is done. */
  async function onPostgres(work: (databaseUrl: string) => Promise<void>): Promise<void> {
    const home = join(disk, "postgres");
    mkdirSync(home);
    execFileSync("chown", ["nobody", home]);
    const administration = await openStore({ databaseUrl: await createEmptyDatabase() });
    await sql.raw(`create tablespace small location '${home}'`).execute(administration.db);
    await sql`create database on_small tablespace small`.execute(administration.db);
    const url = new URL(inject("postgresUrl"));
    url.pathname = "/on_small";
    const lookAfterItself = async (setting: "off" | "on") => {
      await sql.raw(`alter system set autovacuum = ${setting}`).execute(administration.db);
      await sql`select pg_reload_conf()`.execute(administration.db);
    };
    // After it has looked after its own tables it refuses who connects until a file is written anew, for which there is no room.
    await lookAfterItself("off");
    const atWork = sql<{ pid: number }>`select pid from pg_stat_activity where backend_type = 'autovacuum worker'`;
    await expect.poll(async () => (await atWork.execute(administration.db)).rows).toEqual([]);
    try {
      await work(url.href);
    } finally {
      // All tests share the server, and a tablespace whose disk is gone would stop each new database.
      await sql`drop database on_small with (force)`.execute(administration.db);
      await sql`drop tablespace small`.execute(administration.db);
      await lookAfterItself("on");
      await administration.close();
    }
  }

  it("is told by a server on PostgreSQL, which goes on when there is room again", async () => {
    await onPostgres(async (databaseUrl) => {
      const store = await openStore({ databaseUrl });
      await tryOut(store);
      await store.close();
    });
  });

  it("is told by a server that starts on it, which serves what there is", async () => {
    await onPostgres(async (databaseUrl) => {
      const home = mkdtempSync(join(tmpdir(), "tokenhouse-home-"));
      const environment = { PORT: "0", DATA_DIR: home, DATABASE_URL: databaseUrl };
      const first = await startProgram([process.execPath, "dist/server/main.js"], environment);
      await first.stop();
      const store = await openStore({ databaseUrl });
      // So that the next link needs room of its own.
      await sql`delete from sign_in_codes`.execute(store.db);
      await sql`vacuum full sign_in_codes`.execute(store.db);
      // Only now its old files go.
      await sql`checkpoint`.execute(store.db);
      await store.close();
      await (await openStore({ databaseUrl })).close();
      fill();
      const { PATH = "" } = process.env;
      const child = spawn(process.execPath, ["dist/server/main.js"], {
        env: { PATH, ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const closed = once(child, "close");
      let [told, errors] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      await expect.poll(() => told + errors, { timeout: 60_000 }).toContain("Sign in: no link can be made");
      const [, address = ""] = /listening on (\S+)/u.exec(told) ?? [];
      expect((await fetch(`${address}/healthz`)).status).toBe(200);
      rmSync(join(disk, "filling"));
      const { stdout } = await promisify(execFile)(process.execPath, ["dist/server/main.js", "sign-in-link"], {
        env: { PATH, ...environment, PORT: new URL(address).port },
      });
      expect(stdout).toContain("/sign-in#code=");
      child.kill("SIGTERM");
      await closed;
      expect(child.exitCode).toBe(0);
      rmSync(home, { recursive: true });
    });
  });

  it("is told by a start that finds no room for a new database, and the next start finds nothing in its way", async () => {
    const dataDir = join(disk, "data");
    for (const room of [5_000_000, 20_000_000, 38_500_000]) {
      writeFileSync(join(disk, "filling"), Buffer.alloc(free() - room));
      await expect(openStore({ dataDir })).rejects.toMatchObject({
        name: "StartError",
        message: expect.stringMatching(
          /cannot be opened, because its disk is full: \d+ MB are free\. Free at least 64 MB there/u,
        ) as string,
      });
      expect(existsSync(join(dataDir, "database.lock"))).toBe(false);
      rmSync(join(disk, "filling"));
      await (await openStore({ dataDir })).close();
      rmSync(dataDir, { recursive: true });
    }
  });
});
