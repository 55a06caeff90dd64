import { openAsBlob, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { sql, type Kysely } from "kysely";
import { expect, inject, onTestFinished } from "vitest";

import { verifyAudit } from "#server/audit/verify.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { openPglite } from "#server/store/pglite.ts";
import type { Database } from "#server/store/schema.ts";
import { createEmptyDatabase } from "#server/testing/databases.ts";
import { testServer } from "#server/testing/server.ts";
import { createVault } from "#server/vault.ts";
import { Client } from "pg";

import { fleet, ingestToken, installationKey, madeAt, sessionCookie, tokens, tokenString, type KnownToken } from "./known.ts";

/** The names of the migrations whose release's database is kept here, in their order. */
export function oldDatabases(): readonly string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length))
    .sort();
}

/** The statements that make the database of the release of a migration. */
export function statementsOf(name: string): readonly string[] {
  const statements: string[] = [];
  let statement = "";
  for (const line of readFileSync(join(import.meta.dirname, `${name}.sql`), "utf8").split("\n")) {
    statement += `${line}\n`;
    // The body of a function stands between two equal marks.
    const marks = statement.match(/\$\w*\$/gu)?.length ?? 0;
    if (!line.endsWith(";") || marks % 2 === 1) continue;
    statements.push(statement);
    statement = "";
  }
  return statements;
}

/** A statement that a release ran, its parameters with bytes in hexadecimal, and how many rows it gave or changed. */
export interface OldStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly rows: number | null;
}

/**
 * What an instance of the release of 0010, the oldest that chains its trail as it is chained today, ran on its database as it is kept here:
 * it was started, asked for every kind of change, and ended. Recorded at its driver, once; reading statements are there once each.
 */
