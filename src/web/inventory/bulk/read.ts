import type { QueryClient } from "@tanstack/react-query";

import type { BulkAction, BulkContext } from "#domain/inventory/bulk.ts";
import type { InventoryKind, InventoryToken, TokenRights } from "#domain/inventory/item.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { carriesPermissions, isTokenKind, type PermissionKind } from "#domain/token/kinds.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import { policiesQuery, visibilityQuery } from "#web/api/queries.ts";
import { rightsInterner } from "#logscale/readRights.ts";
import { rightsQuery } from "#web/api/rights.ts";
import type { Session } from "#web/api/session.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { fleetTokensNowQuery, fleetRightsQuery } from "#web/fleet/queries.ts";
import { allIngestTokensQuery, ingestRepositoriesQuery, parsersQuery } from "#web/ingest/queries.ts";
import { fleetListOf, governedListOf, ingestListOf } from "#web/inventory/once.ts";
import { auditUseQuery } from "#web/last-use/auditUse.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { readSingly } from "#web/tokens/readDetails.ts";
import { mostSingly } from "#logscale/readDetails.ts";

/** What is there of the tokens that were selected, read anew. */
export interface BulkReading {
  /** Those that are there, in the order in which they were asked for. */
  readonly tokens: readonly InventoryToken[];
  /** Those that were asked for and are no longer listed, as they were. */
  readonly gone: readonly InventoryToken[];
  readonly context: BulkContext;
}

/**
 * Reads selected tokens anew, past the cache and into it, with all that decides what may be done with them.
 *
 * @throws CallError when something could not be read, or nobody answers; the signal's reason when called off
 */
export async function readBulk(
  client: QueryClient,
  session: Session,
  selected: readonly InventoryToken[],
  action: BulkAction,
  signal: AbortSignal,
): Promise<BulkReading> {
  await client.query({ ...visibilityQuery, staleTime: 0 });
  const policies = await readPolicies(client);
  const holdings = await client.query({ ...holdingsQuery, staleTime: 0 });
  const kinds = new Set(selected.map(({ kind }) => kind));
  const there = new Map<string, InventoryToken>();
  for (const kind of kinds) {
    signal.throwIfAborted();
    for (const token of await readKind(client, kind)) there.set(token.key, token);
  }
  const tokens = selected.flatMap(({ key, written }) => {
    const token = there.get(key);
    // Who is to act for it is no property of the token, and is not read with it.
    return token === undefined ? [] : [written === undefined ? token : { ...token, written }];
  });

  const rights = new Map<string, TokenRights>();
  if (action.type === "rotate" || action.type === "renew" || action.type === "permissions") {
    for (const kind of kinds) {
      const wanted = action.type !== "permissions" || action.kind === kind;
      if (!wanted || !isTokenKind(kind) || !carriesPermissions(kind)) continue;
      const ids = new Set(tokens.flatMap((token) => (token.kind === kind && token.id !== undefined ? [token.id] : [])));
      for (const [id, found] of await readRights(client, kind, ids, signal)) rights.set(id, found);
    }
  }

  const ingest = tokens.flatMap(({ ingest: facts }) => facts?.repository ?? []);
  const repositories = ingest.length === 0 ? [] : await client.query({ ...ingestRepositoriesQuery, staleTime: 60_000 });
  const changeable = new Map(repositories.map(({ name, mayChange }) => [name, mayChange]));
  const parsers = action.type === "parser" ? await readParsers(client, ingest, signal) : undefined;
  const ingestNames = action.type === "renew" ? namesByRepository(there.values()) : undefined;
  const fleet = kinds.has("fleet") ? await client.query({ ...fleetRightsQuery, staleTime: 0 }) : undefined;
  signal.throwIfAborted();
  return {
    tokens,
    gone: selected.filter(({ key }) => !there.has(key)),
    context: {
      now: serverNow(),
      policies,
      holdings,
      rightsOf: ({ id }) => (id === undefined ? undefined : rights.get(id)),
      own: { tokenId: session.tokenId, userId: session.user?.id },
      mayChangeIngest: (repository) => changeable.get(repository) ?? "unknown",
      ingestNamesOf: (repository) => ingestNames?.get(repository),
      parsersOf: (repository) => parsers?.get(repository),
      mayChangeFleet: fleet?.mayChange ?? "unknown",
    },
  };
}

/** The names of ingest tokens by their repository. One that has none, or that could not be read, is left out. */
function namesByRepository(tokens: Iterable<InventoryToken>): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const token of tokens) {
    if (token.ingest === undefined) continue;
    const known = names.get(token.ingest.repository) ?? new Set<string>();
    names.set(token.ingest.repository, known.add(token.name));
  }
  return names;
}

/** The policies in force; undefined for a caller who may not read them. */
async function readPolicies(client: QueryClient): Promise<Policies | undefined> {
  try {
    return (await client.query({ ...policiesQuery, staleTime: 0 })).policies;
  } catch (error) {
    if (failureOf(error).kind === "refused") return undefined;
    throw error;
  }
}

async function readKind(client: QueryClient, kind: InventoryKind): Promise<readonly InventoryToken[]> {
  switch (kind) {
    case "ingest":
      return ingestListOf(await client.query({ ...allIngestTokensQuery, staleTime: 0 })).tokens;
    case "fleet":
      return fleetListOf(await client.query(fleetTokensNowQuery)).tokens;
    default: {
      const list = await client.query({ ...tokensQuery(kind, "plan"), staleTime: 0 });
      // Not searched anew: nobody would wait for it here.
      return governedListOf(list, client.getQueryData(auditUseQuery.queryKey)).tokens;
    }
  }
}

async function readRights(
  client: QueryClient,
  kind: PermissionKind,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TokenRights>> {
  if (ids.size > mostSingly) return (await client.query({ ...rightsQuery(kind), staleTime: 0 })).rights;
  const intern = rightsInterner(kind);
  const rights = new Map<string, TokenRights>();
  await readSingly(kind, ids, {
    client,
    signal,
    staleTime: 0,
    onRead: (read) => {
      for (const { id, permissions = [], views = [] } of read) rights.set(id, intern(permissions, views));
    },
  });
  return rights;
}

/** Repositories whose parsers are read at the same time. */
const atOnce = 3;

/**
 * The parsers that repositories have, by the repository's name. One whose parsers cannot be read is left out.
 *
 * @throws CallError when nobody answers
 */
export async function readParsers(
  client: QueryClient,
  repositories: Iterable<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const parsers = new Map<string, ReadonlySet<string>>();
  const waiting = new Set(repositories).values();
  const work = async () => {
    for (const repository of waiting) {
      signal.throwIfAborted();
      try {
        parsers.set(repository, new Set(await client.query({ ...parsersQuery(repository), staleTime: 10_000 })));
      } catch (error) {
        if (failureOf(error).kind !== "refused") throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return parsers;
}
