import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Suspense, useMemo, useState } from "react";
import { Link as RouterLink } from "react-router";

import { day } from "#domain/duration.ts";
import { nameHolds } from "#domain/name.ts";
import { endingAlone } from "#domain/renewal/pairs.ts";
import { renewalSteps, stepOf, type RenewalStep } from "#domain/renewal/step.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { FailedKinds, failedOf } from "#web/inventory/FailedKinds.tsx";
import { inventoryLink } from "#web/inventory/link.ts";
import { ThresholdsDialog } from "#web/inventory/notes/dialogs.ts";
import { reachWords } from "#web/inventory/reachWords.ts";
import { isInState } from "#web/inventory/states.ts";
import { useInventory, type Inventory } from "#web/inventory/useInventory.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { finder } from "#web/list/finder.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import type { ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { SelectField } from "#web/ui/Field.tsx";

import { pairColumns, type PairAction, type RenewalRow } from "./columns.tsx";
import { PairDialog } from "./dialogs.ts";
import { mayAct } from "./may.ts";
import { usePairs, type PairsReading } from "./usePairs.ts";
import { pairStates, stateOf, stateTitles, stepTitles, type PairState } from "./words.ts";

/** What the page is for. */
const purpose =
  "Tokens that are being replaced, each with the one that takes its place: hand over the new secret, see the new one used and the old one quiet, then delete the old one.";

type Column = "old" | "step" | "next" | "kind" | "oldUsed" | "oldFrom" | "newUsed" | "oldEnds" | "made" | "source";

interface Filters {
  readonly step: RenewalStep;
  readonly pair: PairState;
}

const dialect: ListDialect<Column, Filters> = {
  columns: ["step", "old", "next", "kind", "oldUsed", "oldFrom", "newUsed", "oldEnds", "made", "source"],
  usual: "step",
  filters: {
    step: (text) => renewalSteps.find((step) => step === text),
    pair: (text) => pairStates.find((state) => state === text),
  },
};

const find = finder<RenewalRow>(({ pair: { old, next } }, text) =>
  [old, next].some(
    ({ name, id, ingest }) => nameHolds(name, text) || id?.toLowerCase() === text || nameHolds(ingest?.repository ?? "", text),
  ),
);

/** Every pair of a token and the one that takes its place, and what comes next of it. */
export function RenewalsPage() {
  const inventory = useInventory();
  const reading = usePairs(inventory);
  const { kinds, waiting } = inventory;
  const failed = failedOf(kinds);
  const read = kinds.filter(({ state }) => state !== "waiting" && state !== "failed");
  const failsWhole = read.length === 0 ? failed[0]?.failure : undefined;
  const shows = !waiting && !reading.pending && read.length > 0;
  return (
    <ListPage
      title="Renewals"
      path={paths.renewals}
      what="renewals"
      purpose={
        <>
          {purpose}{" "}
          <Link component={RouterLink} to={paths.notices}>
            Who is told before tokens expire
          </Link>
        </>
      }
      data={shows ? reading : undefined}
      failure={failsWhole}
      reading={inventory.loading}
      onRead={() => {
        inventory.reload();
        reading.readAgain();
      }}
      hidden={
        kinds.every(({ state }) => state === "hidden") ? (
          <EmptyState title="No tokens are shown to you">
            You may list the tokens of no kind, so there are no pairs to show.
          </EmptyState>
        ) : undefined
      }
      partial={
        <>
          {failsWhole === undefined && <FailedKinds kinds={failed} onRetry={inventory.reload} />}
          <NotesFailure reading={reading} />
        </>
      }
      readAt={inventory.readAt}
      progress={useOverallLoadProgress()}
      create={<QuietButton reading={reading} />}
    >
      {(pairs) => <PairTable inventory={inventory} reading={pairs} />}
    </ListPage>
  );
}

/** What is recorded could not be read: what is shown then are guesses alone. */
function NotesFailure({ reading: { notesFailure, readAgain } }: { readonly reading: PairsReading }) {
  if (notesFailure === undefined) return null;
  return (
    <Box sx={{ marginBottom: 4 }}>
      <ErrorState
        title="What is recorded of pairs could not be read. Below are guesses alone, also about tokens of which a pair is recorded."
        failure={notesFailure}
        onRetry={readAgain}
      />
    </Box>
  );
}

