import type { InventoryKind, InventoryToken } from "#domain/inventory/item.ts";
import type { Long } from "#domain/long.ts";
import type { KindSeen } from "#web/api/kindSeen.ts";
import { count } from "#web/ui/counts.ts";

/** How much of the organization is a user's by standing alone. */
export function standingOf({ isRoot, isOrgRoot }: { readonly isRoot: boolean; readonly isOrgRoot: boolean }): string | undefined {
  return isRoot ? "root" : isOrgRoot ? "owner" : undefined;
}

/** When somebody was seen last, and by what. */
export interface LastSeen {
  readonly at: Long;
  /** `session`: it is alive, so that the user is signed in; `token`: the last use of the personal token. */
  readonly by: "session" | "token";
}

/** When a user was seen last, of what is on record; undefined where nothing is. */
export function lastSeenOf(session: Long | undefined, tokens: readonly InventoryToken[], id: string): LastSeen | undefined {
  const use = tokens.find((token) => token.kind === "personal" && token.id === id)?.lastUse?.at ?? undefined;
  if (use === undefined || (session !== undefined && session >= use)) {
    return session === undefined ? undefined : { at: session, by: "session" };
  }
  return { at: use, by: "token" };
}

/** How far what was read of tokens can be trusted. */
export type TokenReach = "reading" | "partial" | "whole";

/** What all kinds together make of it. */
export function tokenReach(kinds: readonly Pick<KindSeen<InventoryKind>, "state" | "more" | "steady">[]): TokenReach {
  if (kinds.some(({ state }) => state === "waiting")) return "reading";
  return kinds.every(({ state, more, steady }) => state === "complete" && !more && steady) ? "whole" : "partial";
}

/** What is said of somebody of whom nothing was read that tells when they were seen last. */
export const unseenWords = {
  reading: "…",
  partial: "not known",
  whole: "not on record",
} as const satisfies Record<TokenReach, string>;

/** A count of a user's tokens, in words as short as it can be said. */
export function tokenCountWords(tokens: number, reach: TokenReach): string {
  switch (reach) {
    case "reading":
      return "…";
    case "partial":
      return tokens === 0 ? "none seen" : `${count(tokens)} or more`;
    case "whole":
      return count(tokens);
    default:
      return reach satisfies never;
  }
}
