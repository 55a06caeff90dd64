import { queryOptions, type QueryClient } from "@tanstack/react-query";

import type { TokenKind } from "#domain/token/kinds.ts";
import type { OneTokenQuery, OneTokenWithUseQuery } from "#logscale/generated/graphql.ts";
import { OneTokenDocument, OwnTokenDocument } from "#logscale/generated/token.ts";
import { OneTokenWithUseDocument } from "#logscale/generated/tokenExtension.ts";
import { tokenDetailFromWire, type TokenDetail } from "#logscale/tokenDetail.ts";
import { call, CallError } from "#web/api/client.ts";
import { sessionOf } from "#web/api/queries.ts";
import { offers, sessionQuery } from "#web/api/session.ts";
import { tokensKey } from "#web/api/tokens.ts";
import { findingNotesKey } from "#web/inventory/notes/key.ts";

/** What the keys of single tokens begin with; for invalidating them together. */
export const tokenKey = ["token"] as const;

/**
 * One token. Fails with `refused` when there is no such token or the caller may not administer it, which a server does not tell apart. A
 * LogScale answers for one's own personal token only by way of the account. Of which kind it is makes no other difference.
 */
export function tokenQuery(kind: TokenKind | "any", id: string) {
  return queryOptions({
    queryKey: [...tokenKey, kind, id],
    queryFn: async ({ client, signal }): Promise<TokenDetail> => {
      const session = await sessionOf(client);
      if (kind === "personal" && session.backend === "gateway" && session.user?.id === id) {
        const own = (await call(OwnTokenDocument, {}, { signal })).viewer.token;
        if (own) return detailFromWire(own);
        throw new CallError({ kind: "refused", code: "NOT_FOUND", message: "You have no personal token." });
      }
      const document = offers(session, "tokenUse") ? OneTokenWithUseDocument : OneTokenDocument;
      return detailFromWire((await call(document, { id }, { signal })).token);
    },
    staleTime: 0,
    // A token that is gone stays gone.
    retry: false,
  });
}

function detailFromWire(wire: OneTokenQuery["token"] | OneTokenWithUseQuery["token"]): TokenDetail {
  const detail = tokenDetailFromWire(wire);
  if (detail !== undefined) return detail;
  const message = `This token is of the type ${wire.__typename}, which this page does not know. A newer Tokenhouse may.`;
  throw new CallError({ kind: "unexpected", message });
}

/** What a change touched beside tokens. */
interface Touched {
  /** Whether the token of the session was replaced by another, which the session follows. */
  readonly credential?: boolean;
  /** Id of a token that is no longer there: asking for it again would only be refused. */
  readonly except?: string | undefined;
  /** Leaves the reading to later: while a secret is shown nothing else may happen on the page, such as the end of its session. */
  readonly later?: boolean;
}

/** Refreshes everything that a change of tokens may have touched. Pages do not wait for it: they show that they read. */
export async function tokensChanged(
  client: QueryClient,
  { credential = false, except, later = false }: Touched = {},
): Promise<void> {
  const refetchType = later ? "none" : "active";
  await Promise.all([
    client.invalidateQueries({ queryKey: tokensKey, refetchType }),
    client.invalidateQueries({ queryKey: tokenKey, predicate: ({ queryKey }) => queryKey[2] !== except, refetchType }),
    // A rotation takes what is noted of a token along to the new one.
    client.invalidateQueries({ queryKey: findingNotesKey, refetchType }),
    credential && client.invalidateQueries({ queryKey: sessionQuery.queryKey, refetchType }),
  ]);
}
