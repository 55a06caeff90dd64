import type { Actor } from "#server/access/actor.ts";
import {
  findConfigurations,
  readTexts,
  type CollectorConfiguration,
  type CollectorTexts,
} from "#server/services/collectorConfigurations.ts";
import { readFeatureFlags } from "#server/services/featureFlags.ts";
import { listFleetTokens, type FleetStore, type FleetTokenModel } from "#server/services/fleet.ts";
import { fleetJwt } from "#server/services/fleetJwt.ts";
import { eventsInLastDay, openValue, readIngestTokens } from "#server/services/ingestTokens.ts";
import { listGroupRoles, listGroups, listMemberships, readGroupsOfUsers, type UserGroups } from "#server/services/groups.ts";
import { listIpFilters } from "#server/services/ipFilters.ts";
import { parsersOf, readParserContents, readParsers, type Parser, type ParserContent } from "#server/services/parsers.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { readRecentEvents, type RecentEvents } from "#server/services/recentEvents.ts";
import { listAssignedRoles, listRoles } from "#server/services/roles.ts";
import { listConnections, listSearchDomains } from "#server/services/searchDomains.ts";
import { countUsers, listUsers, readUsers } from "#server/services/users.ts";
import { readReplaced, readReplacedIngest } from "#server/services/successors.ts";
import { readFiltersOfTokens, readTokens } from "#server/services/tokens/find.ts";
import { readOrganization } from "#server/store/organization.ts";
import type { GroupMemberRow, GroupRoleRow, GroupRow } from "#server/store/groupTables.ts";
import type { IngestTokenModel } from "#server/store/ingestTables.ts";
import type {
  IpFilterRow,
  OrganizationRow,
  RoleRow,
  SearchDomainRow,
  TokenModel,
  UserRoleRow,
  UserRow,
  ViewConnectionRow,
} from "#server/store/schema.ts";

type Groups<T> = ReadonlyMap<string, readonly T[]>;

/**
 * What many rows of one answer point to. Each is read at most once per request, and only when asked for: a page of tokens costs the same
 * few statements at any length, and a list costs the same under fifty aliases as under one. A resolver never queries by row.
 */
export interface Loaders {
  readonly organization: () => Promise<OrganizationRow>;
  readonly userCount: () => Promise<number>;
  /** Names of the feature flags that are on. */
  readonly featureFlags: () => Promise<ReadonlySet<string>>;
  readonly policies: () => ReturnType<typeof readPolicies>;
  /** By id, in the order of their names. */
  readonly ipFilters: () => Promise<ReadonlyMap<string, IpFilterRow>>;
  readonly searchDomains: () => Promise<ReadonlyMap<string, SearchDomainRow>>;
  readonly users: () => Promise<ReadonlyMap<string, UserRow>>;
  /** One user, without reading them all. */
  readonly user: (id: string) => Promise<UserRow | undefined>;
  /** A token, whoever may see it. */
  readonly token: (id: string) => Promise<TokenModel | undefined>;
  /** What a governed token replaces, where the caller may list that. */
  readonly replaced: (id: string) => Promise<{ readonly replaces: string } | undefined>;
  /** The name of what an ingest token replaces. */
  readonly replacedIngest: (id: string) => Promise<{ readonly name: string } | undefined>;
  /** Ids of the IP filters on tokens that the caller may administer. */
  readonly filtersOfTokens: () => Promise<ReadonlySet<string>>;
  readonly roles: () => Promise<ReadonlyMap<string, RoleRow>>;
  /** Which user has which role in which search domain: by the user's id, the search domain's, and the role's. */
  readonly rolesOfUsers: () => Promise<Groups<UserRoleRow>>;
  readonly rolesInSearchDomains: () => Promise<Groups<UserRoleRow>>;
  readonly holdersOfRoles: () => Promise<Groups<UserRoleRow>>;
  /** By id, in the order of their names. */
  readonly groups: () => Promise<ReadonlyMap<string, GroupRow>>;
  /** Who is in which group: by the group's id, and by the user's. */
  readonly membersOfGroups: () => Promise<Groups<GroupMemberRow>>;
  readonly groupsOfUsers: () => Promise<Groups<GroupMemberRow>>;
  /** The groups of one user, without reading them all. */
  readonly groupsOfUser: (id: string) => Promise<UserGroups | undefined>;
  /** Which roles are assigned to which group: by the group's id. */
  readonly rolesOfGroups: () => Promise<Groups<GroupRoleRow>>;
  /** By the view's id. */
  readonly connections: () => Promise<Groups<ViewConnectionRow>>;
  readonly fleetTokens: () => Promise<readonly FleetTokenModel[]>;
  /** The signed form of a fleet token, for this server's address. */
  readonly fleetJwt: (token: FleetTokenModel) => Promise<string>;
  readonly collectorConfiguration: (id: string) => Promise<CollectorConfiguration | undefined>;
  readonly collectorTexts: (id: string) => Promise<CollectorTexts | undefined>;
  /** Those of a repository, with their values sealed. */
  readonly ingestTokens: (repositoryId: string) => Promise<readonly IngestTokenModel[]>;
  readonly ingestTokenValue: (token: IngestTokenModel) => string;
  /** The parsers that a repository can use, by name. */
  readonly parsers: (repositoryId: string) => Promise<readonly Parser[]>;
  /** What a repository's own parser is made of; undefined for one that was deleted meanwhile. */
  readonly parserContent: (id: string) => Promise<ParserContent | undefined>;
  readonly recentEvents: (repositoryId: string) => Promise<RecentEvents | undefined>;
  /** By id of the ingest token. */
  readonly eventsInLastDay: () => ReturnType<typeof eventsInLastDay>;
  /** Forgets what was read: after a mutation, because the fields of its answer and the next mutation read what it wrote. */
  readonly forget: () => void;
}

