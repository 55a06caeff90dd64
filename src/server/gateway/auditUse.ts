import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

import { day } from "#domain/duration.ts";
import { longestAddress } from "#domain/address.ts";
import type { AuditUse } from "#logscale/auditUse.ts";

import { parseJson, type Cluster } from "./cluster.ts";
import { failureOfCluster, type ClusterFailure } from "./failures.ts";

/** What came of searching the audit log. */
export type AuditUseAnswer =
  | { readonly type: "found"; readonly use: AuditUse }
  /** The cluster does not accept the credential: 401, or 403 because of its address or because it may not search there. */
  | { readonly type: "denied"; readonly status: 401 | 403 }
  | Unsearched
  | { readonly type: "failed"; readonly failure: ClusterFailure };

/** The cluster answers, but not with a result. `message` is meant for the caller. */
interface Unsearched {
  readonly type: "unsearched";
  readonly message: string;
}

/** How far back the audit log is searched for uses, in ms. */
const period = 30 * day;

/** How long that search may take, in ms, until it is called off. */
const searchTime = 45_000;

/** How far back it is searched for who created tokens, in ms: five years. */
const creatorPeriod = 1826 * day;

/** How long that search may take, in ms. Less, since the answer with the uses waits for it and can do without it. */
const creatorSearchTime = 15_000;

/** How long to wait before asking how far the search is, in ms: what the cluster asks for, within these bounds. */
const pollBounds = { least: 100, most: 2000 };

/** Rows asked for at a time. */
const pageSize = 5000;

/** More rows than this are not read, in case the cluster never comes to an end. */
const mostRows = 1_000_000;

const jobs = "/api/v1/repositories/humio-audit/queryjobs";

/**
 * LogScale's documented query for the last usage of tokens ("Query Actor Data"), with three differences. It also groups by `actor.tokenId`,
 * because names are not unique. It asks for as many groups as the cluster allows. It leaves out the line that formats the time. Beside the
 * last action it asks for the last that has an address, and when that was.
 */
const lastUseQuery = [
  "actor.type = /token/i",
  "groupBy([actor.tokenId, actor.user.username, actor.tokenName, actor.type, type], function=[max(@timestamp), selectFromMax(@timestamp, include=[@timestamp, actor.ip])], limit=max)",
].join("\n| ");

/** Who created which token. That a creation's `actionName` has the word in it is documented; which other words is not. */
const creatorQuery = [
  'type = "hashedtokens.change"',
  "actionName = /create/i",
  "groupBy([tokenId, actor.type, actor.user.id, actor.user.username, actor.tokenId, actor.tokenName], function={min(@timestamp)}, limit=max)",
].join("\n| ");

const nameSchema = z.string().min(1).max(2000).optional().catch(undefined);

const creatorRowSchema = z.object({
  tokenId: z.string().min(1),
  _min: z.coerce.number().int().nonnegative(),
  "actor.user.id": nameSchema,
  "actor.user.username": nameSchema,
  "actor.tokenId": nameSchema,
  "actor.tokenName": nameSchema,
});

const jobSchema = z.object({ id: z.string().min(1).max(500) });

/** An aggregate's values are texts. A row without an id is of a credential that is no listed token. */
const rowSchema = z.object({
  "actor.tokenId": z.string().min(1),
  _max: z.coerce.number().int().nonnegative(),
  "@timestamp": z.coerce.number().optional().catch(undefined),
  "actor.ip": z.string().min(1).max(longestAddress).optional().catch(undefined),
});

const stateSchema = z.object({
  done: z.boolean(),
  cancelled: z.boolean().default(false),
  events: z.array(z.unknown()).default([]),
  metaData: z
    .object({ pollAfter: z.number().catch(1000), warnings: z.array(z.unknown()).catch([]) })
    .partial()
    .default({}),
});

/** A search that ended: each row that it found was handed on. `whole` is false where the cluster warned that something may be missing. */
type SearchEnd = { readonly type: "ended"; readonly whole: boolean } | Exclude<AuditUseAnswer, { readonly type: "found" }>;

interface Search {
  readonly query: string;
  /** How far back, ms. */
  readonly period: number;
  /** When it is called off, ms. */
  readonly time: number;
  readonly onRow: (row: unknown) => void;
}

