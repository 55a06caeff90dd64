import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { tokenKinds } from "#domain/token/kinds.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import {
  CreateIpFilterDocument,
  DeleteIpFilterDocument,
  ReadonlyDashboardFilterDocument,
  UpdateIpFilterDocument,
} from "#logscale/generated/ipFilters.ts";
import { call, CallError, failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import { tokensKey, tokensQuery } from "#web/api/tokens.ts";

import { usesOf, type FilterUse, type KindTokens } from "./use.ts";

/** What can be said of a filter: its name and its text. */
export type IpFilterValues = Pick<IpFilter, "name" | "ipFilter">;

/** Id of the filter that guards the read-only dashboards; null for none. */
export const dashboardFilterQuery = queryOptions({
  queryKey: ["dashboard-ip-filter"],
  queryFn: async ({ signal }) =>
    (await call(ReadonlyDashboardFilterDocument, {}, { signal })).organization.readonlyDashboardIPFilter ?? null,
});

/** Creates a filter and gives its id. @throws CallError: `refused` with the field at fault; `unknown-outcome` when the answer was lost */
export async function createIpFilter(input: IpFilterValues): Promise<string> {
  return (await call(CreateIpFilterDocument, { input })).createIPFilter.id;
}

/**
 * Changes what is given of a filter and gives what the server now has. What is not given stays as it is.
 *
 * @throws CallError as {@link createIpFilter}
 */
export async function updateIpFilter(id: string, changes: Partial<IpFilterValues>): Promise<IpFilter> {
  return (await call(UpdateIpFilterDocument, { input: { id, ...changes } })).updateIPFilter;
}

/** The operation that deletes a filter, and its variables. */
export function ipFilterDeletionOf(id: string) {
  return { document: DeleteIpFilterDocument, variables: { input: { id } } };
}

/** Deletes a filter. @throws CallError: `refused`, naming the users of a filter in use; `unknown-outcome` when the answer was lost */
export async function deleteIpFilter(id: string): Promise<void> {
  const { document, variables } = ipFilterDeletionOf(id);
  const { deleteIPFilter } = await call(document, variables);
  if (!deleteIPFilter)
    throw new CallError({ kind: "refused", message: "The server did not delete the filter, and did not say why." });
}

/** Reads the filters now, past the cache and into it. @throws CallError */
export async function readFilters(client: QueryClient): Promise<readonly IpFilter[]> {
  return client.query({ ...ipFiltersQuery, staleTime: 0 });
}

/**
 * Reads now who uses a filter: tokens of every kind, policies, dashboards. What the server refuses counts as not seen.
 *
 * @throws CallError when nobody answers, or the session ended
 */
export async function readUse(client: QueryClient, id: string): Promise<FilterUse> {
  const [kinds, policies, dashboardFilter] = await Promise.all([
    Promise.all(
      tokenKinds.map(async (kind): Promise<KindTokens> => {
        const list = await unlessRefused(client.query({ ...tokensQuery(kind, "plan"), staleTime: 0 }));
        return { kind, state: list?.visibility ?? "failed", tokens: list?.tokens ?? [] };
      }),
    ),
    unlessRefused(client.query({ ...policiesQuery, staleTime: 0 })),
    unlessRefused(client.query({ ...dashboardFilterQuery, staleTime: 0 })),
  ]);
  return usesOf({ kinds, policies: policies?.policies, dashboardFilter })(id);
}

async function unlessRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (failureOf(error).kind === "refused") return undefined;
    throw error;
  }
}

/** Refreshes everything that shows who uses filters. Pages do not wait for it: they show that they read. */
export async function usesChanged(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: tokensKey }),
    client.invalidateQueries({ queryKey: policiesQuery.queryKey }),
    client.invalidateQueries({ queryKey: dashboardFilterQuery.queryKey }),
  ]);
}

/** Refreshes everything that shows a filter's name or rules. Pages do not wait for it: they show that they read. */
export async function filtersChanged(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ipFiltersQuery.queryKey }),
    client.invalidateQueries({ queryKey: policiesQuery.queryKey }),
    // Single tokens are shown with their filter's rules.
    client.invalidateQueries({ queryKey: ["token"] }),
  ]);
}
