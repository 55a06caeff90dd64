import {
  bulkOrder,
  differencesOf,
  planBulk,
  type BulkAction,
  type BulkDifference,
  type BulkPlan,
  type BulkRunStep,
} from "#domain/inventory/bulk.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import type { Failure } from "#logscale/errors.ts";
import { createStore, type StateStore } from "#web/state/store.ts";

import type { BulkReading } from "./read.ts";
import { mayTry, type Run } from "./run.ts";

/** What is asked: a plan of what is there, and how it differs from what was agreed to before. */
export interface BulkQuestion {
  readonly plan: BulkPlan;
  readonly reading: BulkReading;
  /** How what is there has changed since it was agreed to; empty the first time it is asked. */
  readonly differences: readonly BulkDifference[];
  /** How often it was asked. What was typed for one does not count for the next. */
  readonly times: number;
}

/** What was agreed to. */
type Agreed = Pick<BulkPlan, "steps">;

/**
 * Where a bulk action stands:
 *
 * - `choosing`: what is to be done with the tokens is not chosen yet
 * - `reading`: what is there is read; `agreed` is what was agreed to, where it is read right before running, and `shown` the question that it
 *   answers
 * - `stuck`: reading failed
 * - `asking`: the plan is shown, and waits for consent
 * - `running`: it runs, or has run
 */
export type BulkStage =
  | { readonly at: "choosing" }
  | { readonly at: "reading"; readonly agreed: Agreed | undefined; readonly shown: BulkQuestion | undefined }
  | { readonly at: "stuck"; readonly failure: Failure; readonly agreed: Agreed | undefined }
  | { readonly at: "asking"; readonly question: BulkQuestion }
  | { readonly at: "running" };

/** What a bulk action needs from outside. */
export interface BulkOptions<Made> {
  readonly selected: readonly InventoryToken[];
  /** Reads what is there of some tokens. Rejects with errors that `failureOf` understands. */
  readonly read: (tokens: readonly InventoryToken[], action: BulkAction, signal: AbortSignal) => Promise<BulkReading>;
  readonly begin: (action: BulkAction) => Run<BulkRunStep, Made>;
  readonly failureOf: (error: unknown) => Failure;
}

/** A bulk action, as a machine with buttons. A button out of place does nothing. */
export interface Bulk<Made> {
  readonly stage: StateStore<BulkStage>;
  /** The run, from the first consent on. */
  readonly run: () => Run<BulkRunStep, Made> | undefined;
  /** Every step that was agreed to, by key, as it was agreed to last. */
  readonly steps: () => ReadonlyMap<string, BulkRunStep>;
  /** Says what is to be done; then what is there is read, and asked about. */
  readonly choose: (action: BulkAction) => void;
  /** Agrees. What is there is read once more, and only where it is as agreed to it runs. */
  readonly confirm: () => void;
  /** Runs what was refused or not tried once more, as it is by now. */
  readonly retry: () => void;
  /** Reads again where reading failed. */
  readonly readAgain: () => void;
  /** Back from the question: to the results where there are any, else to the choice. */
  readonly back: () => void;
  /** Calls a reading off, and stops the run after what is under way. */
  readonly end: () => void;
}

/** Starts at `choosing`. */
export function createBulk<Made>({ selected, read, begin, failureOf }: BulkOptions<Made>): Bulk<Made> {
  const stage = createStore<BulkStage>({ at: "choosing" });
  const steps = new Map<string, BulkRunStep>();
  let run: Run<BulkRunStep, Made> | undefined;
  let action: BulkAction | undefined;
  /** The tokens that the question at hand is about. */
  let tokens = selected;
  let times = 0;
  let reading: AbortController | undefined;

  const look = async (agreed: Agreed | undefined) => {
    if (action === undefined) return;
    reading?.abort();
    const mine = new AbortController();
    reading = mine;
    const before = stage.get();
    stage.set({ at: "reading", agreed, shown: before.at === "asking" ? before.question : undefined });
    try {
      const found = await read(tokens, action, mine.signal);
      if (mine.signal.aborted) return;
      const plan = planBulk(found.tokens, action, found.context);
      const differences = agreed === undefined ? [] : differencesOf(agreed, plan);
      if (agreed === undefined || differences.length > 0) {
        stage.set({ at: "asking", question: { plan, reading: found, differences, times: ++times } });
      } else start(plan);
    } catch (error) {
      if (!mine.signal.aborted) stage.set({ at: "stuck", failure: failureOf(error), agreed });
    }
  };
  const start = (plan: BulkPlan) => {
    const order = bulkOrder(plan);
    for (const step of order) steps.set(step.token.key, step);
    run ??= begin(plan.action);
    stage.set({ at: "running" });
    void run.start(order);
  };

  return {
    stage,
    run: () => run,
    steps: () => steps,
    choose: (chosen) => {
      const { at } = stage.get();
      if (run !== undefined || at === "reading") return;
      action = chosen;
      void look(undefined);
    },
    confirm: () => {
      const now = stage.get();
      if (now.at === "asking" && now.question.plan.totals.run > 0) void look(now.question.plan);
    },
    retry: () => {
      if (stage.get().at !== "running" || run === undefined || run.state.get().phase !== "ended" || action === undefined) return;
      const { fates } = run.state.get();
      const again = [...steps.values()].filter(({ token }) => mayTry(fates.get(token.key)));
      if (again.length === 0) return;
      tokens = again.map(({ token }) => token);
      void look({ steps: again });
    },
    readAgain: () => {
      const now = stage.get();
      if (now.at === "stuck") void look(now.agreed);
    },
    back: () => {
      const { at } = stage.get();
      if (at === "running" || at === "choosing") return;
      reading?.abort();
      stage.set({ at: run === undefined ? "choosing" : "running" });
    },
    end: () => {
      reading?.abort();
      if (stage.get().at === "reading") stage.set({ at: run === undefined ? "choosing" : "running" });
      run?.stop();
    },
  };
}
