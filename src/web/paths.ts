import { tokenKinds, type TokenKind } from "#domain/kinds.ts";

/** The address of every page. */
export const paths = {
  overview: "/",
  signIn: "/sign-in",
  policies: "/policies",
  tokens: "/tokens",
  tokensOf: (kind: TokenKind) => `/tokens/${kind}`,
  newToken: (kind: TokenKind) => `/tokens/${kind}/new`,
  token: (kind: TokenKind, id: string) => `/tokens/${kind}/${encodeURIComponent(id)}`,
  tokenPermissions: (kind: TokenKind, id: string) => `/tokens/${kind}/${encodeURIComponent(id)}/permissions`,
} as const;

/** The first kind, to which the bare address of the tokens leads. */
export const firstKind: TokenKind = tokenKinds[0];
