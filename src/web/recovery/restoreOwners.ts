import type { QueryClient } from "@tanstack/react-query";

import type { TokenKind } from "#domain/token/kinds.ts";
import { changeNotes, findingNotesQuery, readNotesAgain } from "#web/inventory/notes/queries.ts";
import { tokenQuery } from "#web/tokens/tokenQuery.ts";

/** A token that was made again, and who was written down to act for the former one. */
export interface Reowned {
  readonly kind: TokenKind;
  /** Null where the server did not tell it. */
  readonly id: string | null;
  readonly owner: string;
}

/** Writes down owners of tokens that were made again, as the former ones had them, and gives for how many that failed. */
export async function restoreOwners(client: QueryClient, tokens: readonly Reowned[]): Promise<number> {
  let failed = 0;
  for (const token of tokens) {
    // Each by itself: that one is refused says nothing of the next.
    await restore(client, token).catch(() => failed++);
  }
  if (tokens.length > 0) await readNotesAgain(client).catch(() => undefined);
  return failed;
}

async function restore(client: QueryClient, { kind, id, owner }: Reowned): Promise<void> {
  const { mayAssign } = await client.query(findingNotesQuery);
  if (id === null || !mayAssign.includes(kind)) throw new Error("No owner can be written down here.");
  const { createdAt } = await client.query(tokenQuery(kind, id));
  if (typeof createdAt !== "number") throw new Error("When it was made is not known exactly.");
  await changeNotes({ type: "own", token: { kind, id, createdAt }, owner, seen: null });
}
