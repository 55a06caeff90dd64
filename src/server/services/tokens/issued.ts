import type { LimitedRequest } from "#domain/tokenRequest.ts";

import type { Rights } from "../../access/permissions.ts";
import type { TokenModel } from "../../graphql/models.ts";

/** A token just made: its string, for the one answer that shows it, and what is stored of it. */
export interface IssuedToken {
  readonly tokenString: string;
  readonly token: TokenModel;
  readonly secretHash: Uint8Array;
}

/**
 * What is stored of any token whose secret is handed out at `now` (ms since epoch), for the first time or anew: it counts as created
 * then, by the caller, and as never used.
 */
export function freshlyIssued(
  rights: Rights,
  limits: LimitedRequest,
  now: number,
): Pick<TokenModel, "createdAt" | "expireAt" | "ipFilterId" | "createdBy" | "lastUsedAt" | "lastUsedFrom"> {
  return {
    createdAt: now,
    expireAt: limits.expireAt,
    ipFilterId: limits.ipFilter,
    createdBy: rights.name,
    lastUsedAt: null,
    lastUsedFrom: null,
  };
}
