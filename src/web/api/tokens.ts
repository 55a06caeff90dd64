import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { PageProgress } from "#logscale/pages.ts";
import { importDetails, readTokens, type ListDetail, type ListedToken, type TokenList } from "#logscale/readTokens.ts";

import { call, CallError, serverNow } from "./client.ts";
import { loadPart } from "./loadPart.ts";
import { endProgress, loadProgress, noteProgress } from "./loadProgress.ts";
import { ownPersonalTokenQuery, sessionOf, visibilityQuery } from "./queries.ts";
import { offers } from "./session.ts";
import { createStore, useStore } from "#web/state/store.ts";

export type { ListDetail, ListedToken, TokenList };

/** For who does not look: what follows progress is drawn anew with each line of an answer. */
const unseen: typeof loadProgress = createStore({});

/**
 * How far the tokens that are being loaded now are, all that are of some kinds taken together; undefined when none is.
 *
 * @param looks whether to follow it; undefined otherwise
 */
export function useOverallLoadProgress(kinds: readonly TokenKind[] = tokenKinds, looks = true): PageProgress | undefined {
  const current = useStore(looks ? loadProgress : unseen);
  const running = kinds.flatMap((kind) => current[kind] ?? []);
  if (running.length === 0) return undefined;
  return {
    loaded: running.reduce((sum, { loaded }) => sum + loaded, 0),
    total: running.reduce((sum, { total }) => sum + total, 0),
    attempt: Math.max(...running.map(({ attempt }) => attempt)),
  };
}

/** What the keys of all lists of tokens begin with; for invalidating them together. */
export const tokensKey = ["tokens"] as const;

/**
 * All tokens of a kind that the caller may list. Kinds it can't list come back as `hidden` with no tokens, which is not the same as
 * none existing. Cancelling the query (`queryClient.cancelQueries`) calls the loading off.
 */
export function tokensQuery(kind: TokenKind, detail: ListDetail) {
  return queryOptions({
    queryKey: [...tokensKey, kind, detail],
    queryFn: ({ client, signal }) => loadTokens(client, kind, detail, signal),
    staleTime: 60_000,
    // Lists are replaced as a whole; comparing 40,000 rows with their predecessors would cost more than it saves.
    structuralSharing: false,
  });
}

/** Reads the tokens of one kind now; {@link tokensQuery} without the cache. */
export async function loadTokens(
  client: QueryClient,
  kind: TokenKind,
  detail: ListDetail,
  signal: AbortSignal,
): Promise<TokenList> {
  const loadedAt = serverNow();
  const session = await sessionOf(client);
  const columns = detail === "plan" && offers(session, "tokenColumns") ? loadPart(() => import("./tokenColumns.ts")) : undefined;
  // Whoever may not list the kind does without it.
  columns?.catch(() => undefined);
  const onProgress = (state: PageProgress) => noteProgress(kind, state);
  const listable = (await client.query({ ...visibilityQuery, staleTime: "static" }))[kind];
  try {
    const reading = await readTokens(kind, detail, {
      ask: call,
      offers: (extension) => offers(session, extension),
      visibility: listable,
      ownPersonalToken: async () => (await client.query({ ...ownPersonalTokenQuery, staleTime: 0 }))?.token,
      // Of tokens with hundreds of views each, far fewer fit into one answer.
      isTooLarge: (error) => error instanceof CallError && error.failure.code === "TOO_COSTLY",
      isRefused: (error) => error instanceof CallError && error.failure.kind === "refused",
      signal,
      loadDetails: () => loadPart(importDetails),
      onProgress,
      ...(columns && { readAtOnce: async () => (await columns).loadColumns(kind, signal, onProgress) }),
    });
    const seen = reading.tokens.length;
    return { ...reading, seen, listable: reading.visibility === "hidden" ? "hidden" : listable, loadedAt };
  } finally {
    endProgress(kind);
  }
}
