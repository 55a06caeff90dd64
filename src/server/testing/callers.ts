import { randomUUID } from "node:crypto";

import { sql, type Kysely } from "kysely";

import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import { writeJson } from "#logscale/json.ts";

import { mintToken } from "#server/auth/secrets.ts";
import { createSignInCode } from "#server/auth/sessions.ts";
import { sealValue } from "#server/services/ingestTokens.ts";
import { randomId } from "#server/store/ids.ts";
import type { GroupRoleRow } from "#server/store/groupTables.ts";
import type { Database, NewTokenRow } from "#server/store/schema.ts";
import { createVault } from "#server/vault.ts";
import type { TestStore } from "./databases.ts";
import { testServer, type TestServer } from "./server.ts";

/** Every kind of caller whose credential is valid, with the reach that its name says. */
export const callerNames = [
  "view-",
  "view+",
  "organization-",
  "organization+",
  "system-",
  "system+",
  "user",
  "delegate",
  "member",
  "owner",
  "root",
  "local",
] as const;

/**
 * - `view-`, `organization-`, `system-`: a token of the kind with one harmless permission
 * - `view+`, `organization+`, `system+`: one with all permissions of its kind; the view tokens are for `sandbox` alone
 * - `user`: a user without roles
 * - `delegate`: a user with a role in `sandbox` that holds all view permissions, and ChangeIPFilters and ChangeSecurityPolicies
 * - `member`: a user without roles, in a group with that role in `sandbox` and for the organization: it may do what `delegate` may
 * - `owner`, `root`, `local`: an owner of the organization who is not root; root; the local administrator
 */
export type CallerName = (typeof callerNames)[number];

/** Callers whose credential is not, or no longer, valid. */
export const strangerNames = ["nobody", "expired", "deleted", "rotated", "filtered out"] as const;
export type StrangerName = (typeof strangerNames)[number];

/** An organization with one of everything, and the credentials of everybody in it. */
export interface Callers {
  readonly bearer: Readonly<Record<CallerName | Exclude<StrangerName, "nobody">, string>>;
  readonly users: Readonly<Record<"user" | "delegate" | "member" | "owner" | "root" | "victim", string>>;
  /**
   * Ids of tokens that nobody acts as: a view token for `sandbox` with ReadAccess, one of each other kind, and the victim's own.
   */
  readonly tokens: Readonly<Record<"personal" | "view" | "organization" | "system", string>>;
  readonly sandbox: string;
  /** A repository that only administrators reach. */
  readonly vault: string;
  /** A view without connections that only administrators reach. */
  readonly overview: string;
  /** A filter that nobody uses, and one that a token has. */
  readonly filters: { readonly free: string; readonly used: string };
  /** A role with ReadAccess. */
  readonly role: string;
  /** A role with ReadAccess, ViewUsage and ReadHealthCheck, which no user has. */
  readonly mixed: string;
  /** A group that no role is assigned to, with the victim in it. */
  readonly group: string;
  /** A group without members, with the mixed role in `sandbox`, for the organization, and for the system. */
  readonly holders: string;
  /** A parser of `sandbox`, which its ingest token `shipper` has. */
  readonly parser: string;
  /** The value of a fleet token without a configuration, and the id of a configuration without a token, never published. */
  readonly fleet: { readonly token: string; readonly configuration: string };
}

/**
 * A server with one of everything, and its rows as they are before the first test. Refused requests do not use up its patience.
 */
export async function openCallers(open: () => Promise<TestStore>, options: Parameters<typeof testServer>[1] = {}) {
  const server = await testServer(await open(), { ...options, limits: { failedRequests: 1e6 } });
  const world = await makeCallers(server);
  return { server, world, initial: await dump(server.store.db) };
}

