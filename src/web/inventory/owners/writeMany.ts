import type { InventoryKind, InventoryToken } from "#domain/inventory/item.ts";
import { ownerOf, tokenKeyOf, type OwnerIndex, type TokenKey, type WrittenOwner } from "#domain/inventory/notes.ts";

/** A token that an owner is to be written down for, and who is written down now. */
export interface Ownable {
  readonly token: InventoryToken;
  readonly key: TokenKey;
  readonly present: WrittenOwner | undefined;
}

/** Of the tokens those that an owner can be written down for; `personal` and `denied` count the others. */
export function ownableOf(tokens: readonly InventoryToken[], mayAssign: readonly InventoryKind[], owners: OwnerIndex) {
  const able: Ownable[] = [];
  let personal = 0;
  let denied = 0;
  for (const token of tokens) {
    const key = tokenKeyOf(token);
    if (token.kind === "personal") personal++;
    else if (key === undefined || !mayAssign.includes(token.kind)) denied++;
    else able.push({ token, key, present: ownerOf(owners, key) });
  }
  return { able, personal, denied };
}

/** What became of writing down one owner for many tokens. */
export interface WriteResult {
  readonly written: number;
  /** The server said no: the token keeps what it has. */
  readonly refused: readonly { readonly token: InventoryToken; readonly message: string }[];
  /** Why the rest was not tried; undefined where all was, or somebody stopped it. */
  readonly stoppedBy: string | undefined;
  /** How many were not tried. */
  readonly left: number;
}

/** What {@link writeMany} needs from outside. */
export interface Writing {
  /** Rejects with what `failureOf` understands. */
  readonly write: (ownable: Ownable) => Promise<void>;
  readonly failureOf: (error: unknown) => { readonly kind: string; readonly message: string; readonly code?: string | undefined };
  readonly stopped: () => boolean;
  readonly onProgress: (done: number) => void;
}

/** Writes one after the other. A refusal is one token's own; whatever else fails would fail for the others too, and ends it. */
export async function writeMany(
  ownables: readonly Ownable[],
  { write, failureOf, stopped, onProgress }: Writing,
): Promise<WriteResult> {
  const refused: { token: InventoryToken; message: string }[] = [];
  let done = 0;
  const result = (stoppedBy?: string): WriteResult => ({
    written: done - refused.length,
    refused,
    stoppedBy,
    left: ownables.length - done,
  });
  for (const ownable of ownables) {
    if (stopped()) return result();
    try {
      await write(ownable);
    } catch (error) {
      const { kind, message, code } = failureOf(error);
      if (kind !== "refused" || code === "BUSY") return result(message);
      refused.push({ token: ownable.token, message });
    }
    done++;
    onProgress(done);
  }
  return result();
}
