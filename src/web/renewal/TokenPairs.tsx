import PairIcon from "@mui/icons-material/EventRepeatOutlined";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { queryOptions, useQueries, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link as RouterLink } from "react-router";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { keyText, tokenKeyOf, type SuccessorLink, type TokenKey } from "#domain/inventory/notes.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { stepOf } from "#domain/renewal/step.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { ingestTokensQuery, type IngestToken } from "#web/ingest/queries.ts";
import { tokenLink } from "#web/inventory/link.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { governedItem, ingestItem } from "#web/inventory/reading.ts";
import { useInventory } from "#web/inventory/useInventory.ts";
import { useUseKnowledge, withAuditedUse } from "#web/last-use/auditUse.ts";
import { paths } from "#web/paths.ts";
import { tokenKey, tokenQuery, type TokenDetail } from "#web/tokens/tokenQuery.ts";
import { Name, Words } from "#web/ui/Name.tsx";
import { presentAfter, relativeTime } from "#web/ui/times.ts";

import { usePairs } from "./usePairs.ts";
import { stepTitles, stepWords } from "./words.ts";

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
  return among ? <AmongAll token={token} /> : <Recorded token={token} />;
}

function AmongAll({ token }: { readonly token: InventoryToken }) {
  const { pairs, notes } = usePairs(useInventory());
  const own = pairs.filter(
    ({ old, next, rejection }) => rejection === undefined && (old.key === token.key || next.key === token.key),
  );
  return <PairLines token={token} pairs={own} quietFor={notes.thresholds.values.quietFor} />;
}

/** The recorded pairs of a token, of which the others are read one by one. */
function Recorded({ token }: { readonly token: InventoryToken }) {
  const { notes } = useFindingNotes();
  const knowledge = useUseKnowledge();
  const audit = knowledge.type === "audited" ? knowledge.audit : undefined;
  const key = tokenKeyOf(token);
  const text = key && keyText(key);
  const links = notes.links.filter((link) => keyText(link.token) === text || keyText(link.replaces) === text);
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

interface PairLinesProps {
  readonly token: InventoryToken;
  readonly pairs: readonly RenewalPair[];
  readonly quietFor: number;
}

/** A line for each pair, with what comes next of it. */
function PairLines({ token, pairs, quietFor }: PairLinesProps) {
  const now = useServerNow();
  return pairs.map((pair) => {
    const { old, next, source } = pair;
    const isOld = old.key === token.key;
    const other = isOld ? next : old;
    const step = stepOf(pair, { now, quietFor });
    const said = source === "guess" ? (isOld ? "May be replaced by" : "May replace") : isOld ? "Replaced by" : "Replaces";
    return (
      <Alert
        key={other.key}
        severity="info"
        icon={<PairIcon fontSize="inherit" />}
        action={
          <Button component={RouterLink} to={`${paths.renewals}?${pairSearch(old)}`} color="inherit" size="small">
            Renewals
          </Button>
        }
      >
        {said}{" "}
        <Link component={RouterLink} to={tokenLink(other)}>
          <Name>{other.name}</Name>
        </Link>
        {other.createdAt !== undefined && <>, made {relativeTime(other.createdAt, presentAfter(other.createdAt, now))}</>}
        {source === "guess" && ", a guess"}. Next step: {stepTitles[step.step].toLowerCase()}.{" "}
        <Words>{stepWords(pair, step, { now, quietFor })}</Words>
      </Alert>
    );
  });
}

/** The list searched for a token: by its id where it has one, which no other token has. */
function pairSearch({ id, name }: InventoryToken): string {
  return new URLSearchParams({ q: id ?? name }).toString();
}
