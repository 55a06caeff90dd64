import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { kindPolicyFields, type KindPolicy } from "#domain/policy/policy.ts";
import { policyInputFields } from "#logscale/convert.ts";
import type { Failure } from "#logscale/errors.ts";
import { createStore, type StateStore } from "#web/state/store.ts";

import type { DraftForm } from "#web/policies/draft/draft.ts";
import { worseSince, type ProposedHarm } from "./consent.ts";
import { changedMeanwhile, propose, reportOn, type Meanwhile, type Proposal, type Reading, type Report } from "./proposal.ts";

/**
 * Where applying a draft stands:
 *
 * - `editing`: nowhere; `refusedField` is the value that the server refused in the last attempt
 * - `checking`: reading again, to see whether what was shown still holds; `next` says what follows when it does
 * - `changed`: it does not hold; the administrator sees what changed and decides
 * - `confirming`: it holds; the administrator confirms. `failure` is why the last attempt was refused; `worse` how many tokens it harms that
 *   it did not, or not as much, when the administrator confirmed before
 * - `sending`: the change is on its way; nothing can call it back
 * - `verifying`: reading what was done; `lost` when the server's answer never came
 * - `stuck`: reading failed, before or after
 * - `lost`: the answer never came, and this is what was found since
 */
export type ApplyStep =
  | { readonly at: "editing"; readonly refusedField?: RefusedField }
  | CheckingStep
  | { readonly at: "changed"; readonly shown: Proposal; readonly meanwhile: Meanwhile; readonly saidByServer: boolean }
  | { readonly at: "confirming"; readonly shown: Proposal; readonly failure?: Failure; readonly worse?: number }
  | { readonly at: "sending"; readonly shown: Proposal }
  | VerifyingStep
  | { readonly at: "stuck"; readonly before: CheckingStep | VerifyingStep; readonly failure: Failure }
  | { readonly at: "lost"; readonly shown: Proposal; readonly failure: Failure; readonly report: Report };

interface CheckingStep {
  readonly at: "checking";
  readonly shown: Proposal;
  /** What follows: the administrator confirms, the change is sent, or what changed is shown because the server says so. */
  readonly next: "confirm" | "send" | "explain";
  /** What it does, as the administrator confirmed it. */
  readonly agreed?: ProposedHarm;
}

interface VerifyingStep {
  readonly at: "verifying";
  readonly shown: Proposal;
  readonly lost?: Failure;
}

/** A value of the form that the server refused, and why. */
export interface RefusedField {
  readonly kind: TokenKind;
  readonly field: keyof KindPolicy;
  readonly failure: Failure;
}

/** What applying needs from outside. Both promises reject with errors that `failureOf` understands. */
export interface ApplyOptions {
  /** Reads the policies in force and all tokens anew. */
  readonly read: () => Promise<Reading>;
  /** Sends the change. With `checked`, the server itself refuses when what was shown no longer holds. */
  readonly send: (proposal: Proposal) => Promise<void>;
  /**
   * Whether the backend checks the plan under its own lock; otherwise, and where some time has passed, it is read once more right before
   * sending.
   */
  readonly checked: () => boolean;
  /** What a proposal disrupts, by the IP filters as they were read last. */
  readonly harmOf: (proposal: Proposal) => ProposedHarm;
  /** The server's time, ms since epoch. */
  readonly now: () => number;
  /** Makes a failure of whatever was thrown. */
  readonly failureOf: (error: unknown) => Failure;
  /** The draft now starts from other policies; `form` is what the form is to hold. */
  readonly onBase: (reading: Reading, form: DraftForm | undefined) => void;
  /** A change was carried out, or may have been. */
  readonly onReport: (report: Report) => void;
}

/** Applying, as a machine with buttons. A button out of place does nothing, so a second click repeats nothing. */
export interface Apply {
  readonly step: StateStore<ApplyStep>;
  /** The administrator wants to apply what is shown. */
  readonly press: (shown: Proposal) => void;
  /** The administrator has seen the other change and goes on with this draft. */
  readonly accept: (form: DraftForm) => void;
  /** The administrator confirms. */
  readonly confirm: () => void;
  /** Reads again where reading failed, or where an answer was lost. */
  readonly readAgain: () => void;
  /** Back to the form, wherever nothing is under way. The draft is kept. */
  readonly leave: () => void;
}

/**
 * How long, in ms, what was shown is sent as it is. The server checks what becomes of each token, but not when that stops whoever uses it: this
 * moves on with time.
 */
const longestAgreed = 60_000;

