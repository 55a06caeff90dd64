import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { tokenKinds } from "#domain/token/kinds.ts";
import { withAuditedUse, type AuditedUse } from "#domain/token/auditedUse.ts";
import { policiesQuery } from "#web/api/queries.ts";
import { tokensQuery } from "#web/api/tokens.ts";

import { dashboardFilterQuery } from "./requests.ts";
import { usesOf, type FilterUse, type KindTokens } from "./use.ts";

/** Who uses each filter, by its id, with what an audit log tells of their last use; a new function only when what was read is new. */
export function useUses(audit?: AuditedUse): (id: string) => FilterUse {
  const results = useQueries({ queries: tokenKinds.map((kind) => tokensQuery(kind, "plan")) });
  const policies = useQuery(policiesQuery).data?.policies;
  const dashboardFilter = useQuery(dashboardFilterQuery).data;
  // As text, because useQueries makes new objects at every render.
  const states = JSON.stringify(results.map(({ isError, dataUpdatedAt }) => [isError, dataUpdatedAt]));
  return useMemo(
    () =>
      usesOf({
        kinds: tokenKinds.map((kind, index): KindTokens => {
          const result = results[index];
          const list = result?.data;
          return list === undefined
            ? { kind, state: result?.isError === true ? "failed" : "waiting", tokens: [] }
            : {
                kind,
                state: list.visibility,
                tokens: audit === undefined ? list.tokens : list.tokens.map((token) => withAuditedUse(token, audit)),
              };
        }),
        policies,
        dashboardFilter,
      }),
    // `states` stands for what is used of `results`.
    // oxlint-disable-next-line react/exhaustive-deps
    [states, policies, dashboardFilter, audit],
  );
}
