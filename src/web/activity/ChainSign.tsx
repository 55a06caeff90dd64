import IntactIcon from "@mui/icons-material/VerifiedOutlined";
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { minute } from "#domain/duration.ts";
import type { ChainReport } from "#logscale/audit.ts";
import { failureOf } from "#web/api/failure.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { localTime, presentAfter } from "#web/ui/times.ts";

import { verificationQuery } from "./query.ts";
import { recordSearch } from "./RecordLink.tsx";

/** Whether the chain of the trail holds, and what to do where it does not. For who may read all of it. */
export function ChainSign() {
  const { data, isError, error, isFetching, refetch, dataUpdatedAt } = useQuery(verificationQuery);
  const now = useServerNow();
  if (data === undefined) {
    return (
      <Box sx={{ marginBottom: 4 }}>
        {isError ? (
          <ErrorState
            title="Whether the trail is whole could not be found out"
            failure={failureOf(error)}
            onRetry={() => void refetch()}
          />
        ) : (
          <Typography role="status" sx={{ color: "text.secondary" }}>
            Looking through the trail…
          </Typography>
        )}
      </Box>
    );
  }
  const again = (
    <BusyButton size="small" color="inherit" busy={isFetching} onClick={() => void refetch()}>
      Look again
    </BusyButton>
  );
  if (data.faults.length > 0) return <Broken report={data} again={again} />;
  return (
    <Box sx={signStyle}>
      <IntactIcon aria-hidden fontSize="small" sx={{ color: "success.main" }} />
      <div>
        <strong>The chain holds.</strong> {countOf(data.records, "record")} as this server wrote{" "}
        {data.records === 1 ? "it" : "them"}, looked through <Instant at={dataUpdatedAt} now={presentAfter(dataUpdatedAt, now)} />
        .{data.waiting > 0 && ` ${waitingWords(data, presentAfter(dataUpdatedAt, now))}`}
        {data.cutAfter > 0 && ` Retention deleted the ${countOf(data.cutAfter, "record")} before.`}
        {!data.compared && " No end of the chain stands outside the database: a tail that was cut off would not be noticed."}
      </div>
      {again}
    </Box>
  );
}

/** How long a record may wait, ms. One that counts refusals is written a minute after the first of them, whose time it has. */
const longestWait = 5 * minute;

function waitingWords({ waiting, waitingSince }: ChainReport, now: number): string {
  const waits = `${count(waiting)} more ${waiting === 1 ? "waits" : "wait"} to be chained`;
  return waitingSince != null && now - Date.parse(waitingSince) > longestWait
    ? `${waits} since ${localTime(Date.parse(waitingSince))}: nothing is chained any more. The server’s log says why.`
    : `${waits}, within a second.`;
}

/** The button stands beside the words, and below them where there is little room. */
const signStyle = {
  display: "flex",
  flexWrap: { xs: "wrap", sm: "nowrap" },
  alignItems: "start",
  columnGap: 2,
  rowGap: 1,
  marginBottom: 4,
  "& > div": { flex: { xs: "1 1 calc(100% - 40px)", sm: "0 1 auto" } },
  "& > button": { flexShrink: 0, marginTop: "-4px" },
} as const;

function Broken({ report: { faults, records }, again }: { readonly report: ChainReport; readonly again: React.ReactNode }) {
  return (
    <Alert severity="error" action={again} sx={{ marginBottom: 4 }}>
      <AlertTitle>The chain does not hold: this is not what the server wrote</AlertTitle>
      Of {countOf(records, "record")}, {faults.length === 100 ? "at least " : ""}
      {countOf(faults.length, "place")} {faults.length === 1 ? "is" : "are"} wrong:
      <Box component="ul" sx={{ marginBlock: 1, paddingInlineStart: 4, maxHeight: 200, overflowY: "auto" }}>
        {faults.map(({ what, record }) => (
          <li key={`${what} ${record ?? ""}`}>
            {what}{" "}
            {record !== null && (
              <Link component={RouterLink} to={{ search: recordSearch("", record) }}>
                Open the record
              </Link>
            )}
          </li>
        ))}
      </Box>
      Keep the database and the file <code>audit-head.json</code> in <code>DATA_DIR</code> as they are, and copy both. Compare
      with the records that were shipped by <code>AUDIT_STREAM</code>. Where an older database was restored on purpose, move the
      file away once you have kept a copy. Else somebody has written to the database: treat its tokens as known to them.{" "}
      <code>tokenhouse audit verify</code> tells the same on the server’s machine; docs/audit.md says more.
    </Alert>
  );
}
