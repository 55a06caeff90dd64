import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import type { TokenKind } from "#domain/token/kinds.ts";
import { likeness } from "#domain/name.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { namesakesIn, type Namesakes } from "#web/ui/namesakes.ts";

/** Counts the tokens of a kind that have a name, and those with a lookalike. */
export type CountNamesakes = (name: string) => Namesakes;

/** {@link CountNamesakes} of the list, as far as it is known; it is read in the background where no page read it before. */
export function useNamesakes(kind: TokenKind): CountNamesakes {
  const client = useQueryClient();
  const full = tokensQuery(kind, "full");
  const read = client.getQueryData(full.queryKey) !== undefined;
  const list = useQuery({ ...(read ? full : tokensQuery(kind, "plan")), enabled: kind !== "personal" }).data;
  return useMemo(() => {
    const alike = new Map<string, string[]>();
    for (const { name } of list?.tokens ?? []) {
      const key = likeness(name);
      const names = alike.get(key);
      if (names === undefined) alike.set(key, [name]);
      else names.push(name);
    }
    return (name) => namesakesIn(name, alike.get(likeness(name)) ?? []);
  }, [list]);
}
