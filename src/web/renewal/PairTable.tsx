import Button from "@mui/material/Button";
import { Suspense, useMemo, useState } from "react";
import { Link as RouterLink } from "react-router";

import { nameHolds } from "#domain/name.ts";
import { renewalSteps, stepOf, type RenewalStep } from "#domain/renewal/step.ts";
import type { Inventory } from "#web/inventory/useInventory.ts";
import { finder } from "#web/list/finder.ts";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { SelectField } from "#web/ui/Field.tsx";

import { pairColumns, type PairAction, type RenewalRow } from "./columns.tsx";
import { PairDialog } from "./dialogs.ts";
import { mayAct } from "./may.ts";
import { EndingAlone, PairNotes } from "./PairNotes.tsx";
import type { PairsReading } from "./usePairs.ts";
import { pairStates, stateOf, stateTitles, stepTitles, type PairState } from "./words.ts";

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

/** What is being done with a pair. */
interface Doing {
  readonly action: PairAction;
  readonly row: RenewalRow;
}

/** The pairs as a list, with what is done with each. */
export function PairTable({ inventory, reading }: { readonly inventory: Inventory; readonly reading: PairsReading }) {
  const { pairs, notes, now } = reading;
  const view = useListView(dialect);
  const [doing, setDoing] = useState<Doing>();
  const { quietFor } = notes.thresholds.values;
  const { step: wantedStep, pair: wantedState } = view.filters;
  const all = useMemo(
    () =>
      pairs.map((pair): RenewalRow => ({
        id: `${pair.old.key} ${pair.next.key}`,
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
        rowId={idOf}
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
        notes={<PairNotes inventory={inventory} reading={reading} />}
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
