import Alert from "@mui/material/Alert";

import { mostActivity } from "#logscale/activity.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { localTime } from "#web/ui/times.ts";

import type { ClusterActivity, SpanFilters } from "./clusterActivity.ts";
import { spanWords, timeWords } from "./time.ts";

export interface ClusterNotesProps {
  readonly filters: SpanFilters;
  /** What was read; undefined as long as it is being read. */
  readonly read: ClusterActivity | undefined;
}

/** What a cluster's audit log does not show, and of what span it was read. */
export function ClusterNotes({ filters, read }: ClusterNotesProps) {
  if (read === undefined) return null;
  const { more, whole, skipped, records, span } = read;
  const oldest = records.at(-1)?.record.timestamp;
  return (
    <>
      <Alert severity="info" sx={{ marginBottom: 4 }}>
        {timeWords(filters) ?? spanWords["24h"]}, up to {localTime(span.until)}, as LogScale’s repository <code>humio-audit</code>{" "}
        shows it to you: by default your own acts alone; everybody’s to members of that repository, and on cloud to owners of the
        organization. It has no searches of event data here, and LogScale documents no records of what it refused, nor of every
        request.
      </Alert>
      {(more || !whole || skipped > 0) && (
        <Alert severity="warning" sx={{ marginBottom: 4 }}>
          {more &&
            `Only the newest ${count(Math.min(records.length + skipped, mostActivity))} records of this span were read${oldest === undefined ? "" : `, back to ${localTime(Date.parse(oldest))}`}. Choose a shorter or earlier span to see others. `}
          {!whole && "LogScale warned that its answer may not be whole. "}
          {skipped > 0 && `${countOf(skipped, "event")} could not be read and ${skipped === 1 ? "is" : "are"} left out.`}
        </Alert>
      )}
    </>
  );
}
