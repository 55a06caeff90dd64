import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { hour } from "#domain/duration.ts";
import {
  activityPath,
  activitySchema,
  longestActivity,
  type Activity,
  type ActivityRequest,
  type ActivityRow,
} from "#logscale/activity.ts";
import type { AuditFacets, AuditFilter, AuditRecord, AuditRecords } from "#logscale/audit.ts";
import { serverNow } from "#web/api/connection.ts";
import { CallError } from "#web/api/failure.ts";
import { askRoute } from "#web/api/route.ts";

import { spans, type ActivityFilters, type RecordsAsked } from "./link.ts";

/** What of a view says of what span a cluster's audit log is read. */
export type SpanFilters = { readonly [Name in "time" | "since" | "until"]: ActivityFilters[Name] | undefined };

/** What was read of a span. */
export interface ClusterActivity extends Activity {
  readonly span: ActivityRequest;
}

/** What the keys of all spans begin with that were read. */
export const clusterKey = ["activity", "cluster"] as const;

/** Values that a facet has at most. */
const mostValues = 50;

/**
 * The span that a view asks for: the last 24 hours unless it says another one, and never more than may be read at a time, up to its end.
 *
 * @param now the present, ms since epoch
 */
export function spanOf({ time, since, until }: SpanFilters, now: number): ActivityRequest {
  const end = time === undefined && until !== undefined ? Date.parse(until) : now;
  const begin = time !== undefined ? now - spans[time] : since === undefined ? end - 24 * hour : Date.parse(since);
  return { since: Math.max(0, Math.min(begin, end - 1), end - longestActivity), until: end };
}

/** What the audit log has of a span: one search, which all of the page shares. It is kept until somebody asks for it again. */
export function clusterActivityQuery({ time, since, until }: SpanFilters) {
  return queryOptions({
    queryKey: [...clusterKey, { time: time ?? null, since: since ?? null, until: until ?? null }],
    queryFn: async ({ signal }): Promise<ClusterActivity> => {
      const span = spanOf({ time, since, until }, serverNow());
      const parsed = activitySchema.safeParse(await askRoute(activityPath, { method: "POST", body: span, signal }));
      if (parsed.success) return { ...parsed.data, span };
      const message = "The answer about the audit log is not one this page understands. Reload the page.";
      throw new CallError({ kind: "unexpected", message }, { cause: parsed.error });
    },
    staleTime: Infinity,
    // Whoever may not search may not a moment later either, and a search that took too long would again.
    retry: false,
    structuralSharing: false,
  });
}

/** The rows that meet a filter. Of what span they are was settled when they were read. */
export function matching(rows: readonly ActivityRow[], filter: Omit<AuditFilter, "since" | "until">): readonly ActivityRow[] {
  const { ids, actors, types, subjects, targetKinds, outcome, addresses, search } = filter;
  const wanted = search?.trim().toLowerCase() ?? "";
  const holds = (values: readonly string[] | undefined, value: string | undefined) =>
    values === undefined || (value !== undefined && values.includes(value));
  return rows.filter(
    (row) =>
      holds(ids, row.record.id) &&
      holds(actors, actorId(row.record)) &&
      holds(types, row.record.type) &&
      holds(targetKinds, row.record.target?.kind) &&
      holds(addresses, row.record.actor.ip) &&
      holds(outcome && [outcome], row.record.outcome) &&
      (subjects === undefined || row.record.subjects.some((subject) => subjects.includes(subject))) &&
      (wanted === "" || textsOf(row).some((text) => text.includes(wanted))),
  );
}

/** How often each value occurs among rows. */
export function facetsOf(rows: readonly ActivityRow[]): AuditFacets {
  const count = (valueOf: (record: AuditRecord) => string | undefined, nameOf?: (record: AuditRecord) => string | undefined) => {
    const found = new Map<string, { name: string | null; count: number }>();
    for (const { record } of rows) {
      const value = valueOf(record);
      if (value === undefined) continue;
      const known = found.get(value);
      if (known === undefined) found.set(value, { name: nameOf?.(record) ?? null, count: 1 });
      else known.count++;
    }
    return [...found]
      .map(([value, told]) => ({ value, ...told }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, mostValues);
  };
  return {
    actors: count(actorId, ({ actor }) => actor.user?.username ?? actor.tokenName),
    types: count(({ type }) => type),
    targetKinds: count(({ target }) => target?.kind),
    outcomes: count(({ outcome }) => outcome),
    addresses: count(({ actor }) => actor.ip),
    counted: rows.length,
    more: false,
  };
}

/** A page of rows. `after` is the `next` of the page before. */
export function pageOf(rows: readonly ActivityRow[], after: string | undefined, limit: number): AuditRecords {
  const begin = after === undefined ? 0 : Number(after);
  const end = begin + limit;
  return {
    records: rows.slice(begin, end).map((row) => ({ ...row, position: null })),
    next: end < rows.length ? String(end) : null,
    // LogScale does not tell whose acts it shows.
    everybody: false,
  };
}

/** A record that some span holds which was read before; undefined where none does. */
export function readRow(client: QueryClient, id: string): ActivityRow | undefined {
  for (const [, read] of client.getQueriesData<ClusterActivity>({ queryKey: clusterKey })) {
    const row = read?.records.find(({ record }) => record.id === id);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** What of a view narrows it to a span. */
export function spanFilters({ filters: { time, since, until } }: Pick<RecordsAsked, "filters">): SpanFilters {
  return { time, since, until };
}

/** Who acted: the user, whatever the credential, or else the token. */
function actorId({ actor }: AuditRecord): string {
  return actor.user?.id ?? actor.tokenId ?? actor.type;
}

const texts = new WeakMap<ActivityRow, readonly string[]>();

/** All texts of a record, in small letters; the names of its fields are none. */
function textsOf(row: ActivityRow): readonly string[] {
  let known = texts.get(row);
  if (known === undefined) {
    const found: string[] = [];
    const collect = (value: unknown): void => {
      if (typeof value === "string") found.push(value.toLowerCase());
      else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
    };
    collect(row.record);
    known = found;
    texts.set(row, known);
  }
  return known;
}
