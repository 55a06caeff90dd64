import { DefaultQueryExecutor, sql } from "kysely";
import { expect, it, onTestFinished, vi } from "vitest";

import { ask, openCallers } from "#server/testing/callers.ts";
import { createEmptyDatabase, describeOnBothDatabases } from "#server/testing/databases.ts";
import { openStore } from "./client.ts";
import { ensureNameIndex } from "./nameIndex.ts";

const page = `query ($search: String, $after: String) {
  tokenPage(kinds: [view, system], sortBy: Name, search: $search, after: $after) { totalResults next results { name } }
}`;
const list = `query ($search: String) { tokens(sortBy: Name, searchFilter: $search) { totalResults results { name } } }`;

/** All statements from now on. Left in place it would keep all those of the tests behind this one. */
function spiedStatements() {
  const statements = vi.spyOn(DefaultQueryExecutor.prototype, "executeQuery");
  onTestFinished(() => statements.mockRestore());
  return statements;
}

describeOnBothDatabases("what names are paged and searched by", (open) => {
  it("is an index: neither a page nor a search reads all tokens", { timeout: 60_000 }, async () => {
    const { server, world } = await openCallers(open);
    const { db } = server.store;
    await sql`insert into tokens (id, kind, name, secret_hash, created_at, view_ids)
      select md5(number::text), 'view', 'Agent-' || number, decode(repeat('00', 32), 'hex'), number, '{}'
      from generate_series(1, 6000) as number`.execute(db);
    await sql`vacuum analyze tokens, token_names`.execute(db);
    const statements = spiedStatements();
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
        const { rows } = await sql<Record<string, string>>`explain ${filled(text, parameters)}`.execute(db.withoutPlugins());
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

  it("lets a page be read with few rows: all are counted for who asks, and of those found only the page's are read", async () => {
    const { server, world } = await openCallers(open);
    const { db } = server.store;
    await sql`insert into tokens (id, kind, name, secret_hash, created_at, view_ids)
      select md5(number::text), case when number % 2 = 0 then 'view' else 'system' end,
        'Agent-' || number || case when number % 20 = 0 then ' nightly' else '' end, decode(repeat('00', 32), 'hex'), number, '{}'
      from generate_series(1, 6000) as number`.execute(db);
    await sql`vacuum analyze tokens, token_names`.execute(db);
    const statements = spiedStatements();
    const read = async (fields: string, search: string) => {
      statements.mockClear();
      const query = `query ($search: String) { tokenPage(kinds: [view, system], sortBy: Name, search: $search) { ${fields} } }`;
      const { data, errors } = await ask(server, world.bearer.root, query, { search });
      expect(errors).toEqual([]);
      const asked = statements.mock.calls.flatMap(([{ sql: text, parameters }]) =>
        /\btoken_names\b|\bcount\(/u.test(text) ? [{ text, parameters }] : [],
      );
      const counted = { tokens: 0, names: 0, page: data?.["tokenPage"] as { totalResults?: number; results?: object[] } };
      for (const { text, parameters } of asked) {
        const explain = sql<Record<string, readonly { Plan: PlanNode }[]>>`
          explain (analyze, timing off, format json) ${filled(text, parameters)}`;
        for (const row of (await explain.execute(db.withoutPlugins())).rows) {
          const plan = row["QUERY PLAN"]?.[0]?.Plan;
          counted.tokens += rowsRead(plan, "tokens");
          counted.names += rowsRead(plan, "token_names");
        }
      }
      return counted;
    };
    const rows = "results { id } next";
    // A page of 50 of two kinds, and one row more of each to know whether there is another page.
    const ofAPage = 2 * 51;
    const first = await read(rows, "");
    expect(first.page.results).toHaveLength(50);
    expect(first.tokens).toBeLessThanOrEqual(ofAPage);
    expect(first.names).toBeLessThanOrEqual(ofAPage);
    const counted = await read(`totalResults ${rows}`, "");
    expect(counted.page.totalResults).toBeGreaterThan(6000);
    expect(counted.tokens).toBeGreaterThan(6000);
    // Found by an index, counted by name, and read for the page alone.
    const some = await read(`totalResults ${rows}`, "nightly");
    expect(some.page).toMatchObject({ totalResults: 300 });
    expect(some.tokens).toBeLessThanOrEqual(51);
    // Too many to count: as soon as that is known, they are walked to the end of the page.
    const many = await read(`totalResults ${rows}`, "agent");
    expect(many.page.totalResults).toBeNull();
    expect(many.page.results).toHaveLength(50);
    expect(many.tokens).toBeLessThanOrEqual(51 + ofAPage);
    expect(many.names).toBeLessThan(1500);
  });
});

/** A node of a plan, as PostgreSQL tells it. */
interface PlanNode {
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How many rows of a table a statement read, whether it used them or not. */
function rowsRead(node: PlanNode | undefined, table: string): number {
  if (node === undefined) return 0;
  const below = (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan, table), 0);
  if (node["Relation Name"] !== table) return below;
  const removed = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
  return below + (node["Actual Rows"] + removed) * node["Actual Loops"];
}

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

/** A statement with its values in their places, as the database plans it. */
function filled(text: string, parameters: readonly unknown[]) {
  return sql.raw(text.replaceAll(/\$(\d+)/gu, (_, number: string) => literal(parameters[Number(number) - 1])));
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `array[${value.map(literal).join()}]::text[]`;
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  throw new Error("Only texts, numbers and lists of them are asked for.");
}