/** Fills the organization of a test server. All tokens are made at the server's present. */
export async function makeCallers(server: TestServer): Promise<Callers> {
  const { db } = server.store;
  const { now } = server;
  const names = (catalogue: readonly { readonly name: string }[]) => catalogue.map(({ name }) => name);

  const sandbox = await db.selectFrom("searchDomains").select("id").where("name", "=", "sandbox").executeTakeFirstOrThrow();
  const vault = await insertDomain(db, "vault", now);
  const overview = await insertDomain(db, "overview", now, "view");
  const root = await db.selectFrom("users").select("id").where("isRoot", "=", true).executeTakeFirstOrThrow();
  const users = {
    user: await insertUser(db, "user", now, false),
    delegate: await insertUser(db, "delegate", now, false),
    member: await insertUser(db, "member", now, false),
    owner: await insertUser(db, "owner", now, true),
    root: root.id,
    victim: await insertUser(db, "victim", now, false),
  };
  const role = await insertRole(db, "reader", ["ReadAccess"], []);
  const power = await insertRole(db, "power", names(viewPermissions), ["ChangeIPFilters", "ChangeSecurityPolicies"]);
  await db.insertInto("userRoles").values({ userId: users.delegate, searchDomainId: sandbox.id, roleId: power }).execute();
  const mixed = await insertRole(db, "mixed", ["ReadAccess"], ["ViewUsage"], ["ReadHealthCheck"]);
  const inSandbox = { kind: "view", searchDomainId: sandbox.id } as const;
  const group = await insertGroup(db, "staff", [users.victim], []);
  await insertGroup(
    db,
    "crew",
    [users.member],
    [
      { ...inSandbox, roleId: power },
      { kind: "organization", searchDomainId: null, roleId: power },
    ],
  );
  const holders = await insertGroup(
    db,
    "holders",
    [],
    [
      { ...inSandbox, roleId: mixed },
      { kind: "organization", searchDomainId: null, roleId: mixed },
      { kind: "system", searchDomainId: null, roleId: mixed },
    ],
  );
  const filters = {
    free: await insertFilter(db, "free", "allow all", now),
    used: await insertFilter(db, "used", "allow all", now),
  };
  const nowhere = await insertFilter(db, "nowhere", "deny all", now);
  await db.updateTable("tokenPolicies").set({ allowPermissionUpdates: true }).where("kind", "<>", "personal").execute();
  await db.insertInto("featureFlags").values({ name: "SleepFunction" }).execute();

  const insert = async (kind: NewTokenRow["kind"], row: Partial<NewTokenRow> = {}, userId?: string) => {
    const { id, secretHash, tokenString } = mintToken(kind, userId);
    const limits = { expireAt: null, ipFilterId: null, createdBy: null, lastUsedAt: null, lastUsedFrom: null };
    await db
      .insertInto("tokens")
      .values({ id, secretHash, kind, name: `${kind} token`, createdAt: now, userId: userId ?? null, ...limits, ...row })
      .execute();
    return { id, tokenString };
  };
  const personal = async (user: keyof typeof users) => (await insert("personal", { name: user }, users[user])).tokenString;
  const ofSandbox = { viewIds: [sandbox.id] };

  const tokens = {
    personal: (await insert("personal", { name: "victim" }, users.victim)).id,
    view: (await insert("view", { ...ofSandbox, permissions: ["ReadAccess"], ipFilterId: filters.used })).id,
    organization: (await insert("organization", { permissions: ["ViewUsage"] })).id,
    system: (await insert("system", { permissions: ["ReadHealthCheck"] })).id,
  };
  // A link for the victim, which nobody has used.
  await createSignInCode(db, users.victim, now);
  const made = await ask(
    server,
    server.localAdmin,
    `mutation {
      token: createFleetInstallToken(name: "fleet token") { token }
      configuration: createLogCollectorConfiguration(name: "collector configuration") { id }
    }`,
  );
  const created = made.data as { token: { token: string }; configuration: { id: string } } | null;
  if (created === null) throw new Error(made.text);
  return {
    users,
    tokens,
    fleet: { token: created.token.token, configuration: created.configuration.id },
    sandbox: sandbox.id,
    vault,
    overview,
    filters,
    role,
    mixed,
    group,
    holders,
    parser: await insertShipper(db, sandbox.id, now),
    bearer: {
      "view-": (await insert("view", { ...ofSandbox, permissions: ["ReadAccess"] })).tokenString,
      "view+": (await insert("view", { ...ofSandbox, permissions: names(viewPermissions) })).tokenString,
      "organization-": (await insert("organization", { permissions: ["ViewUsage"] })).tokenString,
      "organization+": (await insert("organization", { permissions: names(organizationPermissions) })).tokenString,
      "system-": (await insert("system", { permissions: ["ReadHealthCheck"] })).tokenString,
      "system+": (await insert("system", { permissions: names(systemPermissions) })).tokenString,
      user: await personal("user"),
      delegate: await personal("delegate"),
      member: await personal("member"),
      owner: await personal("owner"),
      root: await personal("root"),
      local: server.localAdmin,
      expired: (await insert("organization", { permissions: names(organizationPermissions), expireAt: now })).tokenString,
      deleted: mintToken("organization").tokenString,
      // Its id is in force, with the secret that took the place of this one.
      rotated: `${(await insert("organization", { permissions: names(organizationPermissions) })).id}~${"a".repeat(44)}`,
      "filtered out": (await insert("system", { permissions: names(systemPermissions), ipFilterId: nowhere })).tokenString,
    },
  };
}