/**
 * Searches the audit log with the caller's credential for the last use of tokens, and for who created them. Where the search for creators
 * fails, they are unknown, and the uses are answered all the same. Never rejects. `signal` tells that nobody waits any more.
 */
export async function findAuditUse(cluster: Cluster, token: string, signal: AbortSignal): Promise<AuditUseAnswer> {
  const uses = new Map<string, LatestUse>();
  const creators = new Map<string, EarliestCreation>();
  const [used] = await Promise.all([
    searchAuditLog(cluster, token, { query: lastUseQuery, period, time: searchTime, onRow: (row) => noteUse(uses, row) }, signal),
    searchAuditLog(
      cluster,
      token,
      { query: creatorQuery, period: creatorPeriod, time: creatorSearchTime, onRow: (row) => noteCreator(creators, row) },
      signal,
    ),
  ]);
  if (used.type !== "ended") return used;
  return {
    type: "found",
    use: {
      period,
      whole: used.whole,
      uses: [...uses].map(([id, { at, from }]) => [id, at, from]),
      creators: [...creators].map(([id, { kind, creatorId, name }]) => [id, kind, creatorId, name]),
    },
  };
}

interface LatestUse {
  readonly at: number;
  readonly from: string | null;
}

function noteUse(uses: Map<string, LatestUse>, found: unknown): void {
  const row = rowSchema.safeParse(found);
  if (!row.success) return;
  const { "actor.tokenId": id, _max: at, "@timestamp": addressAt, "actor.ip": address } = row.data;
  const known = uses.get(id);
  if (known !== undefined && known.at > at) return;
  // The address of an earlier action is not that of the last.
  const from = addressAt === at ? (address ?? null) : null;
  uses.set(id, { at, from: from ?? (known?.at === at ? known.from : null) });
}

interface EarliestCreation {
  readonly at: number;
  readonly kind: "user" | "token";
  readonly creatorId: string | null;
  readonly name: string;
}

function noteCreator(creators: Map<string, EarliestCreation>, found: unknown): void {
  const row = creatorRowSchema.safeParse(found);
  if (!row.success) return;
  const { tokenId, _min: at, "actor.user.username": username, "actor.tokenName": tokenName } = row.data;
  const known = creators.get(tokenId);
  if (known !== undefined && known.at <= at) return;
  // Who acts with a personal token is its user.
  if (username !== undefined) {
    creators.set(tokenId, { at, kind: "user", creatorId: row.data["actor.user.id"] ?? null, name: username });
  } else if (tokenName !== undefined) {
    creators.set(tokenId, { at, kind: "token", creatorId: row.data["actor.tokenId"] ?? null, name: tokenName });
  }
}

/**
 * Runs a query as a query job, which LogScale recommends for long queries, and hands on each row that it found. Always ends the job. Never
 * rejects.
 */
export async function searchAuditLog(
  cluster: Cluster,
  token: string,
  { query, period: back, time, onRow }: Search,
  signal: AbortSignal,
): Promise<SearchEnd> {
  const { host } = cluster;
  const over = AbortSignal.any([signal, AbortSignal.timeout(time)]);
  let job: string | undefined;
  try {
    const created = await cluster.send(token, {
      method: "POST",
      path: jobs,
      body: { queryString: query, start: `${back / day}days`, end: "now", isLive: false },
      signal: over,
    });
    if (created.status === 401) return { type: "denied", status: 401 };
    // A caller who may not search a repository is told so, or that there is no such repository.
    if (created.status === 403 || created.status === 404) return { type: "denied", status: 403 };
    const accepted = created.status === 200 ? jobSchema.safeParse(parseJson(created.text)) : undefined;
    if (accepted?.success !== true)
      return unsearched(host, `does not start a search of its audit log (status ${created.status})`);
    job = `${jobs}/${encodeURIComponent(accepted.data.id)}`;
    return await collect(cluster, token, job, onRow, over);
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
  onRow: (row: unknown) => void,
  signal: AbortSignal,
): Promise<SearchEnd> {
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
      return { type: "ended", whole: (metaData.warnings ?? []).length === 0 && offset < mostRows };
    first = head;
    offset += events.length;
    for (const event of events) onRow(event);
  }
}

function unsearched(host: string, what: string): Unsearched {
  return { type: "unsearched", message: `The LogScale cluster at ${host} ${what}.` };
}
