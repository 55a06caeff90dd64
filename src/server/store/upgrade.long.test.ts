import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";

import { installationKey } from "#server/testing/oldDatabases/known.ts";
import { makeOldDatabase, oldDatabases, oldStatements, upgrades } from "#server/testing/oldDatabases/upgrade.ts";
import { startProgram } from "#server/testing/program.ts";
import { openStore } from "./client.ts";

describe("a database of an earlier release is brought up to date with all that it holds", () => {
  for (const kind of ["pglite", "postgres"] as const)
    it.each(oldDatabases())(`on ${kind}, of %s`, (name) => upgrades(kind, name));
});

it("an old database is brought up to date once by three servers that start at once, and all of them serve it", async () => {
  const old = await makeOldDatabase("postgres", oldDatabases()[0] ?? "");
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-upgrade-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const programs = await Promise.all(
    ["one", "two", "three"].map((name) =>
      startProgram([process.execPath, "dist/server/main.js"], {
        PORT: "0",
        DATA_DIR: join(folder, name),
        DATABASE_URL: old.databaseUrl ?? "",
        TOKENHOUSE_KEY: Buffer.from(installationKey).toString("hex"),
      }),
    ),
  );
  onTestFinished(() => programs.forEach(({ process: server }) => server.kill("SIGKILL")));
  for (const { address } of programs) expect((await fetch(`${address}/readyz`)).status).toBe(200);
  const names = (await old.query("select name from kysely_migration order by name")) as { name: string }[];
  expect(names.map(({ name }) => name)).toEqual(oldDatabases());
  expect(await old.query("select username from users where is_root")).toEqual([{ username: "root" }]);
  expect(await Promise.all(programs.map((program) => program.stop()))).toEqual([0, 0, 0]);
});

it("an instance of the release that writes the trail as today goes on beside newer ones: whatever it runs does what it did", async () => {
  const old = await makeOldDatabase("postgres", "0010-sessions");
  await (await old.open()).close();
  const client = new Client({ connectionString: old.databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  for (const { sql, parameters, rows } of oldStatements()) {
    const values = parameters.map((value) =>
      typeof value === "object" && value !== null && "bytes" in value && typeof value.bytes === "string"
        ? Buffer.from(value.bytes, "hex")
        : value,
    );
    const { rowCount } = await client.query(sql, values);
    expect(rowCount, sql).toBe(rows);
  }
});

it("a database on PGlite that a newer release has used ends an older program with status 2 and a sentence, untouched", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tokenhouse-upgrade-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const migrations = async (add?: string) => {
    const store = await openStore({ dataDir }, { upToDate: add === undefined });
    if (add !== undefined) await sql`insert into kysely_migration (name, timestamp) values (${add}, 'x')`.execute(store.db);
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(store.db);
    await store.close();
    return rows;
  };
  const before = await migrations("9999-later");
  const older = startProgram([process.execPath, "dist/server/main.js"], { PORT: "0", DATA_DIR: dataDir });
  await expect(older).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /^The database was last used by a newer release of Tokenhouse [^\n]* Start the newer release[^\n]*\n$/u,
    ) as string,
  });
  expect(await migrations()).toEqual(before);
});
