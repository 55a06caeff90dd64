import type { Transaction } from "kysely";

import { latestInstant } from "#domain/instant.ts";
import type { Long } from "#domain/long.ts";
import type { LimitedRequest } from "#domain/token/policyCheck.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Caller } from "#server/caller.ts";
import { ClientError } from "#server/errors.ts";
import type { Database, TokenModel } from "#server/store/schema.ts";

/** A token just made: its string, for the one answer that shows it, and what is stored of it. */
export interface IssuedToken {
  readonly tokenString: string;
  readonly token: TokenModel;
  readonly secretHash: Uint8Array;
}

/** Does what else goes with a token that takes another's place, in the same transaction. */
export type Follow = (trx: Transaction<Database>, issued: IssuedToken) => Promise<void>;

/**
 * What is stored of any token whose secret is handed out at this instant, for the first time or anew: it counts as created
 * then, by the caller, and as never used.
 *
 * @throws ClientError BAD_INPUT where the expiry is beyond the calendar
 */
export function freshlyIssued(
  { rights, now }: Actor,
  limits: LimitedRequest,
): Pick<
  TokenModel,
  | "createdAt"
  | "expireAt"
  | "ipFilterId"
  | "createdBy"
  | "creatorKind"
  | "creatorId"
  | "lastUsedAt"
  | "lastUsedFrom"
  | "firstUsedAt"
> {
  return {
    createdAt: now,
    expireAt: limits.expireAt === null ? null : withinCalendar(limits.expireAt),
    ipFilterId: limits.ipFilter,
    createdBy: rights.name,
    ...creatorOf(rights.caller),
    lastUsedAt: null,
    lastUsedFrom: null,
    firstUsedAt: null,
  };
}

function creatorOf(caller: Caller): Pick<TokenModel, "creatorKind" | "creatorId"> {
  switch (caller.type) {
    case "local-root":
      return { creatorKind: "administrator", creatorId: null };
    case "user":
      return { creatorKind: "user", creatorId: caller.user.id };
    case "token":
      return { creatorKind: "token", creatorId: caller.token.id };
    default:
      return caller satisfies never;
  }
}

/** Times are kept as numbers and sent as dates, so none is later than the last date. A cluster may have later ones. */
function withinCalendar(expireAt: Long): number {
  if (expireAt <= latestInstant) return Number(expireAt);
  throw new ClientError("BAD_INPUT", "This expiry is too far in the future.", { field: "expireAt" });
}