/** Starts at `editing`. */
export function createApply(options: ApplyOptions): Apply {
  const step = createStore<ApplyStep>({ at: "editing" });

  /** Reads, and passes the reading to `next` unless the administrator left. */
  async function read(before: CheckingStep | VerifyingStep, next: (reading: Reading) => void): Promise<void> {
    step.set(before);
    try {
      const reading = await options.read();
      if (step.get() === before) next(reading);
    } catch (error) {
      if (step.get() === before) step.set({ at: "stuck", before, failure: options.failureOf(error) });
    }
  }

  function check(shown: Proposal, next: "confirm" | "send" | "explain", agreed?: ProposedHarm): void {
    void read({ at: "checking", shown, next, ...(agreed && { agreed }) }, (reading) => {
      const meanwhile = changedMeanwhile(shown, reading);
      if (meanwhile !== undefined || next === "explain") {
        const nothing = { reading, difference: { added: [], removed: [], altered: [] }, lost: [] };
        step.set({ at: "changed", shown, meanwhile: meanwhile ?? nothing, saidByServer: next === "explain" });
        return;
      }
      // The same plan from the newest reading: the administrator confirms what the server has now.
      const fresh = propose(reading, shown.form) ?? shown;
      // The plan is the same, but time has gone on, tokens were used, or somebody changed a filter.
      const worse = agreed === undefined ? 0 : worseSince(agreed, options.harmOf(fresh));
      if (worse > 0) step.set({ at: "confirming", shown: fresh, worse });
      else if (next === "send") void send(fresh);
      else step.set({ at: "confirming", shown: fresh });
    });
  }

  async function send(shown: Proposal): Promise<void> {
    step.set({ at: "sending", shown });
    try {
      await options.send(shown);
    } catch (error) {
      const failure = options.failureOf(error);
      const reaction = reactionTo(failure);
      if (reaction === "explain") check(shown, "explain");
      else if (reaction === "verify") verify(shown, failure);
      else if (reaction === "confirm") step.set({ at: "confirming", shown, failure });
      else step.set({ at: "editing", refusedField: { ...reaction, failure } });
      return;
    }
    verify(shown);
  }

  function verify(shown: Proposal, lost?: Failure): void {
    void read({ at: "verifying", shown, ...(lost && { lost }) }, (reading) => {
      const report = reportOn(shown, reading, lost !== undefined);
      if (lost !== undefined) {
        step.set({ at: "lost", shown, failure: lost, report });
        return;
      }
      options.onReport(report);
      options.onBase(reading, undefined);
      step.set({ at: "editing" });
    });
  }

  return {
    step,
    press: (shown) => {
      if (step.get().at === "editing") check(shown, "confirm");
    },
    accept: (form) => {
      const current = step.get();
      if (current.at !== "changed") return;
      const { reading } = current.meanwhile;
      const shown = propose(reading, form);
      options.onBase(reading, form);
      step.set(shown === undefined ? { at: "editing" } : { at: "confirming", shown });
    },
    confirm: () => {
      const current = step.get();
      if (current.at !== "confirming") return;
      const { shown } = current;
      if (options.checked() && options.now() - shown.reading.now < longestAgreed) void send(shown);
      else check(shown, "send", options.harmOf(shown));
    },
    readAgain: () => {
      const current = step.get();
      if (current.at === "lost") verify(current.shown, current.failure);
      if (current.at !== "stuck") return;
      if (current.before.at === "checking") check(current.before.shown, current.before.next, current.before.agreed);
      else verify(current.before.shown, current.before.lost);
    },
    leave: () => {
      const current = step.get();
      if (current.at === "sending" || current.at === "verifying") return;
      if (current.at === "lost") {
        // Where other policies are in force, the page notices by itself and asks how to go on.
        const applied = current.report.policies.length === 0;
        if (applied) {
          options.onReport(current.report);
          options.onBase(current.report.reading, undefined);
        }
      }
      step.set({ at: "editing" });
    },
  };
}

/**
 * What follows from a failed attempt:
 *
 * - `explain`: the server says that what was shown no longer holds; read again and show what changed
 * - `verify`: nobody knows whether it was carried out; read again and say what is known, never repeat it blindly
 * - `confirm`: refused; the reason is shown where the administrator confirms, and may be tried again
 * - a value: refused for this value of the form; the reason is shown there
 */
export function reactionTo(failure: Failure): "explain" | "verify" | "confirm" | Omit<RefusedField, "failure"> {
  if (failure.code === "PLAN_CHANGED") return "explain";
  if (failure.kind === "unknown-outcome") return "verify";
  return (failure.kind === "refused" && failure.field !== undefined && valueOfInput(failure.field)) || "confirm";
}

/** The value of the form that travels in a field of the contract's input. */
function valueOfInput(inputField: string): Omit<RefusedField, "failure"> | undefined {
  const name = inputField.split(".").at(-1);
  for (const kind of tokenKinds) {
    const field = kindPolicyFields.find((field) => policyInputFields[kind][field] === name);
    if (field !== undefined) return { kind, field };
  }
  return undefined;
}
