import { queryOptions } from "@tanstack/react-query";

import type { PermissionKind } from "#domain/token/kinds.ts";

import { call, CallError } from "./client.ts";
import { loadPart } from "./loadPart.ts";
import { sessionOf, visibilityQuery } from "./queries.ts";
import { offers } from "./session.ts";
import { tokensKey } from "./tokens.ts";

/** What all tokens of a kind may do that the caller may list: the reading behind `tokensQuery`, which tells all else of them. */
export function rightsQuery(kind: PermissionKind) {
  return queryOptions({
    queryKey: [...tokensKey, kind, "rights"],
    queryFn: async ({ client, signal }) => {
      const { readRights } = await loadPart(() => import("#logscale/readRights.ts"));
      const session = await sessionOf(client);
      return readRights(kind, {
        ask: call,
        offers: (extension) => offers(session, extension),
        visibility: (await client.query({ ...visibilityQuery, staleTime: "static" }))[kind],
        isTooLarge: (error) => error instanceof CallError && error.failure.code === "TOO_COSTLY",
        isRefused: (error) => error instanceof CallError && error.failure.kind === "refused",
        signal,
      });
    },
    staleTime: 60_000,
    structuralSharing: false,
  });
}
