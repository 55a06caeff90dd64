import Alert from "@mui/material/Alert";
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useMemo } from "react";
import { useSearchParams } from "react-router";

import { failureOf } from "#web/api/failure.ts";
import { offers } from "#web/api/session.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { useListView } from "#web/list/useListView.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

import { ChainSign } from "./ChainSign.tsx";
import { clusterActivityQuery, clusterKey, spanFilters } from "./clusterActivity.ts";
import { ClusterNotes } from "./ClusterNotes.tsx";
import { activityDialect, type RecordsAsked } from "./link.ts";
import { recordsKey, recordsQuery } from "./query.ts";
import { recordSearch } from "./RecordLink.tsx";
import { RecordsTable, type Row } from "./RecordsTable.tsx";
import { useSettled } from "./useSettled.ts";

const RecordDialog = lazyDialog(async () => (await import("./RecordDialog.tsx")).RecordDialog);

const purpose =
  "Who did what, when and from where: every change, each that was refused, and each time that values of tokens were shown. A record is written together with its act, never holds a secret, and cannot be changed unnoticed.";

const clusterPurpose =
  "Who did what, when and from where, as the cluster’s own audit log has it. It is searched with your credential, for one span of time.";

/** The audit trail, the newest first. */
export function ActivityPage() {
  const session = useSession();
  const ofCluster = offers(session, "auditLog");
  const offered = ofCluster || offers(session, "auditTrail");
  const client = useQueryClient();
  const view = useListView(activityDialect);
  const search = useSettled(view.search);
  const { filters } = view;
  const narrowed = useMemo((): RecordsAsked => ({ search, filters }), [search, filters]);
  // Before what comes from it, so that all of that waits for one search.
  const cluster = useQuery({ ...clusterActivityQuery(spanFilters(narrowed)), enabled: ofCluster });
  const records = useInfiniteQuery({
    ...recordsQuery(narrowed),
    enabled: ofCluster ? cluster.isSuccess : offered,
    placeholderData: keepPreviousData,
  });
  const { data, isFetching, isFetchingNextPage, hasNextPage, fetchNextPage } = records;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.records), [data]);
  const missing = rows !== undefined && hasNextPage && view.row + readAhead > rows.length;
  useEffect(() => {
    if (missing && !isFetching && !records.isError) void fetchNextPage();
  }, [missing, isFetching, records.isError, fetchNextPage]);
  // The row that the address names must be there before the table goes to it.
  const arrived = rows !== undefined && (view.row < rows.length || !hasNextPage);
  const error = cluster.error ?? records.error;
  const isError = error !== null;
  const failure = isError ? failureOf(error) : undefined;
  // What comes from a cluster's records is read from them once they are there.
  const read = async () => {
    if (ofCluster) await client.invalidateQueries({ queryKey: clusterKey });
    await client.invalidateQueries({ queryKey: recordsKey });
  };
  return (
    <>
      <ListPage
        title="Activity"
        path={paths.activity}
        what="records"
        purpose={ofCluster ? clusterPurpose : purpose}
        data={arrived || isError ? rows : undefined}
        failure={failure}
        reading={(isFetching && !isFetchingNextPage) || cluster.isFetching}
        onRead={() => void read()}
        readAt={data && (ofCluster ? cluster.dataUpdatedAt : records.dataUpdatedAt)}
        hidden={
          !offered ? (
            <NotOffered />
          ) : data === undefined && failure?.kind === "refused" && failure.code === "NOT_ALLOWED" ? (
            <EmptyState title="Activity is not shown to you">{failure.message}</EmptyState>
          ) : undefined
        }
        partial={
          ofCluster ? (
            <ClusterNotes filters={spanFilters(narrowed)} read={cluster.data} />
          ) : data?.pages[0]?.everybody === true ? (
            <ChainSign />
          ) : (
            <OwnActsAlone />
          )
        }
      >
        {(shown) => (
          <RecordsTable
            rows={shown}
            view={view}
            narrowed={narrowed}
            more={hasNextPage}
            busy={isFetchingNextPage}
            onMore={() => void fetchNextPage()}
          />
        )}
      </ListPage>
      {offered && (!ofCluster || cluster.data !== undefined) && <OpenedRecord rows={rows ?? []} />}
    </>
  );
}

/** So many rows below the first in sight are read before somebody comes to them. */
const readAhead = 100;

function NotOffered() {
  return (
    <EmptyState title="This server keeps no audit trail that it shows">
      It was started with <code>--strict-logscale</code>, which offers nothing beyond LogScale.{" "}
      <code>tokenhouse audit export</code> prints the records on the server’s machine.
    </EmptyState>
  );
}

function OwnActsAlone() {
  return (
    <Alert severity="info" sx={{ marginBottom: 4 }}>
      You see the records of your own acts. Root and owners of the organization see everybody’s.
    </Alert>
  );
}

/** The record that the address names, over the list. */
function OpenedRecord({ rows }: { readonly rows: readonly Row[] }) {
  const [params, setParams] = useSearchParams();
  const id = params.get("record");
  if (id === null) return null;
  return (
    <Suspense fallback={null}>
      <RecordDialog
        id={id}
        listed={rows.find(({ record }) => record.id === id)}
        onClose={() => setParams((current) => recordSearch(current, undefined))}
      />
    </Suspense>
  );
}
