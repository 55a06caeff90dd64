import { sql } from "kysely";

import {
  findConfigurations,
  readTexts,
  type CollectorConfiguration,
  type CollectorTexts,
} from "../services/collectorConfigurations.ts";
import type { FleetStore } from "../services/fleet.ts";
import { eventsInLastDay, readIngestTokens } from "../services/ingestTokens.ts";
import { readPolicies } from "../services/policies.ts";
import { readOrganization } from "../store/organization.ts";
import type {
  IpFilterRow,
  OrganizationRow,
  ParserRow,
  RoleRow,
  SearchDomainRow,
  UserRoleRow,
  UserRow,
  ViewConnectionRow,
} from "../store/schema.ts";

/**
 * Tables that many rows of one answer point to, each read once per request and only when asked for, so that a page of tokens
 * costs the same few statements whatever its length. These tables are small next to the tokens; a resolver never queries by row.
 */
export interface Loaders {
  readonly organization: () => Promise<OrganizationRow>;
  readonly policies: () => ReturnType<typeof readPolicies>;
  readonly ipFilters: () => Promise<ReadonlyMap<string, IpFilterRow>>;
  readonly searchDomains: () => Promise<ReadonlyMap<string, SearchDomainRow>>;
  readonly users: () => Promise<ReadonlyMap<string, UserRow>>;
  readonly roles: () => Promise<ReadonlyMap<string, RoleRow>>;
  readonly userRoles: () => Promise<readonly UserRoleRow[]>;
  readonly connections: () => Promise<readonly ViewConnectionRow[]>;
  /** The collector configuration of an id; those asked for at once are read at once. */
  readonly collectorConfiguration: (id: string) => Promise<CollectorConfiguration | undefined>;
  /** Its texts. */
  readonly collectorTexts: (id: string) => Promise<CollectorTexts | undefined>;
  /** Those of all repositories, with their values sealed. */
  readonly ingestTokens: () => ReturnType<typeof readIngestTokens>;
  /** The repositories' own parsers. */
  readonly parsers: () => Promise<readonly ParserRow[]>;
  /** By id of the ingest token. */
  readonly eventsInLastDay: () => ReturnType<typeof eventsInLastDay>;
  /** Forgets what was read: after a mutation, because the fields of its answer and the next mutation read what it wrote. */
  readonly forget: () => void;
}

/** Loaders of one request, which is judged by `now` (ms since epoch). */
export function makeLoaders(store: FleetStore, now: number): Loaders {
  const { db } = store;
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
    organization: once("organization", () => readOrganization(db)),
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
    collectorConfiguration: byKey((ids) => findConfigurations(store, ids)),
    collectorTexts: byKey((ids) => readTexts(store, ids)),
    ingestTokens: once("ingestTokens", () => readIngestTokens(db)),
    parsers: once("parsers", () => db.selectFrom("parsers").selectAll().execute()),
    eventsInLastDay: once("eventsInLastDay", () => eventsInLastDay(db, now)),
    forget: () => known.clear(),
  };
}

/**
 * Reads rows by id, all that are asked for in one turn of the event loop by one statement. Keeps nothing: the fields of one
 * answer ask together.
 */
function byKey<T extends { readonly id: string }>(read: (ids: string[]) => Promise<T[]>): (id: string) => Promise<T | undefined> {
  let waiting: { readonly ids: Set<string>; readonly rows: Promise<ReadonlyMap<string, T>> } | undefined;
  return async (id) => {
    if (waiting === undefined) {
      const ids = new Set<string>();
      const rows = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
        waiting = undefined;
        return byId(await read([...ids]));
      });
      waiting = { ids, rows };
    }
    waiting.ids.add(id);
    return (await waiting.rows).get(id);
  };
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}
