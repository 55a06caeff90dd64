import type { QueryClient } from "@tanstack/react-query";

import { indexOwners } from "#domain/inventory/notes.ts";
import { whoActs } from "#domain/inventory/whoActs.ts";
import { recoveryKit, type KitDetail, type Loss, type RecoveryKit } from "#domain/policy/recoveryKit.ts";
import { creationCall } from "#logscale/createCalls.ts";
import { readKitDetails } from "#logscale/readDetails.ts";
import { serverNow } from "#web/api/client.ts";
import { knownFilters } from "#web/api/queries.ts";
import { loadTokens, tokensQuery } from "#web/api/tokens.ts";
import { readNotesAgain } from "#web/inventory/notes/queries.ts";
import { readDetails } from "#web/tokens/readDetails.ts";

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
  const details = await readKitDetails(losses, {
    // A personal token has nothing beyond what the list says, and the page has read it.
    readPersonal: async () => (await client.query({ ...tokensQuery("personal", "plan"), staleTime: "static" })).tokens,
    read: (kind, ids, onRead) => {
      // A kit holds what is there now, so nothing that was read before will do.
      const readKind = () => loadTokens(client, kind, "full", signal);
      return readDetails(kind, ids, { client, signal, staleTime: 0, readKind, onRead });
    },
    onProgress,
  });
  signal.throwIfAborted();
  const writtenOwner = await ownersNow(client);
  return recoveryKit(losses, { details, filterName: filterNames(client), writtenOwner, callOf: creationCall, now: serverNow() });
}

/** The owners that are written down. Where they cannot be read the kit goes without: what makes tokens again matters more. */
async function ownersNow(client: QueryClient): Promise<(token: KitDetail) => string | undefined> {
  const owners = await readNotesAgain(client).then(
    (notes) => indexOwners(notes.owners),
    () => indexOwners([]),
  );
  return (token) => {
    const acting = whoActs(token, owners);
    return acting.kind === "written" ? acting.name : undefined;
  };
}

/** The names of IP filters as they are, as far as the page has read them. */
function filterNames(client: QueryClient): (id: string) => string {
  const filters = knownFilters(client);
  return (id) => filters.get(id)?.name ?? id;
}
