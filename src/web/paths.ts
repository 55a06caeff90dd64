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
  fleetTokens: "/tokens/fleet",
  /** `address` stands for the token's value: see `fleet/address.ts`. */
  fleetToken: (address: string) => `/tokens/fleet/${encodeURIComponent(address)}`,
  collectorConfigurations: "/fleet/configurations",
  collectorConfiguration: (id: string) => `/fleet/configurations/${encodeURIComponent(id)}`,
} as const;

/** The first kind, to which the bare address of the tokens leads. */
export const firstKind: TokenKind = tokenKinds[0];