async function insertUser(db: Kysely<Database>, username: string, createdAt: number, isOrgRoot: boolean): Promise<string> {
  const id = randomId(24);
  await db.insertInto("users").values({ id, username, createdAt, isOrgRoot }).execute();
  return id;
}

async function insertDomain(
  db: Kysely<Database>,
  name: string,
  createdAt: number,
  type: "repository" | "view" = "repository",
): Promise<string> {
  const id = randomId(24);
  await db.insertInto("searchDomains").values({ id, name, type, createdAt }).execute();
  return id;
}

/** A parser and an ingest token that has it, whose value can be read again. */
async function insertShipper(db: Kysely<Database>, repositoryId: string, createdAt: number): Promise<string> {
  const id = randomId(32);
  await db
    .insertInto("parsers")
    .values({ id, repositoryId, name: "own-parser", script: "", testCases: "[]", languageVersion: "legacy" })
    .execute();
  const tokenId = randomId(24);
  // Under the key of the test server.
  const sealed = sealValue(createVault(new Uint8Array(32).fill(7)), tokenId, randomUUID());
  await db
    .insertInto("ingestTokens")
    .values({
      id: tokenId,
      repositoryId,
      name: "shipper",
      parserName: "own-parser",
      ...sealed,
      isCustom: false,
      weakness: null,
      createdAt,
      createdBy: "somebody",
      lastUsedAt: null,
      lastUsedFrom: null,
    })
    .execute();
  return id;
}

async function insertRole(
  db: Kysely<Database>,
  name: string,
  view: string[],
  organization: string[],
  system: string[] = [],
): Promise<string> {
  const id = randomId(32);
  await db
    .insertInto("roles")
    .values({ id, displayName: name, viewPermissions: view, organizationPermissions: organization, systemPermissions: system })
    .execute();
  return id;
}

async function insertGroup(
  db: Kysely<Database>,
  name: string,
  userIds: readonly string[],
  roles: readonly Omit<GroupRoleRow, "groupId">[],
): Promise<string> {
  const groupId = randomId(32);
  await db.insertInto("groups").values({ id: groupId, displayName: name, lookupName: null }).execute();
  for (const userId of userIds) await db.insertInto("groupMembers").values({ groupId, userId }).execute();
  for (const role of roles)
    await db
      .insertInto("groupRoles")
      .values({ groupId, ...role })
      .execute();
  return groupId;
}

async function insertFilter(db: Kysely<Database>, name: string, ipFilter: string, createdAt: number): Promise<string> {
  const id = randomId(32);
  await db.insertInto("ipFilters").values({ id, name, ipFilter, createdAt }).execute();
  return id;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly string[];
    readonly extensions: { readonly code: string; readonly field?: string };
  }[];
}

