import { policiesText } from "#domain/policy/digest.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { compareOutcome, comparePlans, samePlan, type PlanDifference, type PolicyOutcome } from "#domain/policy/outcome.ts";
import { planForKinds, planPolicyChange, type PolicyPlan, type TokenChange } from "#domain/policy/plan.ts";
import { policyDifferences, type Policies, type PolicyDifference } from "#domain/policy/policy.ts";

import { draftSchemaOf, type DraftForm } from "#web/policies/draft/draft.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { rebaseDraft, type Rebase } from "#web/policies/draft/rebase.ts";
import type { ReadTokens } from "#web/policies/reading.ts";

/** One reading of the server: the policies in force, and the tokens they govern. */
export interface Reading extends ReadTokens {
  readonly policies: Policies;
  /** The server's time, ms since epoch. */
  readonly now: number;
}

/** A change of the policies as it was shown: what it starts from, what it puts in force, and what it does to the tokens read. */
export interface Proposal {
  readonly reading: Reading;
  /** What the form held, so that nothing typed is lost. */
  readonly form: DraftForm;
  readonly draft: Policies;
  readonly plan: PolicyPlan<SeenToken>;
}

/** Proposes what a form says, on the ground of a reading. Undefined where the form is not valid. */
export function propose(reading: Reading, form: DraftForm): Proposal | undefined {
  const draft = draftSchemaOf(reading.policies).safeParse(form).data;
  return draft && { reading, form, draft, plan: planPolicyChange(reading.tokens, draft, reading.now) };
}

/** What happened between showing a proposal and reading again. */
export interface Meanwhile {
  readonly reading: Reading;
  /** Present when the policies in force are no longer those that the draft started from. */
  readonly rebase?: Rebase;
  /** What the plan is now against what was shown; of a rebased draft as far as it is decided. */
  readonly difference: PlanDifference<SeenToken>;
  /** Kinds seen completely before, and no longer. */
  readonly lost: readonly TokenKind[];
}

/**
 * Holds a proposal against a new reading. Undefined when nothing that was shown has changed: the policies in force are those it started
 * from, every kind is still seen as it was, and the plan does exactly the same to exactly the same tokens.
 */
export function changedMeanwhile(shown: Proposal, reading: Reading): Meanwhile | undefined {
  const samePolicies = policiesText(shown.reading.policies) === policiesText(reading.policies);
  const rebase = samePolicies ? undefined : rebaseDraft(shown.reading.policies, reading.policies, shown.form);
  const difference = differenceTo(shown, propose(reading, rebase?.draft ?? shown.form));
  const lost = shown.reading.complete.filter((kind) => !reading.complete.includes(kind));
  if (rebase === undefined && samePlan(difference) && lost.length === 0) return undefined;
  return { reading, ...(rebase && { rebase }), difference, lost };
}

/** What the plan of a later proposal does otherwise than the one shown. */
export function differenceTo(shown: Proposal, later: Proposal | undefined): PlanDifference<SeenToken> {
  return later === undefined ? { added: [], removed: [], altered: [] } : comparePlans(shown.plan, later.plan);
}

/**
 * What became of a token whose change was shown and is no longer planned:
 *
 * - `gone`: it is no longer there: deleted, rotated (which gives another id), or expired and purged
 * - `unseen`: it was not read, and neither was everything of its kind
 * - `done`: it is as the change would have made it: somebody else did it
 * - `spared`: it is there and stays as it is
 */
export const fates = ["gone", "unseen", "done", "spared"] as const;

/** One of {@link fates}. */
export type Fate = (typeof fates)[number];

/** Tells what became of changes that are no longer planned, by what was read since. */
export function fatesOf(
  removed: readonly TokenChange<SeenToken>[],
  { tokens, complete }: Reading,
): Record<Fate, readonly TokenChange<SeenToken>[]> {
  const present = new Map(removed.length === 0 ? [] : tokens.map((token) => [token.id, token]));
  const fateOf = (change: TokenChange<SeenToken>): Fate => {
    const token = present.get(change.token.id);
    if (token === undefined) return complete.includes(change.token.kind) ? "gone" : "unseen";
    if (change.type === "delete") return "spared";
    const { expireAt, ipFilter } = change;
    const done =
      (expireAt === undefined || token.expireAt === expireAt.to) && (ipFilter === undefined || token.ipFilter === ipFilter.to);
    return done ? "done" : "spared";
  };
  const of = (fate: Fate) => removed.filter((change) => fateOf(change) === fate);
  return { gone: of("gone"), unseen: of("unseen"), done: of("done"), spared: of("spared") };
}

/** Predicted against found, after a change. */
export interface Report {
  readonly proposal: Proposal;
  /** What was found. */
  readonly reading: Reading;
  /** Kinds that could be compared: those read both before and after. */
  readonly compared: readonly TokenKind[];
  readonly outcome: PolicyOutcome<SeenToken>;
  /** The values in which the policies in force differ from those applied. */
  readonly policies: readonly PolicyDifference[];
  /** Whether the server's answer to the change was lost, so that all that is known is what was found. */
  readonly answerLost: boolean;
}

/** Compares a proposal's prediction with what is found afterwards. */
export function reportOn(proposal: Proposal, reading: Reading, answerLost: boolean): Report {
  const compared = tokenKinds.filter((kind) => proposal.reading.read.includes(kind) && reading.read.includes(kind));
  const ofCompared = (tokens: readonly SeenToken[]) =>
    compared.length === tokenKinds.length ? tokens : tokens.filter((token) => compared.includes(token.kind));
  const outcome = compareOutcome(
    ofCompared(proposal.reading.tokens),
    planForKinds(proposal.plan, compared),
    ofCompared(reading.tokens),
    reading.now,
  );
  return { proposal, reading, compared, outcome, policies: policyDifferences(proposal.draft, reading.policies), answerLost };
}

/** What is in force after an answer was lost, as far as it can be told. */
export function inForceAfter({ proposal, reading }: Report): "draft" | "base" | "other" {
  const now = policiesText(reading.policies);
  if (now === policiesText(proposal.draft)) return "draft";
  return now === policiesText(proposal.reading.policies) ? "base" : "other";
}

/** Whether everything that was compared came out as predicted. */
export function asPredicted({ outcome, policies }: Report): boolean {
  return policies.length === 0 && outcome.differences.length === 0;
}
