import Link from "@mui/material/Link";
import type { TableColumn } from "#web/ui/table/column.ts";

import { inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { renewalSteps, type NextStep } from "#domain/renewal/step.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";
import { localTime } from "#web/ui/times.ts";

import { EndCell, FirstUsedCell, FromCell, Quiet, TokenCell, UsedCell, When } from "./cells.tsx";
import { briefStep, stateOf, stateTitles, stepWords } from "./words.ts";

/** A pair with what comes next of it. */
export interface RenewalRow {
  /** Tells the pair from all others. */
  readonly id: string;
  readonly pair: RenewalPair;
  readonly step: NextStep;
}

/** What can be done with a pair. */
export type PairAction = "link" | "reject" | "offer" | "unlink" | "hand-over" | "delete";

export interface PairColumnsContext {
  /** Ms since epoch. */
  readonly now: number;
  /** In days. */
  readonly quietFor: number;
  /** Whether whoever is signed in may do that with a pair. */
  readonly may: (action: PairAction, pair: RenewalPair) => boolean;
  readonly onAct: (action: PairAction, row: RenewalRow) => void;
}

/** The columns of the list of pairs. */
export function pairColumns(context: PairColumnsContext): TableColumn<RenewalRow>[] {
  const { now } = context;
  return [
    {
      id: "old",
      header: "Old token",
      size: 150,
      value: ({ pair }) => pair.old.name,
      cell: (row) => <TokenCell token={row.pair.old} now={now} />,
    },
    {
      id: "step",
      header: "Next step",
      size: 190,
      meta: { places: 2 },
      value: ({ step, pair }) => (pair.rejection === undefined ? renewalSteps.indexOf(step.step) : renewalSteps.length),
      cell: (row) => <StepCell row={row} context={context} />,
    },
    {
      id: "next",
      header: "New token",
      size: 150,
      value: ({ pair }) => pair.next.name,
      cell: (row) => <TokenCell token={row.pair.next} now={now} />,
    },
    {
      id: "kind",
      header: "Kind",
      size: 116,
      value: ({ pair }) => inventoryTraits[pair.old.kind].title,
      cell: (row) => inventoryTraits[row.pair.old.kind].title,
    },
    {
      id: "oldUsed",
      header: "Old last used",
      size: 146,
      value: ({ pair }) => usedOrder(pair.old),
      cell: (row) => <UsedCell token={row.pair.old} now={now} />,
    },
    {
      id: "oldFrom",
      header: "From",
      size: 122,
      value: ({ pair }) => pair.old.lastUse?.from ?? "",
      cell: (row) => <FromCell token={row.pair.old} />,
    },
    {
      id: "newUsed",
      header: "New first used",
      size: 156,
      value: ({ pair }) => Number(pair.next.firstUse ?? usedOrder(pair.next)),
      cell: (row) => <FirstUsedCell token={row.pair.next} now={now} />,
    },
    {
      id: "oldEnds",
      header: "Old ends",
      size: 124,
      // Never comes after every date.
      value: ({ pair }) => Number(pair.old.expireAt ?? Number.MAX_VALUE),
      cell: (row) => <EndCell token={row.pair.old} now={now} />,
    },
    {
      id: "made",
      header: "New made",
      size: 138,
      value: ({ pair }) => Number(pair.next.createdAt ?? 0),
      cell: (row) => <When at={row.pair.next.createdAt} now={now} />,
    },
    {
      id: "source",
      header: "Pair",
      size: 100,
      value: ({ pair }) => stateTitles[stateOf(pair)],
      cell: (row) => <SourceCell pair={row.pair} />,
    },
    {
      id: "otherwise",
      header: "If not so",
      size: 120,
      cell: (row) => <OtherwiseCell row={row} context={context} />,
    },
  ];
}

interface WithContext {
  readonly row: RenewalRow;
  readonly context: PairColumnsContext;
}

/** The next step, as a button where the page can do something about it. */
function StepCell({ row, context }: WithContext) {
  const { pair, step } = row;
  if (pair.rejection !== undefined) return <Quiet>none</Quiet>;
  const action = actionOf(step);
  const words = stepWords(pair, step, context);
  if (action === undefined || !context.may(action, pair)) {
    return (
      <Hint cut hint={words}>
        {briefStep(step, context.now)}
      </Hint>
    );
  }
  // Without a hint, which would stand over the dialog: that says why.
  return (
    <Link component="button" type="button" onClick={() => context.onAct(action, row)} sx={{ font: "inherit" }}>
      {briefStep(step, context.now)}…
    </Link>
  );
}

function actionOf({ step, reason }: NextStep): PairAction | undefined {
  switch (step) {
    case "link":
    case "hand-over":
    case "delete":
      return step;
    case "ask":
      // The old one has to live on until something else takes its place.
      return reason === "new-expired" ? undefined : "delete";
    case "wait":
      return undefined;
    default:
      return step satisfies never;
  }
}

/** What is done where a pair is none, or is one after all. */
function OtherwiseCell({ row, context }: WithContext) {
  const { pair } = row;
  const [action, label] = (
    {
      recorded: ["unlink", "Unlink…"],
      guess: ["reject", "Not a pair…"],
      rejected: ["offer", "Offer again…"],
    } as const
  )[stateOf(pair)];
  if (!context.may(action, pair)) {
    return (
      <Hint hint={deniedWords[action]}>
        <Quiet>may not</Quiet>
      </Hint>
    );
  }
  return (
    <Link component="button" type="button" onClick={() => context.onAct(action, row)} sx={{ font: "inherit" }}>
      {label}
    </Link>
  );
}

/** Why somebody may not say so. */
const deniedWords = {
  unlink: "You may not change which token this one is recorded to replace.",
  reject: "Whoever may dismiss findings may say that a guess is no pair.",
  offer: "Whoever may dismiss findings may offer a guess again.",
} as const;

function SourceCell({ pair }: { readonly pair: RenewalPair }) {
  const state = stateOf(pair);
  const { link, rejection } = pair;
  const said = link ?? rejection;
  if (said === undefined) return <Hint hint="Nobody wrote it down: the two are alike.">{stateTitles[state]}</Hint>;
  return (
    <Hint
      hint={
        <>
          By <Name>{said.by}</Name>, {localTime(said.at)}
        </>
      }
    >
      {stateTitles[state]}
    </Hint>
  );
}

/** Never comes before every date, and what is not known before that. */
function usedOrder({ lastUse }: InventoryToken): number {
  return lastUse === undefined ? -2 : Number(lastUse.at ?? -1);
}
