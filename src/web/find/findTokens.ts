import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { tokenKinds } from "#domain/token/kinds.ts";
import { kindOfTypename } from "#logscale/convert.ts";
import { FindTokensDocument } from "#logscale/generated/find.ts";
import { FindPersonalTokensDocument } from "#logscale/generated/findExtension.ts";

import { call } from "#web/api/client.ts";
import { sessionOf } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";
import { tokensKey, tokensQuery } from "#web/api/tokens.ts";
import { beginsWith, keyOf, tokenPlace, type Place } from "./places.ts";

/** API tokens that a search found. */
export interface FoundTokens {
  readonly places: readonly Place[];
  /** How many there are beyond those. */
  readonly more: number;
  /** How many were found that are left out, being of a type that this page does not know. */
  readonly unknown: number;
  /** False where the backend lists nobody's personal tokens. */
  readonly personalToo: boolean;
}

/** How many tokens are asked for, of the personal kind and of all others. They come by name, and the best may be among the last. */
const most = 200;

/** The API tokens that the caller may list whose name or id holds a text. It is forgotten with the dialog that asked. */
export function findTokensQuery(text: string) {
  return queryOptions({
    queryKey: [...tokensKey, "find", text],
    queryFn: async ({ client, signal }): Promise<FoundTokens> => {
      const personalToo = offers(await sessionOf(client), "personalTokens");
      const variables = { text, limit: most };
      const lists = await Promise.all([
        personalToo ? call(FindPersonalTokensDocument, variables, { signal }).then((data) => data.personalTokens) : undefined,
        call(FindTokensDocument, variables, { signal }).then((data) => data.tokens),
      ]);
      const found = lists.filter((list) => list !== undefined);
      const tokens = found.flatMap(({ results }) => results);
      const known = tokens.flatMap((token) => {
        const kind = kindOfTypename(token.__typename);
        return kind === undefined ? [] : [tokenPlace(kind, token, text)];
      });
      const beyond = found.reduce((sum, { totalResults }) => sum + totalResults, 0) - tokens.length;
      const places = beyond === 0 ? known : withBest(known, bestRead(client, text));
      return {
        places,
        unknown: tokens.length - known.length,
        more: Math.max(0, beyond - (places.length - known.length)),
        personalToo,
      };
    },
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** Of the tokens that a page has read, those that are what was typed or begin with it: they may come late in the server's order. */
function bestRead(client: QueryClient, text: string): readonly Place[] {
  return tokenKinds.flatMap((kind) => {
    const { tokens = [] } = client.getQueryData(tokensQuery(kind, "plan").queryKey) ?? {};
    return tokens.filter((token) => beginsWith(token, text)).map((token) => tokenPlace(kind, token, text));
  });
}

function withBest(places: readonly Place[], best: readonly Place[]): readonly Place[] {
  const there = new Set(places.map(keyOf));
  return [...places, ...best.filter((place) => !there.has(keyOf(place))).slice(0, most)];
}
