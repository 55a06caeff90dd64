import type { QueryClient } from "@tanstack/react-query";

import type { PermissionKind } from "#domain/token/kinds.ts";
import { failureOf } from "#web/api/client.ts";
import type { ListedToken, TokenList } from "#web/api/tokens.ts";

import { tokenQuery } from "./tokenQuery.ts";

/** Up to this many tokens of a kind are asked for one by one; beyond, reading the whole kind in pages is quicker. */
export const mostSingly = 40;
const atOnce = 4;

export interface ReadDetailsOptions {
  readonly client: QueryClient;
  readonly signal: AbortSignal;
  /** How old, in ms, what was read of a single token may be. */
  readonly staleTime: number;
  /** Reads the whole kind with permissions and views. */
  readonly readKind: () => Promise<TokenList>;
  /** Told of tokens as they are read. */
  readonly onRead: (tokens: readonly ListedToken[]) => void;
}

/**
 * Reads permissions and views of some tokens of a kind. A token that is gone, or not this caller's to see, is not told of.
 *
 * @throws CallError when nobody answers; the signal's reason when called off
 */
export async function readDetails(kind: PermissionKind, ids: ReadonlySet<string>, options: ReadDetailsOptions): Promise<void> {
  const { readKind, onRead } = options;
  if (ids.size <= mostSingly) return readSingly(kind, ids, options);
  onRead((await readKind()).tokens.filter(({ id }) => ids.has(id)));
  return undefined;
}

/** {@link readDetails} of few tokens, one by one. */
export async function readSingly(
  kind: PermissionKind,
  ids: ReadonlySet<string>,
  { client, signal, staleTime, onRead }: Omit<ReadDetailsOptions, "readKind">,
): Promise<void> {
  const waiting = ids.values();
  const work = async () => {
    for (const id of waiting) {
      signal.throwIfAborted();
      try {
        onRead([await client.query({ ...tokenQuery(kind, id), staleTime })]);
      } catch (error) {
        if (failureOf(error).kind !== "refused") throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
