import type { IpFilter } from "#domain/filter/ipFilter.ts";

import { creatorFromWire, firstUseFromWire, lastUseFromWire, tokenFromWire } from "./convert.ts";
import type { OneTokenQuery, OneTokenWithUseQuery } from "./generated/graphql.ts";
import type { ListedToken } from "./readTokens.ts";

/** One token with everything that can be known of it. Times are ms since epoch. */
export interface TokenDetail extends ListedToken {
  /** The IP filter with its rules; null for none. */
  readonly filter: IpFilter | null;
}

/** One token as the server tells of it; undefined where it is of a type that the contract does not have. */
export function tokenDetailFromWire(wire: OneTokenQuery["token"] | OneTokenWithUseQuery["token"]): TokenDetail | undefined {
  const token = tokenFromWire(wire);
  if (token === undefined) return undefined;
  const known = "creatorKind" in wire ? wire : {};
  const lastUse = lastUseFromWire(known);
  const firstUse = firstUseFromWire(known);
  const creator = creatorFromWire(known);
  return {
    ...token,
    filter: wire.ipFilterV2 ?? null,
    ...("permissions" in wire && { permissions: wire.permissions }),
    ...("views" in wire && { views: wire.views.map(({ __typename, id, name }) => ({ id, name, type: __typename })) }),
    ...(lastUse && { lastUse }),
    ...(firstUse !== undefined && { firstUse }),
    ...(creator && { creator }),
  };
}
