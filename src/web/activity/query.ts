import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
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
import { askRoute } from "#web/api/route.ts";

import { filterOf, type RecordsAsked } from "./link.ts";

/** Records that are asked for at a time. */
const atOnce = 200;

const activityKey = "activity";

/** What the keys of everything begin with that new records make old. */
export const recordsKey = [activityKey, "list"] as const;

/** The records that a view asks for, the newest first, page by page. */
export function recordsQuery(narrowed: RecordsAsked, limit = atOnce) {
  return infiniteQueryOptions({
    queryKey: [...recordsKey, "records", limit, narrowed],
    queryFn: ({ pageParam: after, signal }: { readonly pageParam: string | undefined; readonly signal: AbortSignal }) =>
      readRecords({ filter: filterOf(narrowed, serverNow()), limit, ...(after !== undefined && { after }) }, signal),
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
    queryFn: ({ signal }) => readRecords({ filter: { ids: [id] }, limit: 1, whole: true }, signal),
  });
}

/** How often each value occurs among the records that a view asks for. */
export function facetsQuery(narrowed: RecordsAsked) {
  return queryOptions({
    queryKey: [...recordsKey, "facets", narrowed],
    queryFn: async ({ signal }): Promise<AuditFacets> => {
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

async function readRecords(body: object, signal: AbortSignal): Promise<AuditRecords> {
  return understood(auditRecordsSchema, await askRoute(auditRecordsPath, { method: "POST", body, signal }));
}

function understood<T>(schema: z.ZodMiniType<T>, answer: unknown): T {
  const parsed = z.safeParse(schema, answer);
  if (parsed.success) return parsed.data;
  const message = "The answer about the audit trail is not one this page understands. Reload the page.";
  throw new CallError({ kind: "unexpected", message }, { cause: parsed.error });
}
