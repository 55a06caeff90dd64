import type { Creator } from "#domain/token/creator.ts";
import { isTokenKind } from "#domain/token/kinds.ts";

import { inventoryKeyOf, type InventoryToken, type WrittenDown } from "./item.ts";
import type { TokenKey, WrittenOwner } from "./notes.ts";

// Lists load this before their rows, so it takes no more of the notes than their types.

/** Who is to act for a token: whom somebody wrote down, or who it belongs to by itself. */
export type Acting = Creator | WrittenActing;

/** Whom somebody wrote down for a token: a person, a team, an e-mail address. */
export interface WrittenActing {
  readonly kind: "written";
  /** A text names nobody for certain. */
  readonly id: null;
  readonly name: string;
  /** Who wrote it. */
  readonly by: string;
}

/** Who is to act for a token: an owner that is written down first, else whose it is by itself. */
export function whoseTurn({ kind, owner, written }: Pick<InventoryToken, "kind" | "owner" | "written">): Acting {
  // A personal token acts as its user, whatever anybody writes.
  if (written === undefined || kind === "personal") return owner;
  return { kind: "written", id: null, name: written.owner, by: written.by };
}

/** The tokens, each with the owner that is written down for it. The same array where none is. */
export function withOwners(tokens: readonly InventoryToken[], owners: readonly WrittenOwner[]): readonly InventoryToken[] {
  if (owners.length === 0) return tokens;
  const byKey = new Map(owners.map((owner) => [inventoryKeyOf(owner.token), owner]));
  return tokens.map((token) => {
    const found = byKey.get(token.key);
    return found === undefined || !isOf(found.token, token) ? token : { ...token, written: writtenDown(found) };
  });
}

/** What a token of the inventory has of an owner. */
export function writtenDown({ owner, by, at }: WrittenOwner): WrittenDown {
  return { owner, by, at };
}

/** Of a governed token the making counts too: see {@link TokenKey}. */
function isOf(key: TokenKey, { kind, createdAt }: InventoryToken): boolean {
  return !isTokenKind(kind) || ("createdAt" in key && key.createdAt === createdAt);
}
