import { queryOptions } from "@tanstack/react-query";

import { kindOfTypename } from "#logscale/convert.ts";
import { FindTokensDocument } from "#logscale/generated/find.ts";
import { FindPersonalTokensDocument } from "#logscale/generated/findExtension.ts";

import { call } from "#web/api/client.ts";
import { sessionOf } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";
import { tokensKey } from "#web/api/tokens.ts";
import { tokenPlace, type Place } from "./places.ts";

/** Tokens that a search found. */
export interface FoundTokens {
  readonly places: readonly Place[];
  /** How many there are beyond those. */
  readonly more: number;
  /** How many were found that are left out, being of a type that this page does not know. */
  readonly unknown: number;
  /** False where the backend lists nobody's personal tokens. */
  readonly personalToo: boolean;
}

/** How many tokens are asked for, of the personal kind and of all others. */
const most = 20;

/** The tokens that the caller may list whose name or id holds a text. It is forgotten with the dialog that asked. */
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
      const places = tokens.flatMap((token) => {
        const kind = kindOfTypename(token.__typename);
        return kind === undefined ? [] : [tokenPlace(kind, token)];
      });
      return {
        // Kinds together, whatever order the names are in.
        places: places.toSorted((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0)),
        unknown: tokens.length - places.length,
        more: found.reduce((sum, { totalResults }) => sum + totalResults, 0) - tokens.length,
        personalToo,
      };
    },
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}
