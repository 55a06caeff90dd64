import { minute } from "#domain/duration.ts";
import { targetKinds, type TargetKind } from "#domain/audit/record.ts";
import type { AuditFilter } from "#logscale/audit.ts";
import { joinValues, splitValues } from "#web/inventory/link.ts";
import { readView, type ListDialect, type ListView } from "#web/list/view.ts";

/** What the records can be narrowed to, as it stands in the address. Several values of one are alternatives; all hold together. */
export interface ActivityFilters {
  readonly actor: string;
  readonly type: string;
  /** The kind of what a record is about. */
  readonly target: string;
  /** Ids of what a record is about. */
  readonly about: string;
  readonly outcome: "done" | "refused";
  readonly address: string;
  /** A span that ends now. */
  readonly time: SpanToNow;
  /** Instants, in UTC and to the minute. */
  readonly since: string;
  readonly until: string;
}

export type ActivityView = ListView<"when", ActivityFilters>;

/** Spans of time that end now, ms. */
export const spans = {
  "1h": 60 * minute,
  "24h": 24 * 60 * minute,
  "7d": 7 * 24 * 60 * minute,
  "30d": 30 * 24 * 60 * minute,
  "90d": 90 * 24 * 60 * minute,
} as const;
export type SpanToNow = keyof typeof spans;

/** As many values, and as long ones, as the server takes. */
const values = (text: string) =>
  joinValues(
    splitValues(text)
      .filter((value) => value.length <= 1000)
      .slice(0, 100),
  ) || undefined;
const instant = (text: string) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/u.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;

export const activityDialect: ListDialect<"when", ActivityFilters> = {
  columns: ["when"],
  usual: "when",
  filters: {
    actor: values,
    type: values,
    target: (text) => joinValues(splitValues(text).filter(isTargetKind)) || undefined,
    about: values,
    outcome: (text) => (text === "done" || text === "refused" ? text : undefined),
    address: values,
    time: (text) => (Object.hasOwn(spans, text) ? (text as SpanToNow) : undefined),
    since: instant,
    until: instant,
  },
};

/** What of a view narrows the records. */
export type RecordsAsked = Pick<ActivityView, "search" | "filters">;

/** Whether anything is left out. */
export function isNarrowed({ search, filters }: RecordsAsked): boolean {
  return search.trim() !== "" || Object.values(filters).some((value) => value !== undefined);
}

/** The filters of a view that lets everything through. */
export function without(): RecordsAsked["filters"] {
  return readView(activityDialect, new URLSearchParams()).filters;
}

/**
 * What the server is asked for.
 *
 * @param now the present, ms since epoch
 */
export function filterOf({ search, filters }: RecordsAsked, now: number): AuditFilter {
  const { actor, type, target, about, outcome, address, time, since, until } = filters;
  const from = since === undefined ? undefined : Date.parse(since);
  return {
    ...(actor !== undefined && { actors: splitValues(actor) }),
    ...(type !== undefined && { types: splitValues(type) }),
    ...(target !== undefined && { targetKinds: splitValues(target).filter(isTargetKind) }),
    ...(about !== undefined && { subjects: splitValues(about) }),
    ...(outcome !== undefined && { outcome }),
    ...(address !== undefined && { addresses: splitValues(address) }),
    ...(time !== undefined ? { since: now - spans[time] } : from !== undefined && { since: from }),
    ...(time === undefined && until !== undefined && { until: Date.parse(until) }),
    ...(search.trim() !== "" && { search: search.trim().slice(0, 200) }),
  };
}

function isTargetKind(kind: string): kind is TargetKind {
  return targetKinds.some((known) => known === kind);
}
