import type { TokenKind } from "#domain/token/kinds.ts";

/** A kind of token with its article: "an organization". */
export function withArticle(kind: TokenKind): string {
  return kind === "organization" ? `an ${kind}` : `a ${kind}`;
}
