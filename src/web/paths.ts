import { tokenKinds, type TokenKind } from "#domain/kinds.ts";

/** The address of every page. */
export const paths = {
  overview: "/",
  signIn: "/sign-in",
  policies: "/policies",
  recovery: "/recovery",
  ipFilters: "/ip-filters",
  newIpFilter: "/ip-filters/new",
  ipFilter: (id: string) => `/ip-filters/${encodeURIComponent(id)}`,
  tokens: "/tokens",
  tokensOf: (kind: TokenKind) => `/tokens/${kind}`,
  newToken: (kind: TokenKind) => `/tokens/${kind}/new`,
  token: (kind: TokenKind, id: string) => `/tokens/${kind}/${encodeURIComponent(id)}`,
  tokenPermissions: (kind: TokenKind, id: string) => `/tokens/${kind}/${encodeURIComponent(id)}/permissions`,
  ingestTokens: "/tokens/ingest",
  /** The form of a new one, for a repository where one is named. */
  newIngestToken: (repository?: string) =>
    `/tokens/ingest/new${repository === undefined ? "" : `?repository=${encodeURIComponent(repository)}`}`,
  ingestRepository: (repository: string) => `/tokens/ingest/in/${encodeURIComponent(repository)}`,
  ingestToken: (repository: string, name: string) =>
    `/tokens/ingest/in/${encodeURIComponent(repository)}/${encodeURIComponent(name)}`,
  fleetTokens: "/tokens/fleet",
  /** `address` stands for the token's value: see `fleet/address.ts`. */
  fleetToken: (address: string) => `/tokens/fleet/${encodeURIComponent(address)}`,
  collectorConfigurations: "/fleet/configurations",
  collectorConfiguration: (id: string) => `/fleet/configurations/${encodeURIComponent(id)}`,
} as const;

/** The first kind, to which the bare address of the tokens leads. */
export const firstKind: TokenKind = tokenKinds[0];
