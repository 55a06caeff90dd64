import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { carriesPermissions, tokenKinds } from "#domain/token/kinds.ts";
import type { RecoveryKit } from "#domain/policy/recoveryKit.ts";
import { unknownHoldings } from "#domain/token/rights.ts";
import { ipFiltersQuery, policiesQuery, searchDomainsQuery } from "#web/api/queries.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { distinctNames } from "#web/ui/distinctNames.ts";

import type { JudgeContext } from "./judge.ts";
import { tokensNow } from "./tokensNow.ts";
import type { KitFate } from "./replay.ts";

/** The kinds of which a kit can make tokens again. */
const kinds = tokenKinds.filter(carriesPermissions);

/** What a kit meets on the server. */
export interface KitSurroundings {
  /** Whether everything was read, or could not be. */
  readonly ready: boolean;
  /** Whether the policies in force could not be read. */
  readonly policiesFailed: boolean;
  /** The names of the IP filters, each told from the others, by id. */
  readonly filterNames: ReadonlyMap<string, string>;
  /** What the tokens of the kit are judged by at an instant, ms since epoch. A new function only when what was read is new. */
  readonly at: (now: number) => JudgeContext;
}

/** Reads what the tokens of a kit are judged by. `fates` gives what became of them so far; it is asked whenever a list was read anew. */
export function useKitContext(kit: RecoveryKit, fates: () => Iterable<KitFate>): KitSurroundings {
  const policies = useQuery(policiesQuery);
  const filters = useQuery(ipFiltersQuery);
  const domains = useQuery(searchDomainsQuery);
  const holdings = useQuery(holdingsQuery);
  const results = useQueries({ queries: kinds.map((kind) => tokensQuery(kind, "plan")) });
  const lists = results.map((result) => result.data);

  const filterNames = useMemo(
    () => distinctNames([...(filters.data ?? []), ...(policies.data?.filters.values() ?? [])]),
    [filters.data, policies.data],
  );
  const at = useMemo(() => {
    const known = {
      policies: policies.data?.policies,
      holdings: holdings.data ?? unknownHoldings,
      filters: filters.data && new Set(filterNames.keys()),
      views: domains.data && new Set(domains.data.map(({ id }) => id)),
      // Lists are read again after a run; what it made has its place among the fates by then.
      ...tokensNow(lists, kit.savedAt, fates()),
    };
    return (now: number) => ({ ...known, now });
    // As many lists as there are kinds, at every render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [policies.data, holdings.data, filters.data, filterNames, domains.data, ...lists, kit, fates]);

  return {
    ready: [policies, filters, domains, holdings, ...results].every((query) => !query.isPending),
    policiesFailed: policies.isError,
    filterNames,
    at,
  };
}
