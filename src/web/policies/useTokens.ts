import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import { tokensKey, tokensQuery, type TokenList } from "#web/api/tokens.ts";
import { auditUseQuery, useUseKnowledge } from "#web/last-use/auditUse.ts";

import type { SeenToken } from "./impact/effects.ts";
import { readingOf, type ReadTokens } from "./reading.ts";

/** How much of one kind this page has. */
export interface KindSeen {
  readonly kind: TokenKind;
  /** `failed`: could not be read, so nothing of it is seen; `waiting`: not yet read. */
  readonly state: "complete" | "partial" | "hidden" | "failed" | "waiting";
  /** How many of the kind were read. */
  readonly seen: number;
  /** How many were left out, being of a type that this page does not know. */
  readonly unknown: number;
  /** Whether more of the kind may exist than the caller may list. */
  readonly more: boolean;
  /** False when the list changed while it was read, so that reading again may show more. */
  readonly steady: boolean;
  readonly failure?: Failure;
}

/** All governed tokens that this page could read, and how much of each kind that is. */
export interface AllTokens extends ReadTokens {
  readonly byId: ReadonlyMap<string, SeenToken>;
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
  const results = useQueries({ queries: tokenKinds.map((kind) => tokensQuery(kind, "plan")) });
  const loading = results.some((result) => result.isFetching);
  // As text, because useQueries makes new objects at every render.
  const states = JSON.stringify(results.map((result) => [result.data !== undefined, result.isFetching, result.errorUpdatedAt]));
  const lists = results.map((result) => result.data);
  const use = useUseKnowledge();
  const audit = use.type === "audited" ? use.audit : undefined;
  const reading = useMemo(() => {
    const read = readingOf(lists, audit);
    return { ...read, byId: new Map(read.tokens.map((token) => [token.id, token])) };
    // As many lists as there are kinds, at every render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [...lists, audit]);

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

function kindSeen(
  kind: TokenKind,
  result: { readonly data: TokenList | undefined; readonly error: Error | null; readonly isFetching: boolean } | undefined,
): KindSeen {
  if (result?.data !== undefined) {
    const { visibility, listable, seen, unknown, steady } = result.data;
    return { kind, state: visibility, seen, unknown, more: listable === "partial", steady };
  }
  const none = { kind, seen: 0, unknown: 0, more: false, steady: true };
  if (result === undefined || result.isFetching) return { ...none, state: "waiting" };
  // Called off before anything was read: no error, and nothing seen either.
  const failure: Failure = result.error ? failureOf(result.error) : { kind: "unexpected", message: "Reading was called off." };
  return { ...none, state: "failed", failure };
}
