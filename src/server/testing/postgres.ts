import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Client } from "pg";
import type { TestProject } from "vitest/node";

import { dumpMemory, openStore } from "#server/store/client.ts";
import { startCluster, type TestCluster } from "./cluster.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The test run's PostgreSQL, at its administrative database. */
    postgresUrl: string;
    /** Path of a dump of an empty, migrated PGlite database. */
    pgliteTemplate: string;
    /** Path of a folder of the test run, within the project, so that programs in it find the packages that they import. */
    scratchFolder: string;
  }
}

/** Name of the empty, migrated database that every test database is copied from. */
export const templateDatabase = "tokenhouse_template";

let cluster: TestCluster | undefined;
let folder: string | undefined;

/** Called by vitest once before the tests: starts PostgreSQL and prepares what the databases of single tests are copied from. */
export async function setup(project: TestProject): Promise<void> {
  const cache = fileURLToPath(new URL("../../../node_modules/.cache", import.meta.url));
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "tests-"));
  const pgliteTemplate = join(folder, "pglite.tar");
  const pglite = dumpMemory().then(async (dump) => writeFileSync(pgliteTemplate, new Uint8Array(await dump.arrayBuffer())));
  const [started] = await Promise.all([startCluster(), pglite]);
  cluster = started;
  const postgresUrl = cluster.url("postgres");
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(`create database ${templateDatabase}`);
  await client.end();
  await (await openStore({ databaseUrl: cluster.url(templateDatabase) })).close();
  project.provide("postgresUrl", postgresUrl);
  project.provide("pgliteTemplate", pgliteTemplate);
  project.provide("scratchFolder", folder);
}

/** Called by vitest once after the tests. */
export async function teardown(): Promise<void> {
  await cluster?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
