import { queryOptions } from "@tanstack/react-query";

import type { TokenRights } from "#domain/inventory/item.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";

import { loadPart } from "./loadPart.ts";
import { tokensKey } from "./tokens.ts";

/** What the tokens of a kind may do. */
export interface RightsList {
  /** By the token's id. Tokens with equal rights share one value. */
  readonly rights: ReadonlyMap<string, TokenRights>;
  /** Whether the list stood still while it was read. */
  readonly steady: boolean;
}

/** What all tokens of a kind may do that the caller may list: the reading behind `tokensQuery`, which tells all else of them. */
export function rightsQuery(kind: PermissionKind) {
  return queryOptions({
    queryKey: [...tokensKey, kind, "rights"],
    queryFn: async ({ client, signal }) => {
      const { loadRights } = await loadPart(() => import("./readRights.ts"));
      return loadRights(client, kind, signal);
    },
    staleTime: 60_000,
    structuralSharing: false,
  });
}
