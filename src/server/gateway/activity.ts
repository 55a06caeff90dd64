import { mostActivity, type Activity, type ActivityRequest } from "#logscale/activity.ts";
import { recordOfEvent } from "#logscale/auditEvent.ts";

import { searchAuditLog, type SearchFailure } from "./auditSearch.ts";
import type { Cluster } from "./cluster.ts";

/** What came of reading the audit log. */
export type ActivityAnswer = { readonly type: "found"; readonly activity: Activity } | SearchFailure;

/** How long the search may take, in ms, until it is called off. */
const searchTime = 45_000;

/** Rows asked for at a time: each holds a whole event. */
const pageSize = 1000;

/** Characters of all events of an answer at most. Older ones are not read then. */
const mostCharacters = 32_000_000;

/**
 * The newest events of a span, each whole. Searches of event data are left out: every dashboard makes them by the minute, and the rest
 * would not be found among them. A search that does not aggregate gives 200 events at most, so this one makes a table.
 */
const activityQuery = [
  'type != "dataspace.query"',
  `table([@id, @timestamp, @rawstring], limit=${mostActivity}, sortby=@timestamp, order=desc)`,
].join("\n| ");

/** Reads what the audit log has of a span, with the caller's credential. Never rejects. `signal` tells that nobody waits any more. */
export async function findActivity(
  cluster: Cluster,
  token: string,
  span: ActivityRequest,
  signal: AbortSignal,
): Promise<ActivityAnswer> {
  const records: Activity["records"] = [];
  let [rows, skipped, characters] = [0, 0, 0];
  const onRow = (row: unknown) => {
    if (rows++ >= mostActivity || characters > mostCharacters) return;
    const read = recordOfEvent(row, rows);
    if (read === undefined) skipped++;
    else {
      characters += JSON.stringify(read).length;
      records.push(read);
    }
  };
  const search = { query: activityQuery, span, time: searchTime, pageSize, mostRows: mostActivity, onRow };
  const ended = await searchAuditLog(cluster, token, search, signal);
  if (ended.type !== "ended") return ended;
  // A record's own time may differ a little from the one that the cluster sorted by.
  records.sort((a, b) => (a.record.timestamp < b.record.timestamp ? 1 : a.record.timestamp > b.record.timestamp ? -1 : 0));
  return {
    type: "found",
    activity: {
      records,
      more: ended.cut || rows >= mostActivity || characters > mostCharacters,
      whole: !ended.warned,
      skipped,
    },
  };
}
