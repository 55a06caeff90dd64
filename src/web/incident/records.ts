import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";

import { day } from "#domain/duration.ts";
import type { IncidentSubject } from "#domain/incident/incident.ts";
import { auditPageLimits, auditRecordsPath, auditRecordsSchema, type AuditFilter, type AuditRecord } from "#logscale/audit.ts";
import type { RecordsLink } from "#web/activity/activityLink.ts";
import { matching, type ClusterActivity, type SpanFilters } from "#web/activity/clusterActivity.ts";
import { CallError } from "#web/api/failure.ts";
import { askRoute } from "#web/api/route.ts";

import { writeInstant } from "./link.ts";

/** What the audit trail has of an incident. */
export interface IncidentRecords {
  /** The newest first. */
  readonly records: readonly AuditRecord[];
  /** Whether there are older ones that were not read. */
  readonly more: boolean;
  /** Whether the caller reads everybody's records, or one's own alone. */
  readonly everybody: boolean;
}

/** Pages that are read at most. */
const mostPages = 10;

/** The records of what a subject did, also by sessions that a user let others begin. */
export function incidentRecordsQuery(subject: IncidentSubject) {
  return queryOptions({
    queryKey: ["incident", subject],
    queryFn: async ({ signal }): Promise<IncidentRecords> => {
      const { user, token, address, since, until } = subject;
      const where: AuditFilter = {
        ...(address !== undefined && { addresses: [address] }),
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
      };
      const actors = [user, token].filter((id) => id !== undefined);
      const own = await readRecords({ ...where, ...(actors.length > 0 && { actors }) }, signal);
      if (user === undefined) return own;
      const about = await readRecords({ ...where, subjects: [user] }, signal);
      const known = new Set(own.records.map(({ id }) => id));
      const others = about.records.filter(({ id, actor }) => linkMaker(actor) === user && !known.has(id));
      return {
        ...own,
        records: [...own.records, ...others].toSorted((a, b) =>
          a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0,
        ),
        more: own.more || about.more,
      };
    },
    staleTime: 0,
  });
}

/** Of what span a cluster's audit log is searched: a week where the subject leaves it open. */
export function spanOfSubject({ since, until }: IncidentSubject): SpanFilters {
  if (until === undefined) return since === undefined ? { ...open, time: "7d" } : { ...open, since: writeInstant(since) };
  return { ...open, since: writeInstant(since ?? until - 7 * day), until: writeInstant(until) };
}

/** The same for a link to the page of records. */
export function spanLink({ time, since, until }: SpanFilters): RecordsLink {
  return { ...(time && { time: [time] }), ...(since && { since: [since] }), ...(until && { until: [until] }) };
}

const open: SpanFilters = { time: undefined, since: undefined, until: undefined };

/** What of a cluster's audit log tells of what a subject did. */
export function clusterRecords({ user, token, address }: IncidentSubject, { records }: ClusterActivity): readonly AuditRecord[] {
  const actors = [user, token].filter((id) => id !== undefined);
  const filter = { ...(actors.length > 0 && { actors }), ...(address !== undefined && { addresses: [address] }) };
  return matching(records, filter).map(({ record }) => record);
}

const linkSchema = z.object({ linkedBy: z.object({ id: z.nullable(z.string()) }) });

/** Id of the user who made the link that an actor's session was begun by. */
function linkMaker(actor: AuditRecord["actor"]): string | undefined {
  const read = linkSchema.safeParse(actor);
  return read.success ? (read.data.linkedBy.id ?? undefined) : undefined;
}

async function readRecords(filter: AuditFilter, signal: AbortSignal): Promise<IncidentRecords> {
  const records: AuditRecord[] = [];
  let after: string | undefined;
  for (let page = 1; ; page++) {
    const body = { filter, limit: auditPageLimits.cut, ...(after !== undefined && { after }) };
    const parsed = auditRecordsSchema.safeParse(await askRoute(auditRecordsPath, { method: "POST", body, signal }));
    if (!parsed.success) {
      const message = "The answer about the audit trail is not one this page understands. Reload the page.";
      throw new CallError({ kind: "unexpected", message }, { cause: parsed.error });
    }
    const { records: read, next, everybody } = parsed.data;
    for (const { record } of read) records.push(record);
    if (next === null || page === mostPages) return { records, more: next !== null, everybody };
    after = next;
  }
}
