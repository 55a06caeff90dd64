import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";

import type { TokenKind } from "#domain/token/kinds.ts";
import { TokenKeysetPageDocument } from "#logscale/generated/tokensExtension.ts";
import { listedAt } from "#logscale/pageQueries.ts";
import {
  countTokens,
  firstRows,
  keysetVariables,
  readTokenPage,
  type TokenPage,
  type TokenPageWanted,
} from "#logscale/readTokenPage.ts";

import { call, serverNow } from "./client.ts";
import { wasSent } from "./pageStart.ts";
import { sessionOf, visibilityQuery } from "./queries.ts";
import { offers, type Session } from "./session.ts";
import { tokensKey } from "./tokens.ts";

const furtherRows = 100;

/** A page as it was read, with the server's time when that began. */
export interface ReadTokenPage extends TokenPage {
  readonly loadedAt: number;
}

/** Those of some kinds whose tokens the server gives page by page. LogScale lists nobody's personal token but one's own, and not in pages. */
export function pagedKinds(session: Session, kinds: readonly TokenKind[]): readonly TokenKind[] {
  return offers(session, "tokenPages") ? kinds : kinds.filter((kind) => kind !== "personal");
}

/** Tokens page by page, sorted and searched by the server: what a list shows until all tokens were read behind it (`tokensQuery`). */
export function tokenPageQuery(wanted: TokenPageWanted) {
  const { kinds, search, sortBy, descending } = wanted;
  return infiniteQueryOptions({
    queryKey: [...tokensKey, "page", kinds.join(), search, sortBy, descending],
    queryFn: async ({ client, pageParam, signal }): Promise<ReadTokenPage> => {
      const loadedAt = serverNow();
      const byKeys = offers(await sessionOf(client), "tokenPages");
      const visibility = byKeys ? undefined : await client.query({ ...visibilityQuery, staleTime: "static" });
      const listed = visibility === undefined ? kinds : kinds.filter((kind) => visibility[kind] !== "hidden");
      // Nothing is asked of a cluster that it would refuse.
      if (visibility !== undefined && listed.length === 0) return { tokens: [], total: 0, next: null, visibility, loadedAt };
      const limit = pageParam === null ? firstRows : furtherRows;
      const page = await readTokenPage({ ...wanted, kinds: listed }, pageParam, limit, { ask: call, visibility, signal });
      return { ...page, loadedAt };
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 60_000,
    structuralSharing: false,
  });
}

/** Reads the first rows of the list at a path into the cache, where the page was sent with them. */
export async function readSentRows(client: QueryClient, session: Session, path: string): Promise<void> {
  const kinds = pagedKinds(session, listedAt(path));
  const wanted = { kinds, search: "", sortBy: "name", descending: false } as const;
  if (kinds.length === 0 || !wasSent({ document: TokenKeysetPageDocument, variables: keysetVariables(wanted, null, firstRows) }))
    return;
  await client.infiniteQuery(tokenPageQuery(wanted));
}

/** How many tokens of some kinds there are, where their first page does not tell. */
export function tokenCountQuery(kinds: readonly TokenKind[]) {
  return queryOptions({
    queryKey: [...tokensKey, "count", kinds.join()],
    queryFn: ({ signal }) => countTokens(kinds, { ask: call, signal }),
    staleTime: 60_000,
  });
}