export function oldStatements(): readonly OldStatement[] {
  return readFileSync(join(import.meta.dirname, "0010-statements.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as OldStatement);
}

type Rows = ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;

interface OldDatabase {
  readonly query: (statement: string) => Promise<readonly unknown[]>;
  /** Opens it as the server does, which brings it up to date. */
  readonly open: () => Promise<Store>;
}

/** Makes the database of a release on PGlite or on PostgreSQL. */
export async function makeOldDatabase(
  kind: Store["kind"],
  name: string,
): Promise<OldDatabase & { readonly databaseUrl?: string }> {
  const made = kind === "pglite" ? await onPglite() : await onPostgres();
  for (const statement of statementsOf(name)) await made.query(statement);
  return made;
}

async function onPglite(): Promise<OldDatabase> {
  const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
  onTestFinished(() => engine.close());
  const query = async (statement: string) => (await engine.query(statement, [])).rows;
  await query("drop schema public cascade");
  await query("create schema public");
  return { query, open: () => openStore({ engine: { ...engine, close: () => Promise.resolve() } }) };
}

async function onPostgres(): Promise<OldDatabase & { readonly databaseUrl: string }> {
  const databaseUrl = await createEmptyDatabase();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return {
    databaseUrl,
    query: async (statement) => (await client.query<object>(statement)).rows,
    open: () => openStore({ databaseUrl }),
  };
}

/** All rows of all tables but those in which the migrations are written down. */
async function allRows(query: OldDatabase["query"]): Promise<Rows> {
  const tables = (await query(
    "select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely_%' order by tablename",
  )) as { tablename: string }[];
  const rows = new Map<string, Record<string, unknown>[]>();
  for (const { tablename } of tables) {
    const found = (await query(`select to_jsonb(t)::text as row from ${tablename} t`)) as { row: string }[];
    rows.set(
      tablename,
      found.map(({ row }) => JSON.parse(row) as Record<string, unknown>),
    );
  }
  return rows;
}

/** A row as one text, of these columns alone. */
const textOf = (row: Readonly<Record<string, unknown>>, columns: readonly string[]) =>
  JSON.stringify(columns.map((column) => row[column] ?? null));

/**
 * Makes the database of a release, opens it, and looks whether everything in it is still there and means what it meant.
 */
export async function upgrades(kind: Store["kind"], name: string): Promise<void> {
  const old = await makeOldDatabase(kind, name);
  const before = await allRows(old.query);
  for (const [table, rows] of before) {
    // Empty but for moments.
    if (table !== "acts_in_parts") expect(rows, `${name} has no row in ${table}`).not.toHaveLength(0);
  }
  const store = await old.open();
  onTestFinished(() => store.close());
  const after = await allRows(old.query);
  for (const [table, rows] of before) {
    const columns = Object.keys(rows[0] ?? {}).sort();
    const kept = (after.get(table) ?? []).map((row) => textOf(row, columns)).sort();
    expect(kept, `${table} of ${name}`).toEqual(rows.map((row) => textOf(row, columns)).sort());
  }
  await means(store, before);
}

async function means(store: Store, before: Rows): Promise<void> {
  const vault = createVault(installationKey);
  const server = await testServer(store, { vault });
  server.now = madeAt + 1000;
  const ask = (credential: string, query: string) =>
    server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
      payload: JSON.stringify({ query }),
    });
  const had = new Set(before.get("tokens")?.map(({ name }) => name));
  const expected: Record<KnownToken, number> = {
    personal: 200,
    view: 200,
    organization: 200,
    system: 200,
    created: 200,
    filtered: 403,
    expired: 401,
  };
  for (const [which, status] of Object.entries(expected) as [KnownToken, number][]) {
    if (!had.has(tokens[which].name)) continue;
    expect((await ask(tokenString(which), "{ organization { id } }")).statusCode, which).toBe(status);
  }
  const signedIn = await server.app.inject({ url: "/session", headers: { cookie: `tokenhouse-80=${sessionCookie}` } });
  expect(signedIn.body).toContain('"reader"');
  const told = (
    await ask(
      server.localAdmin,
      `{ ipFilters { name ipFilter }
       organization { name configs { tokens { viewPermissionTokensEnforceExpirationAfterMs viewPermissionTokensEnforceIpFilter { name } } } } }`,
    )
  ).json<{ data: unknown }>();
  expect(told.data).toEqual({
    ipFilters: [
      { name: "everywhere", ipFilter: "allow all" },
      { name: "nowhere", ipFilter: "allow 192.0.2.1" },
    ],
    organization: {
      name: "Old",
      configs: {
        tokens: {
          viewPermissionTokensEnforceExpirationAfterMs: 400 * 86_400_000,
          viewPermissionTokensEnforceIpFilter: { name: "everywhere" },
        },
      },
    },
  });
  await listsTokens(store.db, async (search) => {
    const found = await ask(
      server.localAdmin,
      `{ tokens(typeFilter: [ViewPermissionToken, OrganizationPermissionToken, SystemPermissionToken],
          searchFilter: "${search}", sortBy: Name, limit: 100) { totalResults results { name } } }`,
    );
    return found.json<{ data: { tokens: { results: { name: string }[] } } }>().data.tokens.results.map(({ name }) => name);
  });
  const searched = await ask(server.localAdmin, `{ repository(name: "sandbox") { automaticSearch } }`);
  expect(searched.json()).toEqual({ data: { repository: { automaticSearch: true } } });
  if (before.has("ingest_tokens")) {
    const shippers = await ask(server.localAdmin, `{ repository(name: "sandbox") { ingestTokens { name token } } }`);
    expect(shippers.json()).toEqual({
      data: { repository: { ingestTokens: [{ name: ingestToken.name, token: ingestToken.value }] } },
    });
  }
  if (before.has("fleet_tokens")) {
    const collectors = await ask(
      server.localAdmin,
      `{ fleetInstallationTokens { name } logCollectorConfiguration(id: "${fleet.configuration}") { yaml } }`,
    );
    expect(collectors.json()).toEqual({
      data: { fleetInstallationTokens: [{ name: fleet.name }], logCollectorConfiguration: { yaml: fleet.yaml } },
    });
  }
  if (before.has("audit_records")) await trailHolds(store.db);
  await server.app.close();
}

/** Every token is listed and found, also those that were there before lists had a table of their own. */
async function listsTokens(db: Kysely<Database>, search: (text: string) => Promise<readonly string[]>): Promise<void> {
  const names = (await db.selectFrom("tokens").select("name").where("kind", "<>", "personal").execute()).map(({ name }) => name);
  expect((await search("")).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(await search(name)).toContain(name);
  const { rows } = await sql`
    select from tokens full join token_names as named on named.id = tokens.id
    where named.kind is distinct from tokens.kind or named.folded is distinct from lower(tokens.name)
      or named.name_order is distinct from token_name_order(lower(tokens.name))`.execute(db);
  expect(rows).toEqual([]);
}

async function trailHolds(db: Kysely<Database>): Promise<void> {
  const report = await verifyAudit(db, createVault(installationKey), undefined);
  expect(report.faults).toEqual([]);
  // The one after the cut, and what told of the cut.
  expect(report.records).toBeGreaterThanOrEqual(2);
  const { rows } = await sql<{ n: number }>`select count(*) as n from audit_anchor`.execute(db);
  expect(rows).toEqual([{ n: 1 }]);
}
