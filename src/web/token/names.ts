import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import type { TokenKind } from "#domain/kinds.ts";
import { tokensQuery } from "#web/api/tokens.ts";

/** How many tokens of a kind have each name, as far as the list is known; it is read in the background where no page read it before. */
export function useTokenNames(kind: TokenKind): ReadonlyMap<string, number> {
  const client = useQueryClient();
  const full = tokensQuery(kind, "full");
  const read = client.getQueryData(full.queryKey) !== undefined;
  const list = useQuery({ ...(read ? full : tokensQuery(kind, "plan")), enabled: kind !== "personal" }).data;
  return useMemo(() => {
    const names = new Map<string, number>();
    for (const { name } of list?.tokens ?? []) names.set(name, (names.get(name) ?? 0) + 1);
    return names;
  }, [list]);
}
