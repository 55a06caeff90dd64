import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { expect, it } from "vitest";

import { openStore, type Store } from "#server/store/client.ts";
import { ask } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { ingestToken, received, send } from "#server/testing/ingest.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

/** Creates, uses, misuses and reads a generated and a chosen value, and returns both. */
async function useTokens(server: TestServer): Promise<string[]> {
  await ask(server, server.localAdmin, "mutation { enableFeature(feature: CustomIngestTokens) }");
  const values = [
    await ingestToken(server),
    await ingestToken(server, { name: "custom", customToken: "chosen-by-somebody-4711" }),
  ];
  for (const value of values) {
    await send(server, "/api/v1/ingest/raw", `Bearer ${value}`, "an event");
    await send(server, "/api/v1/ingest/json", `Bearer ${value}`, "malformed");
    await send(server, "/api/v1/ingest/raw", `Basic ${Buffer.from(`${value}:`).toString("base64")}`, "an event");
    await send(server, "/services/collector", `Splunk ${value}`, "malformed");
    await server.app.inject({ url: "/graphql", method: "POST", headers: { authorization: `Bearer ${value}` }, payload: {} });
    await ask(
      server,
      server.localAdmin,
      `mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "again", customToken: "${value}" }) { name } }`,
    );
  }
  await received(server);
  await ask(server, server.localAdmin, `{ repository(name: "sandbox") { ingestTokens { token } } }`);
  await ask(server, server.localAdmin, `mutation { removeIngestToken(repositoryName: "sandbox", name: "custom") { result } }`);
  await server.app.close();
  return values;
}

/** A value as it may stand in bytes: as text, without its dashes, and as base64 and hexadecimal of its text. */
function shapes(value: string): string[] {
  const bytes = Buffer.from(value);
  return [value, value.replaceAll("-", ""), bytes.toString("base64").replace(/[^A-Za-z0-9].*$/u, ""), bytes.toString("hex")];
}

async function everyRow({ db }: Store): Promise<string> {
  const { rows: tables } = await sql<{
    name: string;
  }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(db);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select to_jsonb(t)::text as row from ${sql.table(name)} as t`.execute(db);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join("\n");
}

describeOnBothDatabases("values of ingest tokens", (open) => {
  it("stand in no row and no log line", async () => {
    const store = await open();
    const server = await testServer(store);
    const values = await useTokens(server);
    const rows = await everyRow(store);
    expect(rows).toContain("an event");
    expect(server.log()).toContain("/api/v1/ingest/raw");
    for (const shape of values.flatMap(shapes)) {
      expect(rows).not.toContain(shape);
      expect(server.log()).not.toContain(shape);
    }
  });
});

it("values of ingest tokens stand in no file of the data folder, its write-ahead log included", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
  try {
    const store = await openStore({ dataDir: folder });
    const values = await useTokens(await testServer(store));
    await store.close();
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const contents = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
    expect(files.some(({ parentPath }) => parentPath.endsWith("pg_wal"))).toBe(true);
    expect(
      contents.some((content) => content.includes("an event")),
      "plain texts are found",
    ).toBe(true);
    for (const shape of values.flatMap(shapes)) expect(contents.some((content) => content.includes(shape))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
