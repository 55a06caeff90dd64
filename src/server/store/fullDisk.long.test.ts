import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";

import { createEmptyDatabase } from "#server/testing/databases.ts";
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

  function fill(): void {
    writeFileSync(join(disk, "filling"), Buffer.alloc(free()));
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

  it("is told by a server on PostgreSQL, which goes on when there is room again", async () => {
    const home = join(disk, "postgres");
    mkdirSync(home);
    execFileSync("chown", ["nobody", home]);
    const administration = await openStore({ databaseUrl: await createEmptyDatabase() });
    await sql.raw(`create tablespace small location '${home}'`).execute(administration.db);
    await sql`create database on_small tablespace small`.execute(administration.db);
    const url = new URL(inject("postgresUrl"));
    url.pathname = "/on_small";
    const store = await openStore({ databaseUrl: url.href });
    await tryOut(store);
    await store.close();
    await sql`drop database on_small with (force)`.execute(administration.db);
    await sql`drop tablespace small`.execute(administration.db);
    await administration.close();
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
