import { queryOptions, skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense } from "react";

import { lazyPart } from "#web/ui/lazyPart.tsx";

import type { Report } from "./proposal.ts";

const ReportPanel = lazyPart(async () => (await import("./ReportPanel.tsx")).ReportPanel);

/** The last report, in the cache so that it outlives a visit to another page; who signs out takes it along. */
export const reportQuery = queryOptions<Report | null>({
  queryKey: ["policy-report"],
  queryFn: skipToken,
  staleTime: Infinity,
  gcTime: Infinity,
  structuralSharing: false,
});

/** What the last change did, until it is dismissed. */
export function LastReport() {
  const client = useQueryClient();
  const report = useQuery(reportQuery).data;
  return (
    report && (
      <Suspense fallback={null}>
        <ReportPanel key={report.reading.now} report={report} onDismiss={() => client.setQueryData(reportQuery.queryKey, null)} />
      </Suspense>
    )
  );
}
