import { isTokenKind, kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { kindPurpose } from "#domain/token/kindPurpose.ts";

/** What a page of the app says before anything of the organization was read. */
export interface PageWords {
  readonly title: string;
  /** One sentence on what the page is for. */
  readonly purpose: string;
}

/** The words of the list of all tokens. */
export const allTokensWords: PageWords = {
  title: "All tokens",
  purpose: "Every token that you may list, of every kind, in one place: find it, judge it, act on it.",
};

/** The words of the list of one kind. */
export function kindListWords(kind: TokenKind): PageWords {
  return { title: `${kindTraits[kind].title} tokens`, purpose: kindPurpose[kind] };
}

/** The words of the page at a path, with which it is sent; undefined where it is sent without. */
export function wordsOfPage(path: string): PageWords | undefined {
  if (path === "/tokens") return allTokensWords;
  const kind = /^\/tokens\/(\w+)$/u.exec(path)?.[1];
  return kind !== undefined && isTokenKind(kind) ? kindListWords(kind) : undefined;
}
