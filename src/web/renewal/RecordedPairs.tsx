import { queryOptions, useQueries } from "@tanstack/react-query";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { keyText, tokenKeyOf, type SuccessorLink, type TokenKey } from "#domain/inventory/notes.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { withAuditedUse } from "#domain/token/auditedUse.ts";
import { ingestTokensQuery } from "#web/ingest/queries.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { governedItem, ingestItem } from "#logscale/inventoryLists.ts";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { tokenKey, tokenQuery } from "#web/tokens/tokenQuery.ts";

import { PairLines } from "./PairLines.tsx";

interface RecordedPairsProps {
  readonly token: InventoryToken;
  /** Those that it is in. */
  readonly links: readonly SuccessorLink[];
}

/** The recorded pairs of a token, of which the others are read one by one. */
export function RecordedPairs({ token, links }: RecordedPairsProps) {
  const { notes } = useFindingNotes();
  const knowledge = useUseKnowledge();
  const audit = knowledge.type === "audited" ? knowledge.audit : undefined;
  const key = tokenKeyOf(token);
  const text = key && keyText(key);
  const isNext = (link: SuccessorLink) => keyText(link.token) === text;
  const others = useQueries({ queries: links.map((link) => otherQuery(isNext(link) ? link.replaces : link.token)) });
  const pairs = links.flatMap((link, place): RenewalPair[] => {
    const read = others[place]?.data;
    if (read == null) return [];
    const other = read.kind === "ingest" ? ingestItem(read.token) : governedItem(withAuditedUse(read.token, audit));
    const both = isNext(link) ? { old: other, next: token } : { old: token, next: other };
    return [{ ...both, source: "recorded", link }];
  });
  return <PairLines token={token} pairs={pairs} quietFor={notes.thresholds.values.quietFor} />;
}

/** The other token of a pair; null where it is gone, or is none of which one reads a single one. */
function otherQuery(key: TokenKey) {
  return queryOptions({
    queryKey: [...tokenKey, "pair", keyText(key)],
    queryFn: async ({ client }) => {
      switch (key.kind) {
        case "ingest": {
          const read = await client.query({ ...ingestTokensQuery(key.repository), staleTime: 0 });
          const token = read.find(({ name }) => name === key.name);
          return token === undefined ? null : ({ kind: "ingest", token } as const);
        }
        case "fleet":
          return null;
        default: {
          const token = await client.query(tokenQuery(key.kind, key.id));
          return token.createdAt === key.createdAt ? ({ kind: "governed", token } as const) : null;
        }
      }
    },
    staleTime: 0,
    // A token that is gone stays gone.
    retry: false,
    structuralSharing: false,
  });
}
