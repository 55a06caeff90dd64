import { DefaultQueryExecutor, sql } from "kysely";
import { expect, it, vi } from "vitest";

import { ask, openCallers } from "#server/testing/callers.ts";
import { createEmptyDatabase, describeOnBothDatabases } from "#server/testing/databases.ts";
import { openStore } from "./client.ts";
import { ensureNameIndex } from "./nameIndex.ts";

const page = `query ($search: String, $after: String) {
  tokenPage(kinds: [view, system], sortBy: Name, search: $search, after: $after) { totalResults next results { name } }
}`;
const list = `query ($search: String) { tokens(sortBy: Name, searchFilter: $search) { totalResults results { name } } }`;

describeOnBothDatabases("what names are paged and searched by", (open) => {
  it("is an index: neither a page nor a search reads all tokens", { timeout: 60_000 }, async () => {
    const { server, world } = await openCallers(open);
    const { db } = server.store;
    await sql`insert into tokens (id, kind, name, secret_hash, created_at, view_ids)
      select md5(number::text), 'view', 'Agent-' || number, decode(repeat('00', 32), 'hex'), number, '{}'
      from generate_series(1, 6000) as number`.execute(db);
    await sql`vacuum analyze tokens, token_names`.execute(db);
    const statements = vi.spyOn(DefaultQueryExecutor.prototype, "executeQuery");
    const asRoot = async (query: string, variables: object) => {
      statements.mockClear();
      const { data, errors } = await ask(server, world.bearer.root, query, variables);
      expect(errors).toEqual([]);
      const asked = statements.mock.calls.flatMap(([{ sql: text, parameters }]) =>
        text.includes("token_names") ? [{ text, parameters }] : [],
      );
      expect(asked).toHaveLength(1);
      const plans: string[] = [];
      for (const { text, parameters } of asked) {
        // With the values in their places, as the database plans it.
        const filled = text.replaceAll(/\$(\d+)/gu, (_, number: string) => literal(parameters[Number(number) - 1]));
        const { rows } = await sql<Record<string, string>>`explain ${sql.raw(filled)}`.execute(db.withoutPlugins());
        plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      }
      return { data: data ?? {}, plan: plans.join("\n") };
    };
    const first = await asRoot(page, {});
    expect(first.plan).toMatch(/Index (Only )?Scan using token_names_order/u);
    const { next } = first.data["tokenPage"] as { next: string };
    const second = await asRoot(page, { after: next });
    expect(second.plan).toMatch(/Index Cond: .*ROW\(/u);
    expect(second.plan).not.toContain("Seq Scan");
    for (const query of [page, list]) {
      const found = await asRoot(query, { search: "aGENT-4321" });
      expect(JSON.stringify(found.data)).toContain('"Agent-4321"');
      expect(found.plan).toContain("token_names_trigrams");
      expect(found.plan).toContain("token_names_id");
      expect(found.plan).not.toContain("Seq Scan");
    }
  });
});

it("is done without where the database lets nobody add the extension: a search finds the same, and the start says why", async () => {
  const address = await createEmptyDatabase();
  const owner = await openStore({ databaseUrl: address }, { upToDate: true });
  const { database } = (await sql<{ database: string }>`select current_database() as database`.execute(owner.db)).rows[0] ?? {};
  const role = `limited_${database}`;
  await sql`create role ${sql.id(role)} login password 'limited'`.execute(owner.db);
  await sql`grant all on schema public to ${sql.id(role)}`.execute(owner.db);
  const limited = new URL(address);
  limited.username = role;
  limited.password = "limited";
  const told = vi.fn<(reason: string) => void>();
  const store = await openStore({ databaseUrl: limited.href }, { onNoNameIndex: told });
  expect(told.mock.calls).toEqual([[expect.stringContaining("pg_trgm")]]);
  const indexes = sql<{ indexname: string }>`select indexname from pg_indexes where indexname = 'token_names_trigrams'`;
  expect((await indexes.execute(store.db)).rows).toEqual([]);
  const { rows } = await sql`select id from token_names where folded like '%x%'`.execute(store.db);
  expect(rows).toEqual([]);
  // Once somebody added it, the next start makes the index, wherever the extension is.
  await sql`create schema elsewhere`.execute(owner.db);
  await sql`create extension pg_trgm schema elsewhere`.execute(owner.db);
  await sql`grant usage on schema elsewhere to ${sql.id(role)}`.execute(owner.db);
  expect(await ensureNameIndex(store.db)).toBeUndefined();
  expect((await indexes.execute(store.db)).rows).toHaveLength(1);
  await Promise.all([store.close(), owner.close()]);
});

function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `array[${value.map(literal).join()}]::text[]`;
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  throw new Error("Only texts, numbers and lists of them are asked for.");
}
