import type { Long } from "#domain/long.ts";
import { ownerOf as makerOf, type Creator } from "#domain/token/creator.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

import { whoseTurn, writtenDown, type Acting } from "./acting.ts";
import { ownerOf, type OwnerIndex } from "./notes.ts";

interface GovernedToken {
  readonly kind: TokenKind;
  readonly id: string;
  readonly name: string;
  readonly createdAt: Long;
  readonly creator?: Creator | undefined;
}

/** Who is to act for a governed token: an owner that is written down first, else the user of a personal token, else its creator. */
export function whoActs(token: GovernedToken, owners: OwnerIndex): Acting {
  const { kind, id, createdAt } = token;
  const written = typeof createdAt === "number" ? ownerOf(owners, { kind, id, createdAt }) : undefined;
  return whoseTurn({ kind, owner: makerOf(token), ...(written && { written: writtenDown(written) }) });
}