/** Asks the server as the bearer of a token; as nobody without one. */
export async function ask(
  server: TestServer,
  bearer: string | undefined,
  query: string,
  variables: object = {},
  more: object = {},
): Promise<Answer> {
  const response = await server.app.inject({
    method: "POST",
    url: "/graphql",
    headers: { "content-type": "application/json", ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
    payload: writeJson({ query, variables, ...more }),
  });
  const isJson = response.headers["content-type"]?.toString().startsWith("application/json") === true;
  const { data = null, errors = [] } = isJson ? response.json<Partial<Answer>>() : {};
  return { status: response.statusCode, text: response.body, data, errors };
}

/** Asks the server to change what it keeps about findings, as the bearer of a token or in a session. */
export async function askNotes(
  server: TestServer,
  headers: Readonly<Record<string, string>>,
  change: NoteChange,
): Promise<Answer> {
  const response = await server.app.inject({
    method: "POST",
    url: findingNotesPath,
    headers: { "content-type": "application/json", ...headers },
    payload: JSON.stringify(change),
  });
  const { statusCode: status, body: text } = response;
  if (status === 200) return { status, text, data: response.json<Record<string, unknown>>(), errors: [] };
  const code = { 400: "BAD_INPUT", 403: "NOT_ALLOWED", 404: "NOT_FOUND", 409: "STALE_VERSION" }[status];
  if (code === undefined) return { status, text, data: null, errors: [] };
  return { status, text, data: null, errors: [{ message: response.json<{ message: string }>().message, extensions: { code } }] };
}

/** The tables of an organization. */
const tables = [
  "organization",
  "ip_filters",
  "token_policies",
  "users",
  "search_domains",
  "view_connections",
  "roles",
  "user_roles",
  "groups",
  "group_members",
  "group_roles",
  "tokens",
  "token_names",
  "feature_flags",
  "parsers",
  "ingest_tokens",
  "collector_configurations",
  "fleet_tokens",
  "token_notes",
  "finding_thresholds",
  "sign_in_codes",
] as const;

/** The rows of every table as text, equal when nothing has changed but when tokens were used. */
export async function dump(db: Kysely<Database>): Promise<Readonly<Record<string, string>>> {
  const selects = tables.map(
    (table) => sql`
      select ${sql.lit(table)} as name,
        coalesce(jsonb_agg(to_jsonb(t) - 'last_used_at' - 'last_used_from' - 'first_used_at' order by to_jsonb(t)::text), '[]')::text as rows
      from ${sql.table(table)} as t`,
  );
  const { rows } = await sql<{ name: string; rows: string }>`${sql.join(selects, sql` union all `)}`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
}

/** What goes with a user, a repository or an ingest token, and is not dumped. */
const dependents = ["sessions", "ingest_hours", "ingest_events"] as const;

/**
 * Puts back the rows that {@link dump} gave, in the tables that have others by now, and removes what depends on rows. `present` is what a
 * dump gives now, where that is known.
 */
export async function restore(
  db: Kysely<Database>,
  rows: Readonly<Record<string, string>>,
  present?: Readonly<Record<string, string>>,
): Promise<void> {
  const now = present ?? (await dump(db));
  const changed = tables.filter((table) => now[table] !== rows[table]);
  await db.transaction().execute(async (trx) => {
    for (const table of dependents) await sql`delete from ${sql.table(table)}`.execute(trx);
    // Rows of other tables refer to these. What is put back at the end of the transaction satisfies them again.
    await sql`set local session_replication_role = replica`.execute(trx);
    for (const table of changed) {
      await sql`delete from ${sql.table(table)}`.execute(trx);
      await sql`
        insert into ${sql.table(table)}
        select * from jsonb_populate_recordset(null::${sql.table(table)}, ${rows[table]}::jsonb)`.execute(trx);
    }
  });
}

/** Policies that enforce nothing, as the input of `updateTokenSecurityPolicies` without its system part. */
export const openPolicies = {
  personalUserTokensEnabled: true,
  viewPermissionTokensEnabled: true,
  viewPermissionTokensAllowPermissionUpdates: true,
  organizationPermissionTokensEnabled: true,
  organizationPermissionTokensAllowPermissionUpdates: true,
};
