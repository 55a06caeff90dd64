import { queryOptions, useQuery } from "@tanstack/react-query";

import { day } from "#domain/duration.ts";
import type { AuditedUse } from "#domain/token/auditedUse.ts";
import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/failure.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";

/** Last use as the cluster's audit log tells it. The search takes the cluster some work, so it is kept for ten minutes. */
export const auditUseQuery = queryOptions({
  queryKey: ["audit-use"],
  queryFn: async ({ signal }): Promise<AuditedUse> => {
    const { readAuditUse } = await loadPart(() => import("./readAuditUse.ts"));
    return readAuditUse(signal);
  },
  staleTime: 600_000,
  // Whoever may not search may not a moment later either, and a search that took too long would again.
  retry: false,
  structuralSharing: false,
});

/**
 * How last use is known here:
 *
 * - `recorded`: the server records every use
 * - `audited`: the audit log of the cluster tells some of it
 * - `searching`, `failed`: the audit log is being searched, or could not be
 * - `unknown`: nobody tells
 */
export type UseKnowledge =
  | { readonly type: "recorded" | "searching" | "unknown" }
  | { readonly type: "audited"; readonly audit: AuditedUse }
  | { readonly type: "failed"; readonly failure: Failure; readonly retry: () => void };

/** How last use is known in this session. Has the audit log searched where there is one. */
export function useUseKnowledge(): UseKnowledge {
  const session = useSession();
  const audited = offers(session, "auditUse");
  const { data, error, isFetching, refetch } = useQuery({ ...auditUseQuery, enabled: audited, retryOnMount: false });
  if (offers(session, "tokenUse")) return { type: "recorded" };
  if (!audited) return { type: "unknown" };
  if (data !== undefined) return { type: "audited", audit: data };
  if (error !== null && !isFetching) return { type: "failed", failure: failureOf(error), retry: () => void refetch() };
  return { type: "searching" };
}

/** How far last use is known: of every token, of those that an audit log names, or not at all. */
export type UseReach = "recorded" | "audited" | "unknown";

/** How far last use is known at this moment. */
export function reachOf({ type }: UseKnowledge): UseReach {
  return type === "recorded" || type === "audited" ? type : "unknown";
}

/** Shown as the last use of a token whose use is unknown. */
export function unknownUseWords(knowledge: UseKnowledge): string {
  switch (knowledge.type) {
    case "recorded":
    case "failed":
      return "Not known";
    case "unknown":
      return "This server does not tell";
    case "searching":
      return "Being searched for";
    case "audited":
      return `Not in the audit log of the last ${knowledge.audit.period / day} days`;
    default:
      return knowledge satisfies never;
  }
}
