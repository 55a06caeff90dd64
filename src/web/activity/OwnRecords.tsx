import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { Link as RouterLink } from "react-router";

import { failureOf } from "#web/api/failure.ts";
import { offers } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { readView } from "#web/list/view.ts";
import { useSession } from "#web/state/organization.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import { activityLink, type RecordsLink } from "./activityLink.ts";
import { clusterActivityQuery, spanFilters } from "./clusterActivity.ts";
import { ClusterNotes } from "./ClusterNotes.tsx";
import { activityDialect } from "./link.ts";
import { recordsQuery } from "./query.ts";
import { RecordItem } from "./RecordItem.tsx";

const PutBack = lazyPart(async () => (await import("./PutBack.tsx")).PutBack);

/** So many records stand on the page of what they are about. */
const few = 10;

export interface OwnRecordsProps {
  readonly asked: RecordsLink;
  /** The heading that they stand under. */
  readonly title: string;
}

/** The last records of something, and the way to all of them. */
export function OwnRecords({ asked, title }: OwnRecordsProps) {
  const ofCluster = offers(useSession(), "auditLog");
  // A cluster's log is read for a span, which is cut where too much else happened in it.
  const narrowed = ofCluster ? { ...asked, time: ["7d"] } : asked;
  const all = activityLink(narrowed);
  const { search, filters } = readView(activityDialect, new URLSearchParams(all.slice(all.indexOf("?"))));
  const span = spanFilters({ filters });
  const cluster = useQuery({ ...clusterActivityQuery(span), enabled: ofCluster });
  const query = useInfiniteQuery({ ...recordsQuery({ search, filters }, few), enabled: !ofCluster || cluster.isSuccess });
  const now = useServerNow();
  const [page] = query.data?.pages ?? [];
  if (page === undefined) {
    const failed = cluster.isError ? cluster : query;
    return failed.isError ? (
      <ErrorState
        title="What is on record could not be read"
        failure={failureOf(failed.error)}
        onRetry={() => void failed.refetch()}
      />
    ) : (
      <LoadingShape label={`${title}: reading what is on record`} shape="form" rows={3} />
    );
  }
  const { records, next, everybody } = page;
  return (
    <>
      {ofCluster && <ClusterNotes filters={span} read={cluster.data} />}
      {records.length === 0 ? (
        <Typography>
          {ofCluster
            ? "Nothing of it is on record in this span. Open it in Activity to choose another."
            : `${everybody ? "Nothing is on record of it." : "Nothing that you did is on record of it."} Records that are older than the retention are deleted.`}
        </Typography>
      ) : (
        <Box component="ul" sx={listStyle}>
          {records.map(({ record }) => (
            <li key={record.id}>
              <RecordItem record={record} to={activityLink(narrowed, record.id)} now={now} />
              <Suspense fallback={null}>
                {record.type === "organizations.securitypolicies.tokens.update" && <PutBack record={record} />}
              </Suspense>
            </li>
          ))}
        </Box>
      )}
      {!ofCluster && !everybody && records.length > 0 && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          These are your own acts. Root and owners of the organization see everybody’s.
        </Typography>
      )}
      <Box sx={{ marginTop: 2 }}>
        <Link component={RouterLink} to={all}>
          {next === null ? "Open in Activity" : "All of them in Activity"}
        </Link>
      </Box>
    </>
  );
}

const listStyle = {
  listStyle: "none",
  margin: 0,
  padding: 0,
  overflowWrap: "anywhere",
  "& > li": { paddingBlock: 2, borderBottom: 1, borderColor: "divider" },
} as const;
