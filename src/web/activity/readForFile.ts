import type { QueryClient } from "@tanstack/react-query";

import { auditPageLimits, type AuditRecord } from "#logscale/audit.ts";
import { serverNow } from "#web/api/connection.ts";

import { filterOf, type RecordsAsked } from "./link.ts";
import { clusterRows, readRecords } from "./query.ts";

/** Records that a file of the page holds at most; the command has no such limit. */
export const mostInFile = 10_000;

/** What a file is made of. */
export interface FileRecords {
  /** The newest first, each whole. */
  readonly records: readonly AuditRecord[];
  /** Whether older ones were left out. */
  readonly more: boolean;
}

/**
 * Reads all records that a view asks for, each with all that it holds.
 *
 * @param onProgress told how many were read so far
 */
export async function readForFile(
  client: QueryClient,
  asked: RecordsAsked,
  signal: AbortSignal,
  onProgress: (records: number) => void,
): Promise<FileRecords> {
  const ofCluster = await clusterRows(client, asked);
  // All that the page has of a cluster's log is read already.
  if (ofCluster !== undefined) return { records: ofCluster.found.map(({ record }) => record), more: ofCluster.more };
  const filter = filterOf(asked, serverNow());
  const records: AuditRecord[] = [];
  let after: string | undefined;
  do {
    const limit = Math.min(auditPageLimits.cut, mostInFile - records.length);
    const page = await readRecords({ filter, limit, ...(after !== undefined && { after }) }, signal);
    const cut = page.records.filter(({ lengths }) => Object.keys(lengths).length > 0).map(({ record }) => record.id);
    const whole = new Map<string, AuditRecord>();
    for (let at = 0; at < cut.length; at += auditPageLimits.whole) {
      const ids = cut.slice(at, at + auditPageLimits.whole);
      const read = await readRecords({ filter: { ids }, limit: auditPageLimits.whole, whole: true }, signal);
      for (const { record } of read.records) whole.set(record.id, record);
    }
    records.push(...page.records.map(({ record }) => whole.get(record.id) ?? record));
    onProgress(records.length);
    after = page.next ?? undefined;
  } while (after !== undefined && records.length < mostInFile);
  return { records, more: after !== undefined };
}
