import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { keyText, tokenKeyOf } from "#domain/inventory/notes.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { governedItem, ingestItem } from "#logscale/inventoryLists.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { lazyPart } from "#web/ui/lazyPart.tsx";

// Most tokens are in no pair, and need none of these.
const PairsAmongAll = lazyPart(async () => (await import("./PairsAmongAll.tsx")).PairsAmongAll);
const RecordedPairs = lazyPart(async () => (await import("./RecordedPairs.tsx")).RecordedPairs);

/** The pairs of a governed token. */
export function GovernedPairs({ token }: { readonly token: TokenDetail }) {
  const item = useMemo(() => governedItem(token), [token]);
  return <TokenPairs token={item} />;
}

/** The pairs of an ingest token. */
export function IngestPairs({ token }: { readonly token: IngestToken }) {
  const item = useMemo(() => ingestItem(token), [token]);
  return <TokenPairs token={item} />;
}

/** What a token replaces, and what replaces it. Guesses take all tokens, and are told only where a list has read them already. */
function TokenPairs({ token }: { readonly token: InventoryToken }) {
  const client = useQueryClient();
  const [among] = useState(() => client.getQueryData(tokensQuery("view", "plan").queryKey) !== undefined);
  const { links } = useFindingNotes().notes;
  const key = tokenKeyOf(token);
  const text = key && keyText(key);
  const own = links.filter((link) => keyText(link.token) === text || keyText(link.replaces) === text);
  if (among) return <PairsAmongAll token={token} />;
  return own.length > 0 && <RecordedPairs token={token} links={own} />;
}
