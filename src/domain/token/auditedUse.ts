import type { Creator } from "./creator.ts";
import type { LastUse, UsedToken } from "./lastUse.ts";

/** What the audit log tells of the last use of tokens. */
export interface AuditedUse {
  /** How far back was searched, ms. */
  readonly period: number;
  /** False where the cluster warned that something may be missing. */
  readonly whole: boolean;
  /** By the token's id. A token that is not in it may be in use all the same: not every request is audited. */
  readonly uses: ReadonlyMap<string, LastUse>;
  /** Who created a token, by the token's id. Of one that is not in it nobody knows. */
  readonly creators: ReadonlyMap<string, Creator>;
}

/** A token with the last use and the creator that the audit log tells of it. What the server itself tells stays. */
export function withAuditedUse<T extends AuditedToken>(token: T, audit: AuditedUse | undefined): T {
  const lastUse = token.lastUse === undefined ? audit?.uses.get(token.id) : undefined;
  const creator = token.creator === undefined ? audit?.creators.get(token.id) : undefined;
  return lastUse === undefined && creator === undefined
    ? token
    : { ...token, ...(lastUse && { lastUse }), ...(creator && { creator }) };
}

interface AuditedToken extends Pick<UsedToken, "id" | "lastUse"> {
  readonly creator?: Creator | undefined;
}
