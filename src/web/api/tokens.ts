import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { plainLong, type Long } from "#domain/long.ts";
import type { PlannableToken } from "#domain/policy/plan.ts";
import type { Creator, CreatorKind } from "#domain/token/creator.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";
import { creatorFromWire, lastUseFromWire, tokenFromWire, tokenTypeFilters, type Visibility } from "#logscale/convert.ts";
import type { TokenPartsFragment } from "#logscale/generated/graphql.ts";
import { TokenDetailPageDocument, TokenPageDocument } from "#logscale/generated/tokens.ts";
import {
  PersonalTokenPageDocument,
  TokenDetailPageWithUseDocument,
  TokenPageWithUseDocument,
} from "#logscale/generated/tokensExtension.ts";

import { call, CallError, serverNow } from "./client.ts";
import { loadPages, type Page, type PageProgress } from "#logscale/pages.ts";
import { ownPersonalTokenQuery, sessionOf, visibilityQuery } from "./queries.ts";
import { offers } from "./session.ts";
import { createStore, useStore } from "#web/state/store.ts";

/** A repository or view that a view token may use. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  /** `Repository`, `View`, or what a newer LogScale has. */
  readonly type: string;
}

/**
 * A token as the app shows it. What the backend can't tell is absent (undefined); null says that there is nothing to tell. Times are
 * ms since epoch.
 */
export interface ListedToken extends UsedToken {
  /** Who created the token. `ownerOf` of the domain tells whom to ask about it. */
  readonly creator?: Creator;
  /** The token's own permissions; only with detail `full`, and not of a personal token, which has its user's. */
  readonly permissions?: readonly string[];
  /** Only of a view token, with detail `full`. */
  readonly views?: readonly TokenView[];
}

/** The tokens of one kind, and how much of them this is. */
export interface TokenList {
  /** In the order of their names, as the server sorts them; each id once. */
  readonly tokens: readonly ListedToken[];
  /** Length of `tokens`. */
  readonly seen: number;
  /** How many tokens of the kind the caller may list, as the backend says; null where it does not say. */
  readonly total: number | null;
  /** Whether `tokens` are all tokens of the kind that exist, some of them, or none that could be read. */
  readonly visibility: Visibility[TokenKind];
  /** How much of the kind the caller may list, even where reading it failed. */
  readonly listable: Visibility[TokenKind];
  /**
   * How many of those listed are left out of `tokens`, being of a type that this page does not know. Where there are any, `visibility` is
   * never `complete`.
   */
  readonly unknown: number;
  /**
   * Whether the list stood still while it was read. Where it did not, `visibility` is never `complete`, and reading again may help.
   */
  readonly steady: boolean;
  /** The server's time when reading began. */
  readonly loadedAt: number;
}

/** `plan` holds what a plan needs and last use where known; `full` also holds permissions and views. */
export type ListDetail = "plan" | "full";

const progress = createStore<Readonly<Partial<Record<TokenKind, PageProgress>>>>({});

/** How far the tokens of a kind are loaded, or undefined when they aren't being loaded. */
export function useLoadProgress(kind: TokenKind): PageProgress | undefined {
  return useStore(progress)[kind];
}

