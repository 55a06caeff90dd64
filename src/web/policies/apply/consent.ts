import type { FilterJudge } from "#domain/filter/judge.ts";
import { disruptionOf, harms, type Disruption, type DisruptionTotals, type PlanDisruption } from "#domain/policy/disruption.ts";
import { totalCounts, type TokenChange } from "#domain/policy/plan.ts";
import { restricts } from "#domain/policy/policy.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { applyLabel } from "#web/policies/impact/effects.ts";

import type { Proposal } from "./proposal.ts";

/** What is asked of an administrator before a change is sent. */
export interface Consent {
  readonly disruption: PlanDisruption;
  /** What the button says. */
  readonly label: string;
  /** The number to type, of tokens that stop or may stop; undefined where no typing is asked for. */
  readonly typed: number | undefined;
  /** The kinds that the change restricts and of which tokens may be there that were not seen. */
  readonly unseen: readonly TokenKind[];
}

/**
 * The consent that a proposal asks for: the more harm it does, the more. What it does to tokens that were not seen nobody knows, so that asks
 * for as much as harm. One `fromLink` asks for typing in any case, since somebody else may have made it.
 */
export function consentTo({ plan, reading, draft }: Proposal, judge: FilterJudge, fromLink = false): Consent {
  const disruption = disruptionOf(plan.changes, reading.now, judge);
  const unseen = tokenKinds.filter((kind) => !reading.complete.includes(kind) && restricts(reading.policies[kind], draft[kind]));
  return {
    disruption,
    label: applyLabel(totalCounts(plan), disruption.totals, reading.complete.length === tokenKinds.length),
    typed: fromLink || unseen.length > 0 || isHarmful(disruption.totals) ? disruption.totals.stopsOrMayStop.tokens : undefined,
    unseen,
  };
}

/** Whether a change may not be made without express consent. */
export function isHarmful({ needConsent }: DisruptionTotals): boolean {
  return needConsent > 0;
}

/**
 * How many tokens stop by a plan, or stop sooner or more surely, that did not when consent was given; those too that are in use, or may be,
 * only now. Both are of the same changes, though not in the same order.
 */
export function worseSince(agreed: ProposedHarm, later: ProposedHarm): number {
  const before = new Map(agreed.changes.map(({ token }, place) => [token.id, agreed.disruption.ofChanges[place]]));
  return later.changes.filter(({ token }, place) => {
    const now = later.disruption.ofChanges[place];
    return now !== undefined && isWorse(before.get(token.id), now);
  }).length;
}

/** What a proposal disrupts, change by change. */
export interface ProposedHarm {
  readonly changes: readonly TokenChange[];
  readonly disruption: Pick<PlanDisruption, "ofChanges">;
}

/** What a proposal disrupts, by the filters that a judge knows. */
export function harmOf({ plan: { changes }, reading }: Proposal, judge: FilterJudge): ProposedHarm {
  return { changes, disruption: disruptionOf(changes, reading.now, judge) };
}

function isWorse(before: Disruption | undefined, now: Disruption): boolean {
  return severity(now) < severity(before) || (now.needsConsent && before?.needsConsent !== true);
}

/** The place of its class among the harms; the worst first, and none last. */
function severity(disruption: Disruption | undefined): number {
  return disruption?.harm === undefined ? harms.length : harms.indexOf(disruption.harm);
}
