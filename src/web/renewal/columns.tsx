import Link from "@mui/material/Link";
import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { hasExpired, inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import type { Long } from "#domain/long.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { renewalSteps, type NextStep } from "#domain/renewal/step.ts";
import { tokenLink } from "#web/inventory/link.ts";
import { monospace } from "#web/theme.ts";
import { compareNames } from "#web/ui/compareNames.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { localTime, presentAfter } from "#web/ui/times.ts";

import { briefStep, stateOf, stateTitles, stepWords } from "./words.ts";

/** A pair with what comes next of it. */
export interface RenewalRow {
  /** Tells the pair from all others. */
  readonly key: string;
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
  /** Whether whoever is signed in may say so of a pair. */
  readonly may: (action: PairAction, pair: RenewalPair) => boolean;
  readonly onAct: (action: PairAction, row: RenewalRow) => void;
}

/** The columns of the list of pairs. */
export function pairColumns(context: PairColumnsContext): ColumnDef<RenewalRow>[] {
  const { now } = context;
  return [
    {
      id: "old",
      header: "Old token",
      size: 150,
      accessorFn: ({ pair }) => pair.old.name,
      sortingFn: (a, b) => compareNames(a.original.pair.old.name, b.original.pair.old.name),
      cell: ({ row: { original } }) => <TokenCell token={original.pair.old} now={now} />,
    },
    {
      id: "step",
      header: "Next step",
      size: 190,
      meta: { places: 2 },
      accessorFn: ({ step, pair }) => (pair.rejection === undefined ? renewalSteps.indexOf(step.step) : renewalSteps.length),
      cell: ({ row: { original } }) => <StepCell row={original} context={context} />,
    },
    {
      id: "next",
      header: "New token",
      size: 150,
      accessorFn: ({ pair }) => pair.next.name,
      sortingFn: (a, b) => compareNames(a.original.pair.next.name, b.original.pair.next.name),
      cell: ({ row: { original } }) => <TokenCell token={original.pair.next} now={now} />,
    },
    {
      id: "kind",
      header: "Kind",
      size: 116,
      accessorFn: ({ pair }) => inventoryTraits[pair.old.kind].title,
      cell: ({ row: { original } }) => inventoryTraits[original.pair.old.kind].title,
    },
    {
      id: "oldUsed",
      header: "Old last used",
      size: 138,
      accessorFn: ({ pair }) => usedOrder(pair.old),
      cell: ({ row: { original } }) => <UsedCell token={original.pair.old} now={now} />,
    },
    {
      id: "oldFrom",
      header: "From",
      size: 122,
      accessorFn: ({ pair }) => pair.old.lastUse?.from ?? "",
      cell: ({ row: { original } }) => <FromCell token={original.pair.old} />,
    },
    {
      id: "newUsed",
      header: "New first used",
      size: 146,
      accessorFn: ({ pair }) => Number(pair.next.firstUse ?? usedOrder(pair.next)),
      cell: ({ row: { original } }) => <FirstUsedCell token={original.pair.next} now={now} />,
    },
    {
      id: "oldEnds",
      header: "Old ends",
      size: 112,
      // Never comes after every date.
      accessorFn: ({ pair }) => Number(pair.old.expireAt ?? Number.MAX_VALUE),
      cell: ({ row: { original } }) => <EndCell token={original.pair.old} now={now} />,
    },
    {
      id: "made",
      header: "New made",
      size: 130,
      accessorFn: ({ pair }) => Number(pair.next.createdAt ?? 0),
      cell: ({ row: { original } }) => <When at={original.pair.next.createdAt} now={now} />,
    },
    {
      id: "source",
      header: "Pair",
      size: 100,
      accessorFn: ({ pair }) => stateTitles[stateOf(pair)],
      cell: ({ row: { original } }) => <SourceCell pair={original.pair} />,
    },
    {
      id: "otherwise",
      header: "If not so",
      size: 120,
      enableSorting: false,
      cell: ({ row: { original } }) => <OtherwiseCell row={original} context={context} />,
    },
  ];
}

function TokenCell({ token, now }: { readonly token: InventoryToken; readonly now: number }) {
  const { name, id, createdAt, kind } = token;
  return (
    <Hint
      cut
      component={RouterLink}
      to={tokenLink(token)}
      hint={
        <>
          <Name>{name}</Name>, {inventoryTraits[kind].noun} token
          {id !== undefined && (
            <>
              <br />
              <span style={{ fontFamily: monospace }}>{id}</span>
            </>
          )}
          {createdAt !== undefined && (
            <>
              <br />
              Made {localTime(createdAt)}
            </>
          )}
          {hasExpired(token, now) && (
            <>
              <br />
              It has expired.
            </>
          )}
        </>
      }
    >
      <Name>{name}</Name>
    </Hint>
  );
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

function UsedCell({ token: { lastUse }, now }: { readonly token: InventoryToken; readonly now: number }) {
  if (lastUse === undefined) return <Quiet>not known</Quiet>;
  if (lastUse.at === null) return <Quiet>never</Quiet>;
  return (
    <When
      at={lastUse.at}
      now={now}
      {...(lastUse.source === "at-least" && { more: "As the audit log has it; it may have been used since." })}
    />
  );
}

function FromCell({ token: { lastUse } }: { readonly token: InventoryToken }) {
  return lastUse?.from ?? <Quiet>{lastUse?.at === null ? "never used" : "not known"}</Quiet>;
}

function FirstUsedCell({ token, now }: { readonly token: InventoryToken; readonly now: number }) {
  const { firstUse, lastUse } = token;
  if (firstUse != null) return <When at={firstUse} now={now} />;
  if (lastUse === undefined) return <Quiet>not known</Quiet>;
  if (lastUse.at === null) return <Quiet>not yet</Quiet>;
  // Of its uses the last one is all that is told.
  return (
    <>
      <Quiet>last</Quiet>{" "}
      <When at={lastUse.at} now={now} more="The first use is not on record; this is the last that is known." />
    </>
  );
}

function EndCell({ token, now }: { readonly token: InventoryToken; readonly now: number }) {
  const { expireAt } = token;
  if (expireAt === undefined) return <Quiet>not known</Quiet>;
  if (expireAt === null) return <>never</>;
  return expireAt > now ? (
    <Instant at={expireAt} now={now} />
  ) : (
    <Quiet>
      expired <Instant at={expireAt} now={now} />
    </Quiet>
  );
}

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

function When({ at, now, more }: { readonly at: Long | undefined; readonly now: number; readonly more?: string }) {
  if (at === undefined) return <Quiet>not known</Quiet>;
  return <Instant at={at} now={presentAfter(at, now)} {...(more !== undefined && { more })} />;
}

function Quiet({ children }: { readonly children: ReactNode }) {
  return <span className="quiet">{children}</span>;
}

/** Never comes before every date, and what is not known before that. */
function usedOrder({ lastUse }: InventoryToken): number {
  return lastUse === undefined ? -2 : Number(lastUse.at ?? -1);
}