/** How far the tokens of all kinds that are being loaded now are, taken together; undefined when none is. */
export function useOverallLoadProgress(): PageProgress | undefined {
  const current = useStore(progress);
  const running = tokenKinds.flatMap((kind) => current[kind] ?? []);
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
  const visibility = (await client.query({ ...visibilityQuery, staleTime: "static" }))[kind];
  const nothing = { tokens: [], seen: 0, total: null, unknown: 0, steady: true, loadedAt };
  const hidden: TokenList = { ...nothing, visibility: "hidden", listable: "hidden" };
  if (visibility === "hidden") return hidden;
  if (kind === "personal" && !offers(session, "personalTokens")) {
    // LogScale lists no personal tokens but one's own, so how many there are is not known.
    const own = (await client.query({ ...ownPersonalTokenQuery, staleTime: 0 }))?.token;
    const known = own ? tokenFromWire(own) : undefined;
    const partial = { ...nothing, visibility: "partial", listable: "partial" } as const;
    return known === undefined ? { ...partial, unknown: own ? 1 : 0 } : { ...partial, tokens: [known], seen: 1 };
  }

  try {
    const { rows, total, whole } = await loadPages<ReadRow>({
      fetchPage: pageReader(kind, detail, offers(session, "tokenUse")),
      idOf: (token) => token.id,
      fingerprint: ({ id, name, createdAt, expireAt, ipFilter }) =>
        JSON.stringify([id, name, plainLong(createdAt), plainLong(expireAt), ipFilter]),
      signal,
      // Of tokens with hundreds of views each, far fewer fit into one answer.
      isTooLarge: (error) => error instanceof CallError && error.failure.code === "TOO_COSTLY",
      onProgress: (state) => progress.set({ ...progress.get(), [kind]: state }),
    });
    const tokens = rows.filter(isKnown);
    const unknown = rows.length - tokens.length;
    const seenAll = whole && unknown === 0;
    return {
      tokens,
      seen: tokens.length,
      total,
      visibility: seenAll ? visibility : "partial",
      listable: visibility,
      unknown,
      steady: whole,
      loadedAt,
    };
  } catch (error) {
    // LogScale does not say in advance what it refuses. The embedded server does, so its refusal is an error.
    if (!offers(session, "tokenVisibility") && error instanceof CallError && error.failure.kind === "refused") return hidden;
    throw error;
  } finally {
    const { [kind]: _, ...others } = progress.get();
    progress.set(others);
  }
}

type WireToken = TokenPartsFragment & {
  readonly lastUsedAt?: Long | null;
  readonly lastUsedFrom?: string | null;
  readonly createdBy?: string | null;
  readonly creatorKind?: CreatorKind;
  readonly creatorId?: string | null;
  readonly permissions?: readonly string[];
  readonly views?: readonly { readonly __typename: string; readonly id: string; readonly name: string }[];
};

/** A token of a type that this page does not know. It keeps its place, so that a whole list counts as whole. */
interface UnknownRow extends Omit<PlannableToken, "kind"> {
  readonly kind: undefined;
}

type ReadRow = ListedToken | UnknownRow;

function isKnown(row: ReadRow): row is ListedToken {
  return row.kind !== undefined;
}

function pageFromWire({ totalResults, results }: { totalResults: number; results: readonly WireToken[] }): Page<ReadRow> {
  return { total: totalResults, rows: results.map(rowFromWire) };
}

function pageReader(kind: TokenKind, detail: ListDetail, withUse: boolean) {
  return async (skip: number, limit: number, signal: AbortSignal): Promise<Page<ReadRow>> => {
    if (kind === "personal")
      return pageFromWire((await call(PersonalTokenPageDocument, { skip, limit }, { signal })).personalTokens);
    const variables = { type: tokenTypeFilters[kind], skip, limit };
    if (detail === "full") {
      const document = withUse ? TokenDetailPageWithUseDocument : TokenDetailPageDocument;
      return pageFromWire((await call(document, variables, { signal })).tokens);
    }
    return pageFromWire((await call(withUse ? TokenPageWithUseDocument : TokenPageDocument, variables, { signal })).tokens);
  };
}

function rowFromWire(wire: WireToken): ReadRow {
  const token = tokenFromWire(wire);
  if (token === undefined) {
    const { id, name, createdAt, expireAt, ipFilterV2 } = wire;
    return { id, name, createdAt, expireAt, ipFilter: ipFilterV2?.id ?? null, kind: undefined };
  }
  const lastUse = lastUseFromWire(wire);
  const creator = creatorFromWire(wire);
  return {
    ...token,
    ...(lastUse && { lastUse }),
    ...(creator && { creator }),
    ...(wire.permissions !== undefined && { permissions: wire.permissions }),
    ...(wire.views !== undefined && { views: wire.views.map(({ __typename, id, name }) => ({ id, name, type: __typename })) }),
  };
}
