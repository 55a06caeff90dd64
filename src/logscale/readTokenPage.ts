import type { TokenKind } from "#domain/token/kinds.ts";

import { tokenTypeFilters, type Visibility } from "./convert.ts";
import { SearchedTokenPageDocument } from "./generated/tokens.ts";
import { TokenKeysetPageDocument } from "./generated/tokensExtension.ts";
import { listedFromWire, type Ask, type ListedToken } from "./readTokens.ts";
import { visibilityFromWire } from "./visibility.ts";

/** Which tokens, in which order. */
export interface TokenPageWanted {
  readonly kinds: readonly TokenKind[];
  /** Part of a name, or an id; empty for all. */
  readonly search: string;
  readonly sortBy: "name" | "expireAt";
  readonly descending: boolean;
}

/** A part of a list, as the server sorted and searched it. */
export interface TokenPage {
  readonly tokens: readonly ListedToken[];
  /** How many there are in all; null where that was not counted. */
  readonly total: number | null;
  /** Where the next page begins; null where there is none. */
  readonly next: string | null;
  /** How much of each kind the caller may list. */
  readonly visibility: Visibility;
}

/** Where pages are read from. */
export interface TokenPageSource {
  readonly ask: Ask;
  /** How much of each kind may be listed, where the server does not say so with the page; undefined where it does. */
  readonly visibility: Visibility | undefined;
  readonly signal: AbortSignal;
}

/**
 * Reads a page of tokens, of several kinds in one order. A server without our extension is asked by offset, so a page of it may repeat a token
 * where others came meanwhile.
 *
 * @param after what the page before gave as its next; null for the first page
 * @throws what `ask` throws
 */
export async function readTokenPage(
  { kinds, search, sortBy, descending }: TokenPageWanted,
  after: string | null,
  limit: number,
  { ask, visibility, signal }: TokenPageSource,
): Promise<TokenPage> {
  const order = { sortBy: sortBy === "name" ? "Name" : "ExpirationDate", orderBy: descending ? "DESC" : "ASC" } as const;
  if (visibility === undefined) {
    const variables = { kinds: [...kinds], search, ...order, after, limit };
    const { tokenPage, tokenVisibility } = await ask(TokenKeysetPageDocument, variables, { signal });
    return {
      tokens: tokenPage.results.flatMap((wire) => listedFromWire(wire) ?? []),
      total: tokenPage.totalResults,
      next: tokenPage.next,
      visibility: visibilityFromWire(tokenVisibility),
    };
  }
  const skip = after === null ? 0 : Number(after);
  const types = kinds.flatMap((kind) => (kind === "personal" ? [] : [tokenTypeFilters[kind]]));
  const variables = { types, search: search === "" ? null : search, ...order, skip, limit };
  const { totalResults, results } = (await ask(SearchedTokenPageDocument, variables, { signal })).tokens;
  const end = skip + results.length;
  return {
    tokens: results.flatMap((wire) => listedFromWire(wire) ?? []),
    total: totalResults,
    next: results.length > 0 && end < totalResults ? String(end) : null,
    visibility,
  };
}
