import type { FilterJudge } from "#domain/filter/judge.ts";
import { disruptionOf, type DisruptionTotals, type PlanDisruption } from "#domain/policy/disruption.ts";
import { totalCounts } from "#domain/policy/plan.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { applyLabel } from "#web/policies/impact/effects.ts";

import type { Proposal } from "./proposal.ts";

/** What is asked of an administrator before a change is sent. */
export interface Consent {
  readonly disruption: PlanDisruption;
  /** What the button says. */
  readonly label: string;
  /** The number to type, of tokens that stop or may stop; undefined where no typing is asked for. */
  readonly typed: number | undefined;
}

/**
 * The consent that a proposal asks for: the more harm it does, the more. One `fromLink` asks for typing in any case, since somebody else may
 * have made it.
 */
export function consentTo({ plan, reading }: Proposal, judge: FilterJudge, fromLink = false): Consent {
  const disruption = disruptionOf(plan.changes, reading.now, judge);
  return {
    disruption,
    label: applyLabel(totalCounts(plan), disruption.totals, reading.complete.length === tokenKinds.length),
    typed: fromLink || isHarmful(disruption.totals) ? disruption.totals.stopsOrMayStop.tokens : undefined,
  };
}

/** Whether a change may not be made without express consent. */
export function isHarmful({ needConsent }: DisruptionTotals): boolean {
  return needConsent > 0;
}
