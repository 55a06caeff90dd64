import { sql, type Kysely } from "kysely";

import { readPolicies } from "../services/policies.ts";
import type {
  Database,
  IpFilterRow,
  RoleRow,
  SearchDomainRow,
  UserRoleRow,
  UserRow,
  ViewConnectionRow,
} from "../store/schema.ts";

/**
 * Tables that many rows of one answer point to, each read once per request and only when asked for, so that a page of tokens costs
 * the same few statements whatever its length. These tables are small next to the tokens; a resolver never queries by row.
 */
export interface Loaders {
  readonly policies: () => ReturnType<typeof readPolicies>;
  readonly ipFilters: () => Promise<ReadonlyMap<string, IpFilterRow>>;
  readonly searchDomains: () => Promise<ReadonlyMap<string, SearchDomainRow>>;
  readonly users: () => Promise<ReadonlyMap<string, UserRow>>;
  readonly roles: () => Promise<ReadonlyMap<string, RoleRow>>;
  readonly userRoles: () => Promise<readonly UserRoleRow[]>;
  readonly connections: () => Promise<readonly ViewConnectionRow[]>;
  /** Forgets what was read: after a mutation, because the fields of its answer and the next mutation read what it wrote. */
  readonly forget: () => void;
}

/** Loaders of one request. */
export function makeLoaders(db: Kysely<Database>): Loaders {
  const known = new Map<string, Promise<unknown>>();

  function once<T>(name: string, read: () => Promise<T>): () => Promise<T> {
    let value: Promise<T> | undefined;
    return () => {
      if (value === undefined || !known.has(name)) {
        value = read();
        known.set(name, value);
      }
      return value;
    };
  }

  return {
    policies: once("policies", () => readPolicies(db)),
    ipFilters: once("ipFilters", async () => byId(await db.selectFrom("ipFilters").selectAll().execute())),
    searchDomains: once("searchDomains", async () =>
      byId(await db.selectFrom("searchDomains").selectAll().orderBy("name").execute()),
    ),
    users: once("users", async () => byId(await db.selectFrom("users").selectAll().orderBy("username").execute())),
    roles: once("roles", async () =>
      byId(await db.selectFrom("roles").selectAll().orderBy("displayName").orderBy("id").execute()),
    ),
    userRoles: once("userRoles", () =>
      db
        .selectFrom("userRoles")
        .selectAll()
        .orderBy(sql`user_id, search_domain_id, role_id`)
        .execute(),
    ),
    connections: once("connections", () =>
      db
        .selectFrom("viewConnections")
        .selectAll()
        .orderBy(sql`view_id, repository_id, filter`)
        .execute(),
    ),
    forget: () => known.clear(),
  };
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}
