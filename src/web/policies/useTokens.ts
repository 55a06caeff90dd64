import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { tokenKinds } from "#domain/token/kinds.ts";
import { kindSeen, type KindSeen } from "#web/api/kindSeen.ts";
import { ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import { tokensKey, tokensQuery } from "#web/api/tokens.ts";
import { auditUseQuery, useUseKnowledge } from "#web/last-use/auditUse.ts";
import { useOrganization } from "#web/state/organization.tsx";

import type { SeenToken } from "./impact/effects.ts";
import { ownTokens } from "./impact/ownCredential.ts";
import { readingOf, type ReadTokens } from "./reading.ts";

/** All governed tokens that this page could read, and how much of each kind that is. */
export interface AllTokens extends ReadTokens {
  /** One's own among them, by id. */
  readonly own: ReadonlyMap<string, SeenToken>;
  readonly kinds: readonly KindSeen[];
  /** Whether a kind is still being read for the first time. */
  readonly waiting: boolean;
  /** Whether any kind is being read, for the first time or again. */
  readonly loading: boolean;
  /** Reads the tokens again, with the policies in force and the IP filters. */
  readonly reload: () => void;
  readonly cancel: () => void;
}

/** The tokens of every kind, cached by React Query. A new value only when what was read is new. */
export function useTokens(): AllTokens {
  const client = useQueryClient();
  const { session } = useOrganization();
  const results = useQueries({ queries: tokenKinds.map((kind) => tokensQuery(kind, "plan")) });
  const loading = results.some((result) => result.isFetching);
  // As text, because useQueries makes new objects at every render.
  const states = JSON.stringify(results.map((result) => [result.data !== undefined, result.isFetching, result.errorUpdatedAt]));
  const lists = results.map((result) => result.data);
  const use = useUseKnowledge();
  const audit = use.type === "audited" ? use.audit : undefined;
  const reading = useMemo(() => {
    const read = readingOf(lists, audit);
    return { ...read, own: ownTokens(session, read.tokens) };
    // As many lists as there are kinds, at every render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [...lists, audit, session]);

  return useMemo(() => {
    const kinds = tokenKinds.map((kind, index) => kindSeen(kind, results[index]));
    return {
      ...reading,
      kinds,
      waiting: kinds.some(({ state }) => state === "waiting"),
      loading,
      reload: () => {
        for (const queryKey of [tokensKey, policiesQuery.queryKey, ipFiltersQuery.queryKey, auditUseQuery.queryKey])
          void client.invalidateQueries({ queryKey });
      },
      cancel: () => void client.cancelQueries({ queryKey: tokensKey }),
    };
    // `states` stands for what is used of `results`.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [reading, states, loading, client]);
}
