import Alert from "@mui/material/Alert";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { day } from "#domain/duration.ts";
import { endingAlone } from "#domain/renewal/pairs.ts";
import { inventoryLink } from "#web/inventory/link.ts";
import { reachWords } from "#web/inventory/reachWords.ts";
import { isInState } from "#web/inventory/states.ts";
import type { Inventory } from "#web/inventory/useInventory.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { useSession } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";

import type { PairsReading } from "./usePairs.ts";

/** So far ahead is told what ends without a successor, days. */
const aheadDays = 30;

/** What ends soon while nothing takes its place. */
export function EndingAlone({ inventory, reading }: { readonly inventory: Inventory; readonly reading: PairsReading }) {
  const { tokens, kinds, rights } = inventory;
  const { pairs, now, notesFailure } = reading;
  const alone = useMemo(() => endingAlone(tokens, pairs, { now, within: aheadDays * day }).length, [tokens, pairs, now]);
  const ending = useMemo(() => tokens.filter((token) => isInState(token, "expires-30d", now)).length, [tokens, now]);
  // Without what is recorded, or before anything is guessed, nobody knows which have none.
  if (alone === 0 || notesFailure !== undefined || rights.state === "waiting") return null;
  const all = kinds.every(({ state }) => state === "complete");
  return (
    <Alert severity="warning" sx={{ marginBottom: 4 }}>
      {all ? "" : "Of the tokens that are listed to you, "}
      {countOf(alone, "token")} {alone === 1 ? "ends" : "end"} within {aheadDays} days and {alone === 1 ? "has" : "have"} no
      successor.{" "}
      <Link component={RouterLink} to={inventoryLink({ state: ["expires-30d"], sort: "expireAt" })}>
        Show {ending === alone ? "them" : `all ${countOf(ending, "token")} that ${ending === 1 ? "ends" : "end"} by then`}
      </Link>
    </Alert>
  );
}

/** What is not known: of the guesses, of tokens that are not listed, and of last use. */
export function PairNotes({ inventory, reading }: { readonly inventory: Inventory; readonly reading: PairsReading }) {
  const session = useSession();
  const knowledge = useUseKnowledge();
  const { kinds, rights } = inventory;
  const unseen = kinds.filter(({ state }) => state !== "failed" && state !== "waiting").map(reachWords);
  const words: readonly string[] = [
    ...unseen,
    ...(unseen.some((told) => told !== undefined) ? ["A pair shows only where both its tokens are listed to you."] : []),
    rightsWords[rights.state],
    knowledge.type === "recorded"
      ? undefined
      : "Not every use is recorded here and first use is not told, so no old token is ever called quiet: ask whoever uses it.",
    reading.notes.kept ? undefined : "This server keeps no record of pairs, so all of them are guesses.",
    reading.notes.kept && session.backend === "gateway"
      ? reading.notes.mayAssign.length > 0
        ? "What you record is kept by this gateway; the cluster knows nothing of it."
        : "Pairs are recorded by this gateway, and only by root, an owner of the organization, or whom its FINDINGS_EDITORS name: you may read them."
      : undefined,
  ].filter((sentence) => sentence !== undefined);
  return (
    <>
      {words.length > 0 && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginBlock: 2, maxWidth: "130ch" }}>
          {words.join(" ")}
        </Typography>
      )}
      <AuditUseNote knowledge={knowledge} />
    </>
  );
}

/** What is missing of the guesses, which rest on rights. */
const rightsWords = {
  waiting: "Guesses follow once it is read what the tokens may do.",
  read: undefined,
  partial: "What some tokens may do could not be read, so there may be more pairs that could be guessed.",
  failed: "What tokens may do could not be read, so no pairs are guessed.",
} as const satisfies Record<Inventory["rights"]["state"], string | undefined>;
