import type { QueryClient } from "@tanstack/react-query";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/client.ts";
import { tokensQuery, type ListedToken } from "#web/api/tokens.ts";
import { readDetails } from "#web/tokens/readDetails.ts";

/** What a token may do, as far as the server tells. */
export type ListedRights = Pick<ListedToken, "permissions" | "views">;

/** The rights that were read of some tokens. */
export interface ReadRights {
  /** By the token's id. A personal token has its user's rights, and is not in it. */
  readonly rights: ReadonlyMap<string, ListedRights>;
  /** How many tokens with rights of their own are not in it: the server does not show them, has them no longer, or failed. */
  readonly unread: number;
  /** Why a kind could not be read, if one could not. */
  readonly failure: Failure | undefined;
}

export interface ReadRightsOptions {
  readonly client: QueryClient;
  readonly signal: AbortSignal;
  /** Told of how many tokens the rights are read. */
  readonly onProgress?: (read: number) => void;
}

/**
 * Reads permissions and views of tokens, which a plan does not need. What cannot be read is counted: a kind that fails does not cost the
 * others.
 *
 * @throws the signal's reason when called off
 */
export async function readRights(
  tokens: readonly { readonly kind: TokenKind; readonly id: string }[],
  { client, signal, onProgress }: ReadRightsOptions,
): Promise<ReadRights> {
  const rights = new Map<string, ListedRights>();
  let failure: Failure | undefined;
  let wantedInAll = 0;
  const add = ({ id, permissions, views }: ListedToken) => {
    if (permissions === undefined) return;
    rights.set(id, { permissions, ...(views && { views }) });
  };
  for (const kind of tokenKinds) {
    if (kind === "personal") continue;
    const wanted = new Set(tokens.filter((token) => token.kind === kind).map(({ id }) => id));
    wantedInAll += wanted.size;
    if (wanted.size === 0) continue;
    try {
      await readDetails(kind, wanted, {
        client,
        signal,
        staleTime: 60_000,
        readKind: async () => {
          const query = tokensQuery(kind, "full");
          const stop = () => void client.cancelQueries({ queryKey: query.queryKey });
          signal.addEventListener("abort", stop);
          try {
            return await client.query(query);
          } finally {
            signal.removeEventListener("abort", stop);
          }
        },
        onRead: (read) => {
          read.forEach(add);
          onProgress?.(rights.size);
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      failure ??= failureOf(error);
    }
  }
  signal.throwIfAborted();
  return { rights, unread: wantedInAll - rights.size, failure };
}
