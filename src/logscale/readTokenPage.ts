import type { TokenKind } from "#domain/token/kinds.ts";

import { tokenTypeFilters, type Visibility } from "./convert.ts";
import { SearchedTokenPageDocument } from "./generated/tokens.ts";
import { TokenCountDocument, TokenKeysetPageDocument } from "./generated/tokensExtension.ts";
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

/** How many rows a list opens with: some more than are in sight. */
export const firstRows = 50;

/** A part of a list, as the server sorted and searched it. */
export interface TokenPage {
  readonly tokens: readonly ListedToken[];
  /** How many there are in all; null where they are too many to count, undefined where `countTokens` tells. */
  readonly total: number | null | undefined;
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
  wanted: TokenPageWanted,
  after: string | null,
  limit: number,
  { ask, visibility, signal }: TokenPageSource,
): Promise<TokenPage> {
  if (visibility === undefined) {
    const variables = keysetVariables(wanted, after, limit);
    const { tokenPage, tokenVisibility } = await ask(TokenKeysetPageDocument, variables, { signal });
    const { results, next, totalResults } = tokenPage;
    const isWhole = after === null && next === null;
    return {
      tokens: results.flatMap((wire) => listedFromWire(wire) ?? []),
      total: isWhole ? results.length : totalResults,
      next,
      visibility: visibilityFromWire(tokenVisibility),
    };
  }
  const skip = after === null ? 0 : Number(after);
  const { kinds, search } = wanted;
  const types = kinds.flatMap((kind) => (kind === "personal" ? [] : [tokenTypeFilters[kind]]));
  const variables = { types, search: search === "" ? null : search, ...orderOf(wanted), skip, limit };
  const { totalResults, results } = (await ask(SearchedTokenPageDocument, variables, { signal })).tokens;
  const end = skip + results.length;
  return {
    tokens: results.flatMap((wire) => listedFromWire(wire) ?? []),
    total: totalResults,
    next: results.length > 0 && end < totalResults ? String(end) : null,
    visibility,
  };
}

/**
 * Tells how many tokens of some kinds the caller may list, of a server that gives their pages by our extension.
 *
 * @throws what `ask` throws
 */
export async function countTokens(
  kinds: readonly TokenKind[],
  { ask, signal }: Pick<TokenPageSource, "ask" | "signal">,
): Promise<number | null> {
  return (await ask(TokenCountDocument, { kinds: [...kinds] }, { signal })).tokenPage.totalResults;
}

/** What a page by keys is asked for with. The same wish always gives the same text, by which a page finds what it was sent with. */
export function keysetVariables(wanted: TokenPageWanted, after: string | null, limit: number) {
  const { kinds, search } = wanted;
  // What a search finds is counted with its page. To count all would hold up the first rows.
  return { kinds: [...kinds], search, ...orderOf(wanted), after, limit, counted: search !== "" };
}

function orderOf({ sortBy, descending }: TokenPageWanted) {
  return { sortBy: sortBy === "name" ? "Name" : "ExpirationDate", orderBy: descending ? "DESC" : "ASC" } as const;
}