/** What loaders work on and with. */
export interface LoaderSource extends FleetStore {
  readonly actor: () => Promise<Actor>;
  /** The instant that the request is judged by, ms since epoch. */
  readonly now: number;
  /** Address under which browsers reach this server. */
  readonly publicUrl: string;
  /** Writes the ingest counts that still wait, so that whoever has just sent data sees it. */
  readonly settleIngest: () => Promise<void>;
}

/** How many rows one statement reads where their size is not known beforehand. Between statements the limit is checked. */
const chunks = {
  /** A configuration has 200 kB of text at most, twice. */
  collectorTexts: 16,
  parserContent: 8,
  /** A repository keeps 400 kB of events. */
  repositories: 16,
  small: 1000,
} as const;

export function makeLoaders(source: LoaderSource): Loaders {
  const { db, vault, now, publicUrl } = source;
  let known = new Map<string, Promise<unknown>>();

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

  /** The row of each id once; those that are asked for in one turn of the event loop are read together, chunk by chunk. */
  function byKey<T extends { readonly id: string }>(
    name: string,
    chunk: number,
    read: (ids: readonly string[]) => Promise<readonly T[]>,
  ): (id: string) => Promise<T | undefined> {
    let waiting: Set<string> | undefined;
    let last: Promise<ReadonlyMap<string, T>> = Promise.resolve(new Map());

    async function readWaiting(ids: ReadonlySet<string>, before: Promise<unknown>): Promise<ReadonlyMap<string, T>> {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (waiting === ids) waiting = undefined;
      await before.catch(() => undefined);
      const rows: T[] = [];
      const all = [...ids];
      for (let start = 0; start < all.length; start += chunk) rows.push(...(await read(all.slice(start, start + chunk))));
      return byId(rows);
    }

    return (id) => {
      const key = `${name} ${id}`;
      const before = known.get(key) as Promise<T | undefined> | undefined;
      if (before !== undefined) return before;
      if (waiting === undefined) {
        waiting = new Set();
        last = readWaiting(waiting, last);
      }
      waiting.add(id);
      const row = last.then((rows) => rows.get(id));
      known.set(key, row);
      return row;
    };
  }

  const userRoles = once("userRoles", () => listAssignedRoles(db));
  const memberships = once("memberships", () => listMemberships(db));
  const groupRoles = once("groupRoles", () => listGroupRoles(db));
  const settled = once("settled", source.settleIngest);
  const ownParsers = once("ownParsers", async () => groupBy(await readParsers(db), ({ repositoryId }) => repositoryId));
  // Lists of all of them ask for some repositories at a time.
  const ingestTokens = byKey("ingestTokens", chunks.small, async (ids) => {
    await settled();
    const tokens = groupBy(await readIngestTokens(db, ids), ({ repositoryId }) => repositoryId);
    return ids.map((id) => ({ id, tokens: tokens.get(id) ?? [] }));
  });
  const parsersOfRepository = new WeakMap<object, Map<string, readonly Parser[]>>();
  const values = new WeakMap<IngestTokenModel, string>();
  const jwts = new WeakMap<FleetTokenModel, Promise<string>>();

  return {
    organization: once("organization", () => readOrganization(db)),
    userCount: once("userCount", () => countUsers(db)),
    featureFlags: once("featureFlags", () => readFeatureFlags(db)),
    policies: once("policies", () => readPolicies(db)),
    ipFilters: once("ipFilters", async () => byId(await listIpFilters(db))),
    searchDomains: once("searchDomains", async () => byId(await listSearchDomains(db))),
    users: once("users", async () => byId(await listUsers(db))),
    user: byKey("user", chunks.small, (ids) => readUsers(db, ids)),
    token: byKey("token", chunks.small, (ids) => readTokens(db, ids)),
    replaced: byKey("replaced", chunks.small, async (ids) => readReplaced(await source.actor(), ids)),
    replacedIngest: byKey("replacedIngest", chunks.small, (ids) => readReplacedIngest({ db }, ids)),
    filtersOfTokens: once("filtersOfTokens", async () => readFiltersOfTokens(await source.actor())),
    roles: once("roles", async () => byId(await listRoles(db))),
    rolesOfUsers: once("rolesOfUsers", async () => groupBy(await userRoles(), ({ userId }) => userId)),
    rolesInSearchDomains: once("rolesInSearchDomains", async () =>
      groupBy(await userRoles(), ({ searchDomainId }) => searchDomainId),
    ),
    holdersOfRoles: once("holdersOfRoles", async () => groupBy(await userRoles(), ({ roleId }) => roleId)),
    groups: once("groups", async () => byId(await listGroups(db))),
    membersOfGroups: once("membersOfGroups", async () => groupBy(await memberships(), ({ groupId }) => groupId)),
    groupsOfUsers: once("groupsOfUsers", async () => groupBy(await memberships(), ({ userId }) => userId)),
    groupsOfUser: byKey("groupsOfUser", chunks.small, (ids) => readGroupsOfUsers(db, ids)),
    rolesOfGroups: once("rolesOfGroups", async () => groupBy(await groupRoles(), ({ groupId }) => groupId)),
    connections: once("connections", async () => groupBy(await listConnections(db), ({ viewId }) => viewId)),
    fleetTokens: once("fleetTokens", async () => (await listFleetTokens(source, "name", undefined)).rows),
    fleetJwt: (token) => keep(jwts, token, () => fleetJwt(vault, token, publicUrl)),
    collectorConfiguration: byKey("collectorConfiguration", chunks.small, (ids) => findConfigurations(source, ids)),
    collectorTexts: byKey("collectorTexts", chunks.collectorTexts, (ids) => readTexts(source, ids)),
    ingestTokens: async (repositoryId) => (await ingestTokens(repositoryId))?.tokens ?? [],
    ingestTokenValue: (token) => keep(values, token, () => openValue(vault, token)),
    async parsers(repositoryId) {
      const own = await ownParsers();
      const found = keep(parsersOfRepository, own, () => new Map<string, readonly Parser[]>());
      const parsers = found.get(repositoryId) ?? parsersOf(repositoryId, own.get(repositoryId) ?? []);
      found.set(repositoryId, parsers);
      return parsers;
    },
    parserContent: byKey("parserContent", chunks.parserContent, (ids) => readParserContents(db, ids)),
    recentEvents: byKey("recentEvents", chunks.repositories, async (ids) => {
      await settled();
      return readRecentEvents(db, ids);
    }),
    eventsInLastDay: once("eventsInLastDay", () => eventsInLastDay(db, now)),
    forget: () => {
      known = new Map();
    },
  };
}

function keep<K extends object, V>(values: WeakMap<K, V>, key: K, make: () => V): V {
  const before = values.get(key);
  if (before !== undefined) return before;
  const value = make();
  values.set(key, value);
  return value;
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Groups<T> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
