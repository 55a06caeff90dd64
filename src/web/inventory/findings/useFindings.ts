import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { FindingsContext } from "#domain/findings/facts.ts";
import type { InventoryKind, InventoryToken, TokenRights } from "#domain/inventory/item.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { useServerMinute } from "#web/policies/impact/useServerMinute.ts";
import { useOrganization } from "#web/state/organization.tsx";

import { peopleQuery } from "./peopleQuery.ts";
import type { FindingsReading } from "./reading.ts";

/** What findings are judged on: the inventory, or a part of it. */
export interface JudgedTokens {
  readonly tokens: readonly InventoryToken[];
  readonly kinds: readonly { readonly kind: InventoryKind; readonly state: string }[];
  readonly rights: { readonly of: (token: InventoryToken) => TokenRights | undefined };
  /** Whether tokens are still being read for the first time. */
  readonly waiting: boolean;
}

/** What judges tokens. Where it could not be loaded there are no findings to show, which is not the same as none. */
export const judgingQuery = queryOptions({
  queryKey: ["part", "judging"],
  queryFn: () => loadPart(() => import("./judging.ts")),
  staleTime: Infinity,
  structuralSharing: false,
});

/**
 * The findings of all these tokens; undefined until they have been judged once. They are judged in turns of a few ms, so that typing goes on
 * meanwhile, and anew whenever what they rest on was read again and once a minute. Until then the former ones stay: `tokens` tells of which
 * they are.
 */
export function useFindings(judged: JudgedTokens): FindingsReading | undefined {
  const { tokens, kinds, waiting } = judged;
  const { of: rightsOf } = judged.rights;
  const { filters } = useOrganization();
  const policies = useQuery(policiesQuery);
  const people = useQuery({ ...peopleQuery, enabled: !waiting });
  const listed = useQuery(ipFiltersQuery);
  const { notes, pending } = useFindingNotes(!waiting);
  const { index, links } = notes;
  const thresholds = notes.thresholds.values;
  const now = useServerMinute(tokens);
  const [reading, setReading] = useState<FindingsReading>();
  const complete = kinds.flatMap(({ kind, state }) => (state === "complete" ? [kind] : [])).join();
  // Judged once with all that can be read rather than with each piece of it as it comes.
  const ready = !waiting && !policies.isPending && !people.isPending && !listed.isPending && !pending;
  const [policiesInForce, everybody] = [policies.data?.policies, people.data ?? undefined];

  const { data: part } = useQuery({ ...judgingQuery, enabled: ready });

  useEffect(() => {
    if (!ready || part === undefined) return undefined;
    const { judgeInTurns, filterJudge, putAside } = part;
    const work = new AbortController();
    const judge = async () => {
      const context: FindingsContext = {
        now,
        thresholds,
        judge: filterJudge((id) => filters.get(id)?.ipFilter),
        filters,
        policies: policiesInForce,
        people: everybody,
        rightsOf,
        complete: new Set(kinds.flatMap(({ kind, state }) => (state === "complete" ? [kind] : []))),
        links,
        dismissed: putAside(index, now),
      };
      const next = await judgeInTurns(tokens, context, work.signal);
      if (next !== undefined && !work.signal.aborted) setReading(next);
    };
    void judge();
    return () => work.abort();
    // `complete` stands for what is used of `kinds`.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [ready, part, tokens, complete, rightsOf, filters, policiesInForce, everybody, thresholds, links, index, now]);

  return reading;
}
