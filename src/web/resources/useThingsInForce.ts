import { queryOptions, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import type { RightsList } from "#domain/inventory/rightsReading.ts";
import type { InForceToken, KindInForce, ReadingsNeeded, SeenList, ThingsInForce } from "#domain/resources/inForce.ts";
import { withAuditedUse, type AuditedUse } from "#domain/token/auditedUse.ts";
import { carriesPermissions, kindTraits, tokenKinds, type PermissionKind } from "#domain/token/kinds.ts";
import type { Failure } from "#logscale/errors.ts";
import { domainsInForce, kindInForce, readIngestInForce } from "#logscale/thingsInForce.ts";
import { call, failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery, searchDomainsQuery, visibilityQuery } from "#web/api/queries.ts";
import { rightsQuery } from "#web/api/rights.ts";
import { tokensKey, tokensQuery, type TokenList } from "#web/api/tokens.ts";
import { ingestKey } from "#web/ingest/keys.ts";
import { ingestRepositoriesQuery } from "#web/ingest/queries.ts";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";

/** How far the reading is of what resources are held against. */
export type InForceReading =
  | { readonly type: "waiting" }
  | { readonly type: "failed"; readonly failure: Failure; readonly retry: () => void }
  | { readonly type: "read"; readonly inForce: ThingsInForce; readonly busy: boolean; readonly readAgain: () => void };

const kinds = tokenKinds.filter(carriesPermissions);
const everything = [policiesQuery.queryKey, ipFiltersQuery.queryKey, searchDomainsQuery.queryKey, tokensKey, ingestKey];

/** Reads what resources are held against, as every page reads it, and no more than they ask for. */
export function useThingsInForce(needed: ReadingsNeeded): InForceReading {
  const client = useQueryClient();
  const policies = useQuery(policiesQuery);
  const filters = useQuery(ipFiltersQuery);
  const visibility = useQuery(visibilityQuery);
  const wanted = (kind: PermissionKind) => needed.kinds.includes(kind);
  const tokens = useQueries({ queries: kinds.map((kind) => ({ ...tokensQuery(kind, "plan"), enabled: wanted(kind) })) });
  const rights = useQueries({ queries: kinds.map((kind) => ({ ...rightsQuery(kind), enabled: wanted(kind) })) });
  const domains = useQuery({ ...searchDomainsQuery, enabled: needed.domains });
  const ingest = useQuery({ ...ingestInForceQuery(needed), enabled: needed.repositories.length > 0 });
  const use = useUseKnowledge();
  const audit = use.type === "audited" ? use.audit : undefined;

  const all = [policies, filters, visibility, ...tokens, ...rights, domains, ingest];
  const waiting = all.some(({ isLoading }) => isLoading) || use.type === "searching";
  // As text, because the queries give new objects at every render.
  const states = JSON.stringify([waiting, ...all.map((one) => [one.dataUpdatedAt, one.errorUpdatedAt, one.isFetching])]);
  return useMemo((): InForceReading => {
    const readAgain = () => {
      for (const queryKey of everything) void client.invalidateQueries({ queryKey });
    };
    const failed = [policies, visibility, ingest].find(({ data, isError }) => isError && data === undefined);
    if (failed !== undefined) return { type: "failed", failure: failureOf(failed.error), retry: readAgain };
    if (waiting || policies.data === undefined || visibility.data === undefined) return { type: "waiting" };
    const names = domains.data && new Map(domains.data.map(({ id, name }) => [id, name]));
    const lists = kinds.map((kind, index) => [kind, tokens[index], rights[index]?.data] as const);
    const inForce: ThingsInForce = {
      policies: policies.data.policies,
      filters: seenOr(filters, "The IP filters could not be read."),
      domains: domainsInForce(domains.data ?? [], domains.data !== undefined && visibility.data.view === "complete"),
      ingest: ingest.data ?? new Map(),
      tokens: Object.fromEntries(
        lists.flatMap(([kind, list, may]) => (wanted(kind) ? [[kind, kindOf(kind, list, may, names, audit)]] : [])),
      ),
    };
    return { type: "read", inForce, busy: all.some(({ isFetching }) => isFetching), readAgain };
    // `states` stands for what is used of the queries.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [states, needed, audit, client]);
}

function seenOr<T>(
  { data, error }: { readonly data: readonly T[] | undefined; readonly error: Error | null },
  words: string,
): SeenList<T> {
  if (data !== undefined) return { type: "seen", all: data };
  return { type: "unseen", why: error === null ? words : `${words} ${failureOf(error).message}` };
}

/** A kind, with what its tokens may do. One that could not be read is unseen, and none of its tokens is missing. */
function kindOf(
  kind: PermissionKind,
  list: { readonly data: TokenList | undefined; readonly error: Error | null } | undefined,
  rights: RightsList | undefined,
  names: ReadonlyMap<string, string> | undefined,
  audit: AuditedUse | undefined,
): KindInForce {
  if (list?.data === undefined) {
    const why = list?.error == null ? "" : ` ${failureOf(list.error).message}`;
    return { tokens: [], unseen: `The ${kindTraits[kind].noun} tokens could not be read.${why}` };
  }
  const tokens = list.data.tokens.map((token): InForceToken => {
    const { permissions: _, views: __, ...plain } = withAuditedUse(token, audit);
    const may = rights?.rights.get(token.id);
    if (may === undefined) return plain;
    const views = may.views.flatMap((id) => {
      const name = names?.get(id);
      return name === undefined ? [] : [{ id, name }];
    });
    // One that the caller is not shown has no name to compare.
    return { ...plain, permissions: may.permissions, ...(views.length === may.views.length && { views }) };
  });
  return kindInForce(kind, { ...list.data, tokens });
}

function ingestInForceQuery(needed: ReadingsNeeded) {
  return queryOptions({
    queryKey: [...ingestKey, "in-force", ...needed.repositories],
    queryFn: async ({ client, signal }) =>
      readIngestInForce(needed, {
        ask: call,
        failureOf,
        signal,
        repositories: await client.query({ ...ingestRepositoriesQuery, staleTime: 0 }),
        whole: (await client.query({ ...visibilityQuery, staleTime: "static" })).view === "complete",
      }),
    staleTime: 0,
  });
}
