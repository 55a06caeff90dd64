import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import * as z from "zod/mini";

import {
  auditFacetsPath,
  auditFacetsSchema,
  auditRecordsPath,
  auditRecordsSchema,
  auditVerificationPath,
  chainReportSchema,
  type AuditFacets,
  type AuditRecords,
} from "#logscale/audit.ts";
import { serverNow } from "#web/api/connection.ts";
import { CallError } from "#web/api/failure.ts";
import type { ActivityRow } from "#logscale/activity.ts";
import { askRoute } from "#web/api/route.ts";
import { offers, sessionIn } from "#web/api/session.ts";

import { clusterActivityQuery, facetsOf, matching, pageOf, readRow, spanFilters } from "./clusterActivity.ts";
import { filterOf, type RecordsAsked } from "./link.ts";

interface PageAsked {
  readonly pageParam: string | undefined;
  readonly client: QueryClient;
  readonly signal: AbortSignal;
}

/** Records that are asked for at a time. */
const atOnce = 200;

const activityKey = "activity";

/** What the keys of everything begin with that new records make old. */
export const recordsKey = [activityKey, "list"] as const;

/** The records that a view asks for, the newest first, page by page. */
export function recordsQuery(narrowed: RecordsAsked, limit = atOnce) {
  return infiniteQueryOptions({
    queryKey: [...recordsKey, "records", limit, narrowed],
    queryFn: async ({ pageParam: after, client, signal }: PageAsked) => {
      const rows = await clusterRows(client, narrowed);
      if (rows !== undefined) return pageOf(rows.found, after, limit);
      return readRecords({ filter: filterOf(narrowed, serverNow()), limit, ...(after !== undefined && { after }) }, signal);
    },
    initialPageParam: undefined,
    getNextPageParam: ({ next }: AuditRecords) => next ?? undefined,
    // New records come all the time.
    staleTime: 0,
  });
}

/** One record with all that it holds. */
export function wholeRecordQuery(id: string) {
  return queryOptions({
    queryKey: [activityKey, "record", id],
    queryFn: async ({ client, signal }): Promise<AuditRecords> => {
      if (!isOfCluster(client)) return readRecords({ filter: { ids: [id] }, limit: 1, whole: true }, signal);
      const row = readRow(client, id);
      return pageOf(row === undefined ? [] : [row], undefined, 1);
    },
  });
}

/** How often each value occurs among the records that a view asks for. */
export function facetsQuery(narrowed: RecordsAsked) {
  return queryOptions({
    queryKey: [...recordsKey, "facets", narrowed],
    queryFn: async ({ client, signal }): Promise<AuditFacets> => {
      const rows = await clusterRows(client, narrowed);
      if (rows !== undefined) return facetsOf(rows.found);
      const body = filterOf(narrowed, serverNow());
      return understood(auditFacetsSchema, await askRoute(auditFacetsPath, { method: "POST", body, signal }));
    },
    staleTime: 0,
  });
}

/** Whether the chain of the whole trail holds. The server goes through all of it, so the answer stands for a while. */
export const verificationQuery = queryOptions({
  queryKey: [activityKey, "verification"],
  queryFn: async ({ signal }) => understood(chainReportSchema, await askRoute(auditVerificationPath, { method: "GET", signal })),
  staleTime: 5 * 60_000,
});

/** Whether the records are those of a cluster's audit log. */
function isOfCluster(client: QueryClient): boolean {
  const session = sessionIn(client);
  return session !== undefined && offers(session, "auditLog");
}

/** What a cluster's audit log has of what a view asks for; undefined where there is no cluster. One search serves all that is asked of a span. */
export async function clusterRows(client: QueryClient, narrowed: RecordsAsked): Promise<ClusterRows | undefined> {
  if (!isOfCluster(client)) return undefined;
  const { records, more } = await client.fetchQuery(clusterActivityQuery(spanFilters(narrowed)));
  return { found: matching(records, filterOf(narrowed, 0)), more };
}

interface ClusterRows {
  readonly found: readonly ActivityRow[];
  /** Whether the span has older ones, which were not read. */
  readonly more: boolean;
}

/** Asks for one page of records. */
export async function readRecords(body: object, signal: AbortSignal): Promise<AuditRecords> {
  return understood(auditRecordsSchema, await askRoute(auditRecordsPath, { method: "POST", body, signal }));
}

function understood<T>(schema: z.ZodMiniType<T>, answer: unknown): T {
  const parsed = z.safeParse(schema, answer);
  if (parsed.success) return parsed.data;
  const message = "The answer about the audit trail is not one this page understands. Reload the page.";
  throw new CallError({ kind: "unexpected", message }, { cause: parsed.error });
}
