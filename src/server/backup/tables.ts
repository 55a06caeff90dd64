import { sql, type Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";

/** What a backup does with a table. */
type Keeping =
  | "kept"
  /** Of the trail, whose rows are written once: those that are chained are the same whenever they are read. */
  | "trail"
  /** Kept, and left out by a restore unless it is told otherwise: who is signed in, and who may be by a link. */
  | "session"
  /** Triggers write it anew. */
  | "derived"
  /** Holds nothing but in the middle of an act. */
  | "passing";

/** Every table there is, in an order in which no row comes before one that it refers to. The compiler names one that is missing. */
const keepings = {
  auditRecords: "trail",
  auditSeals: "trail",
  auditAnchor: "kept",
  organization: "kept",
  vaultCheck: "kept",
  ipFilters: "kept",
  tokenPolicies: "kept",
  users: "kept",
  searchDomains: "kept",
  viewConnections: "kept",
  roles: "kept",
  userRoles: "kept",
  groups: "kept",
  groupMembers: "kept",
  groupRoles: "kept",
  tokens: "kept",
  tokenNames: "derived",
  featureFlags: "kept",
  localAdministrators: "kept",
  parsers: "kept",
  ingestTokens: "kept",
  ingestHours: "kept",
  ingestEvents: "kept",
  collectorConfigurations: "kept",
  fleetTokens: "kept",
  noticeDeliveries: "kept",
  notices: "kept",
  noticeLooks: "kept",
  tokenNotes: "kept",
  findingThresholds: "kept",
  sessions: "session",
  signInCodes: "session",
  actsInParts: "passing",
} as const satisfies Record<keyof Database, Keeping>;

const named = Object.entries(keepings).map(
  ([name, keeping]: [string, Keeping]) => [name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`), keeping] as const,
);

/** The tables that a backup holds, by their names in SQL, in the order in which they can be filled. */
export const keptTables: readonly string[] = named
  .filter(([, keeping]) => keeping !== "derived" && keeping !== "passing")
  .map(([name]) => name);

/** Those of sessions and sign-in links. */
export const sessionTables: ReadonlySet<string> = new Set(
  named.filter(([, keeping]) => keeping === "session").map(([name]) => name),
);

/** The tables that a backup does not hold. */
export const otherTables: ReadonlySet<string> = new Set(
  named.filter(([, keeping]) => keeping === "derived" || keeping === "passing").map(([name]) => name),
);

/** A column as the database describes it. */
export interface Column {
  readonly name: string;
  /** As SQL writes it. */
  readonly type: string;
  /** Whether the database numbers it by itself. */
  readonly isNumbered: boolean;
}

/** Tables by their names in SQL, with their columns. */
export type Tables = ReadonlyMap<string, readonly Column[]>;

/** The tables of a database with their columns, but for those of the migrations themselves. */
export async function tablesOf(db: Kysely<Database>): Promise<Tables> {
  const { rows } = await sql<{ tableName: string; name: string; type: string; isNumbered: boolean }>`
    select class.relname as table_name, attribute.attname as name, attribute.attidentity <> '' as is_numbered,
      format_type(attribute.atttypid, attribute.atttypmod) as type
    from pg_class as class join pg_attribute as attribute on attribute.attrelid = class.oid
    where class.relnamespace = current_schema()::regnamespace and class.relkind = 'r' and class.relname not like 'kysely\\_%'
      and attribute.attnum > 0 and not attribute.attisdropped and attribute.attgenerated = ''
    order by class.relname, attribute.attnum`.execute(db);
  const tables = new Map<string, Column[]>();
  for (const { tableName, ...column } of rows) {
    const columns = tables.get(tableName) ?? [];
    columns.push(column);
    tables.set(tableName, columns);
  }
  return tables;
}
