import type { QueryClient } from "@tanstack/react-query";

import { tokenKinds } from "#domain/token/kinds.ts";
import { recoveryKit, type KitDetail, type Loss, type RecoveryKit } from "#domain/policy/recoveryKit.ts";
import { creationCall } from "#logscale/createCalls.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import { knownFilters } from "#web/api/queries.ts";
import { loadTokens, tokensQuery } from "#web/api/tokens.ts";
import { tokenQuery } from "#web/tokens/tokenQuery.ts";

/** Up to this many tokens of a kind are asked for one by one; beyond, reading the whole kind in pages is quicker. */
const mostSingly = 40;
const atOnce = 4;

export interface CollectOptions {
  readonly client: QueryClient;
  readonly signal: AbortSignal;
  /** Told how many of the tokens are read. */
  readonly onProgress: (read: number) => void;
}

/**
 * Reads rights and views of the tokens that a plan stops, and makes the recovery kit of them. A token that the server does not show, or
 * no longer has, goes in with what is known.
 *
 * @throws CallError when nobody answers; the signal's reason when called off
 */
export async function collectKit(losses: readonly Loss[], { client, signal, onProgress }: CollectOptions): Promise<RecoveryKit> {
  const details = new Map<string, KitDetail>();
  const add = (detail: KitDetail) => {
    details.set(detail.id, detail);
    onProgress(details.size);
  };
  for (const kind of tokenKinds) {
    const doomed = losses.filter(({ token }) => token.kind === kind).map(({ token }) => token.id);
    if (doomed.length === 0) continue;
    if (kind === "personal") {
      // A personal token has nothing beyond what the list says, and the page has read it.
      const { tokens } = await client.query({ ...tokensQuery(kind, "plan"), staleTime: "static" });
      const wanted = new Set(doomed);
      for (const token of tokens) if (wanted.has(token.id)) add(token);
    } else if (doomed.length <= mostSingly) {
      const waiting = doomed.values();
      const work = async () => {
        for (const id of waiting) {
          signal.throwIfAborted();
          try {
            add(await client.query({ ...tokenQuery(kind, id), staleTime: 0 }));
          } catch (error) {
            if (failureOf(error).kind !== "refused") throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    } else {
      const { tokens } = await loadTokens(client, kind, "full", signal);
      const wanted = new Set(doomed);
      for (const token of tokens) if (wanted.has(token.id)) details.set(token.id, token);
      onProgress(details.size);
    }
  }
  signal.throwIfAborted();
  return recoveryKit(losses, { details, filterName: filterNames(client), callOf: creationCall, now: serverNow() });
}

/** The names of IP filters as they are, as far as the page has read them. */
function filterNames(client: QueryClient): (id: string) => string {
  const filters = knownFilters(client);
  return (id) => filters.get(id)?.name ?? id;
}
