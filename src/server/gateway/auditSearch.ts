import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

import { day } from "#domain/duration.ts";

import { parseJson, type Cluster } from "./cluster.ts";
import { failureOfCluster, type ClusterFailure } from "./failures.ts";

/** Why a search of the audit log found nothing out. */
export type SearchFailure =
  /**
   * The cluster does not accept the credential: 401, or 403 because of its address or because it may not search there. 404: it shows the
   * credential no such repository, whether there is one or not.
   */
  | { readonly type: "denied"; readonly status: 401 | 403 | 404 }
  | Unsearched
  | { readonly type: "failed"; readonly failure: ClusterFailure };

/** The cluster answers, but not with a result. `message` is meant for the caller. */
interface Unsearched {
  readonly type: "unsearched";
  readonly message: string;
}

/** How long to wait before asking how far the search is, in ms: what the cluster asks for, within these bounds. */
const pollBounds = { least: 100, most: 2000 };

/** Rows asked for at a time, unless told. */
const usualPage = 5000;

/** More rows than this are not read unless told, in case the cluster never comes to an end. */
const usualMost = 1_000_000;

const jobs = "/api/v1/repositories/humio-audit/queryjobs";

const jobSchema = z.object({ id: z.string().min(1).max(500) });

const stateSchema = z.object({
  done: z.boolean(),
  cancelled: z.boolean().default(false),
  events: z.array(z.unknown()).default([]),
  metaData: z
    .object({ pollAfter: z.number().catch(1000), warnings: z.array(z.unknown()).catch([]) })
    .partial()
    .default({}),
});

/** A search that ended: each row that it found was handed on. */
interface SearchEnd {
  readonly type: "ended";
  /** The cluster warned that something may be missing. */
  readonly warned: boolean;
  /** There may be more rows than were read. */
  readonly cut: boolean;
}

interface Search {
  readonly query: string;
  /** How far back, ms; or from when until when, ms since epoch. */
  readonly span: number | { readonly since: number; readonly until: number };
  /** When it is called off, ms. */
  readonly time: number;
  /** Rows that are asked for at a time, and that are read at most; a cluster that turns no pages may give more than that at once. */
  readonly pageSize?: number;
  readonly mostRows?: number;
  readonly onRow: (row: unknown) => void;
}

/**
 * Runs a query as a query job, which LogScale recommends for long queries, and hands on each row that it found. Always ends a job that it
 * knows the id of; one that is called off before that ends by itself, since nobody asks about it. Never rejects.
 */
export async function searchAuditLog(
  cluster: Cluster,
  token: string,
  search: Search,
  signal: AbortSignal,
): Promise<SearchEnd | SearchFailure> {
  const { host } = cluster;
  const { query, span, time } = search;
  const interval = typeof span === "number" ? { start: `${span / day}days`, end: "now" } : { start: span.since, end: span.until };
  const over = AbortSignal.any([signal, AbortSignal.timeout(time)]);
  let job: string | undefined;
  try {
    const created = await cluster.send(token, {
      method: "POST",
      path: jobs,
      body: { queryString: query, ...interval, isLive: false },
      signal: over,
    });
    // A caller who may not search a repository is told so, or that there is no such repository.
    if (created.status === 401 || created.status === 403 || created.status === 404) {
      return { type: "denied", status: created.status };
    }
    const accepted = created.status === 200 ? jobSchema.safeParse(parseJson(created.text)) : undefined;
    if (accepted?.success !== true)
      return unsearched(host, `does not start a search of its audit log (status ${created.status})`);
    job = `${jobs}/${encodeURIComponent(accepted.data.id)}`;
    return await collect(cluster, token, job, search, over);
  } catch (error) {
    if (!over.aborted) return { type: "failed", failure: failureOfCluster(error, host, cluster.timeout) };
    return unsearched(host, `did not finish searching its audit log within ${time / 1000} seconds`);
  } finally {
    // Not waited for: a job that nobody asks about ends by itself after a while.
    if (job !== undefined) void cluster.send(token, { method: "DELETE", path: job }).catch(() => undefined);
  }
}

/** Waits for a job and reads all its rows. Rejects as {@link Cluster.send} does. */
async function collect(
  cluster: Cluster,
  token: string,
  job: string,
  { onRow, pageSize = usualPage, mostRows = usualMost }: Search,
  signal: AbortSignal,
): Promise<SearchEnd | SearchFailure> {
  let offset = 0;
  let first: string | undefined;
  for (;;) {
    const { status, text } = await cluster.send(token, {
      method: "GET",
      path: `${job}?paginationLimit=${pageSize}&paginationOffset=${offset}`,
      signal,
    });
    if (status === 401 || status === 403) return { type: "denied", status };
    const state = status === 200 ? stateSchema.safeParse(parseJson(text)) : undefined;
    if (state?.success !== true) return unsearched(cluster.host, `does not tell what its audit log has (status ${status})`);
    if (state.data.cancelled) return unsearched(cluster.host, "called the search of its audit log off");
    const { done, events, metaData } = state.data;
    if (!done) {
      await wait(Math.min(Math.max(metaData.pollAfter ?? 0, pollBounds.least), pollBounds.most), undefined, { signal });
      continue;
    }
    // Past the last row; a cluster that does not turn pages gives the same rows again.
    const head = JSON.stringify(events[0]);
    if (events.length === 0 || head === first || offset >= mostRows)
      return { type: "ended", warned: (metaData.warnings ?? []).length > 0, cut: offset >= mostRows };
    first = head;
    offset += events.length;
    for (const event of events) onRow(event);
  }
}

function unsearched(host: string, what: string): Unsearched {
  return { type: "unsearched", message: `The LogScale cluster at ${host} ${what}.` };
}
