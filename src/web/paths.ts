import { tokenKinds, type TokenKind } from "#domain/kinds.ts";

/** The address of every page. */
export const paths = {
  overview: "/",
  signIn: "/sign-in",
  policies: "/policies",
  tokens: "/tokens",
  tokensOf: (kind: TokenKind) => `/tokens/${kind}`,
} as const;

/** The first kind, to which the bare address of the tokens leads. */
export const firstKind: TokenKind = tokenKinds[0];