/** How long an old token must be quiet, for whoever may set it. */
function QuietButton({ reading: { notes } }: { readonly reading: PairsReading }) {
  const [open, setOpen] = useState(false);
  if (!notes.mayWrite) return null;
  return (
    <>
      <Button variant="outlined" size="small" onClick={() => setOpen(true)}>
        Quiet after {countOf(notes.thresholds.values.quietFor, "day")}…
      </Button>
      {open && (
        <Suspense>
          <ThresholdsDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** What is being done with a pair. */
interface Doing {
  readonly action: PairAction;
  readonly row: RenewalRow;
}

function PairTable({ inventory, reading }: { readonly inventory: Inventory; readonly reading: PairsReading }) {
  const { pairs, notes, now } = reading;
  const view = useListView(dialect);
  const [doing, setDoing] = useState<Doing>();
  const { quietFor } = notes.thresholds.values;
  const { step: wantedStep, pair: wantedState } = view.filters;
  const all = useMemo(
    () =>
      pairs.map((pair): RenewalRow => ({
        key: `${pair.old.key} ${pair.next.key}`,
        pair,
        step: stepOf(pair, { now, quietFor }),
      })),
    [pairs, now, quietFor],
  );
  // What somebody said is no pair is not told again, but where it is asked for.
  const listed = useMemo(
    () => all.filter(({ pair }) => pair.rejection === undefined || wantedState === "rejected"),
    [all, wantedState],
  );
  const rows = useMemo(
    () =>
      listed.filter(
        ({ pair, step }) =>
          (wantedState === undefined || stateOf(pair) === wantedState) && (wantedStep === undefined || step.step === wantedStep),
      ),
    [listed, wantedState, wantedStep],
  );
  const columns = useMemo(
    () =>
      pairColumns({
        now,
        quietFor,
        may: (action, pair) => mayAct(action, pair, notes),
        onAct: (action, row) => setDoing({ action, row }),
      }),
    [now, quietFor, notes],
  );
  const rejected = all.filter(({ pair }) => pair.rejection !== undefined).length;
  return (
    <>
      <EndingAlone inventory={inventory} reading={reading} />
      <ListTable
        noun={["pair", "pairs"]}
        view={view}
        rows={rows}
        columns={columns}
        rowId={keyOf}
        searched="Name, repository or id"
        find={find}
        total={listed.length}
        filters={
          <>
            <SelectField
              label="Next step"
              width={180}
              value={wantedStep ?? ""}
              onChange={({ target }) => view.setFilters({ step: dialect.filters.step(target.value) })}
            >
              <option value="">Every step</option>
              {renewalSteps.map((step) => (
                <option key={step} value={step}>
                  {stepTitles[step]}
                </option>
              ))}
            </SelectField>
            <SelectField
              label="Pair"
              width={140}
              value={wantedState ?? ""}
              onChange={({ target }) => view.setFilters({ pair: dialect.filters.pair(target.value) })}
            >
              <option value="">Recorded and guessed</option>
              {pairStates.map((state) => (
                <option key={state} value={state}>
                  {stateTitles[state]}
                </option>
              ))}
            </SelectField>
          </>
        }
        notes={<Notes inventory={inventory} reading={reading} />}
        empty={<NoPairs rejected={rejected} onShowRejected={() => view.setFilters({ pair: "rejected" })} />}
      />
      {doing !== undefined && (
        <Suspense fallback={null}>
          <PairDialog {...doing} reading={reading} onClose={() => setDoing(undefined)} />
        </Suspense>
      )}
    </>
  );
}

function keyOf({ key }: RenewalRow): string {
  return key;
}

function NoPairs({ rejected, onShowRejected }: { readonly rejected: number; readonly onShowRejected: () => void }) {
  return (
    <EmptyState
      title="No token is being replaced"
      action={
        rejected > 0 ? (
          <Button variant="outlined" onClick={onShowRejected}>
            Show {countOf(rejected, "rejected guess", "rejected guesses")}
          </Button>
        ) : (
          <Button component={RouterLink} to={paths.tokens} variant="outlined">
            All tokens
          </Button>
        )
      }
    >
      Renew a token from its page or from the list: the new one works beside the old one, so that nothing stops while its users
      change over. Here you then see who still uses the old one, and when it may go.
    </EmptyState>
  );
}

/** So far ahead is told what ends without a successor, days. */
const aheadDays = 30;

/** What ends soon while nothing takes its place. */
function EndingAlone({ inventory, reading }: { readonly inventory: Inventory; readonly reading: PairsReading }) {
  const { tokens, kinds } = inventory;
  const { pairs, now, notesFailure } = reading;
  const alone = useMemo(() => endingAlone(tokens, pairs, { now, within: aheadDays * day }).length, [tokens, pairs, now]);
  const ending = useMemo(() => tokens.filter((token) => isInState(token, "expires-30d", now)).length, [tokens, now]);
  // Without what is recorded nobody knows which have none.
  if (alone === 0 || notesFailure !== undefined) return null;
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
function Notes({ inventory, reading }: { readonly inventory: Inventory; readonly reading: PairsReading }) {
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
