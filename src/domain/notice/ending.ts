import { addLongs, compareLongs, subtractLongs, type Long } from "#domain/long.ts";
import type { Acting } from "#domain/inventory/acting.ts";
import type { OwnerIndex } from "#domain/inventory/notes.ts";
import { whoActs } from "#domain/inventory/whoActs.ts";
import { ownerOf, type Creator } from "#domain/token/creator.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { useOf, type UsedToken, type UseState } from "#domain/token/lastUse.ts";

/** A token that is going to expire. Times are ms since epoch. */
export interface EndingToken {
  readonly kind: TokenKind;
  readonly id: string;
  readonly name: string;
  readonly createdAt: Long;
  readonly expireAt: Long;
  /** Who is to act for it. */
  readonly owner: Acting;
  /** When it was last used; null when never, undefined where nobody knows. */
  readonly lastUsedAt: Long | null | undefined;
  readonly inUse: UseState;
}

type ReadToken = UsedToken & { readonly creator?: Creator | undefined };

/**
 * The tokens that expire after `now` (ms since epoch) and within a span (ms) from it, the next to end first. The ends of the span are within.
 * That a policy is going to end a token needs no word of its own: applying it gives the token an earlier expiry.
 */
export function endingWithin(
  tokens: readonly ReadToken[],
  span: number,
  now: number,
  owners: OwnerIndex = new Map(),
): readonly EndingToken[] {
  const until = addLongs(now, span);
  return tokens
    .flatMap((token) => {
      const { expireAt } = token;
      if (expireAt === null || expireAt <= now || expireAt > until) return [];
      return [endingAt(token, expireAt, now, whoActs(token, owners))];
    })
    .toSorted((a, b) => compareLongs(a.expireAt, b.expireAt) || compareTexts(a.name, b.name) || compareTexts(a.id, b.id));
}

/** A token as one that ends at an instant, ms since epoch. */
export function endingAt(token: ReadToken, expireAt: Long, now: number, owner: Acting = ownerOf(token)): EndingToken {
  const { kind, id, name, createdAt, lastUse } = token;
  return { kind, id, name, createdAt, expireAt, owner, lastUsedAt: lastUse && lastUse.at, inUse: useOf(token, now) };
}

/** How long a token has left, in ms; never less than nothing. */
export function timeLeft({ expireAt }: EndingToken, now: number): Long {
  const left = subtractLongs(expireAt, now);
  return left < 0 ? 0 : left;
}

/** By their characters, so that the order is the same everywhere. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
