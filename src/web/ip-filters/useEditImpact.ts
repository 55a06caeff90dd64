import { useMemo } from "react";

import type { Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";

import type { UseReach } from "#web/last-use/auditUse.ts";
import { impactOn, ownRisk, type OwnRisk, type TokenImpact } from "./impact.ts";
import type { ImpactState } from "./ImpactPanel.tsx";
import type { ReadText } from "./text.ts";
import { isWaiting, tokensUsing, type FilterUse } from "./use.ts";

/** What an edit of the rules does. */
export interface EditImpact {
  /** What is known of it, as the panel says it. */
  readonly state: ImpactState;
  /** What becomes of each token that uses the filter; as the rules in force judge it while there is nothing else to judge by. */
  readonly impacts: readonly TokenImpact[];
  readonly risk: OwnRisk | undefined;
}

/**
 * Judges the tokens that use a filter by its rules as they are typed, against those in force.
 *
 * @param inForce the text in force as read; undefined for a new filter
 * @param typed what is typed as read; undefined where it is the text in force
 * @param use who uses the filter; undefined for a new one
 * @param reach how far last use is known
 */
export function useEditImpact(
  inForce: ReadText | undefined,
  typed: ReadText | undefined,
  use: FilterUse | undefined,
  reach: UseReach,
  session: Session,
): EditImpact {
  const now = useServerNow();
  const users = useMemo(() => (use === undefined ? [] : tokensUsing(use)), [use]);
  const before = inForce?.rules;
  const after = typed?.rules;
  const impacts = useMemo(() => impactOn(users, before, after ?? before, now), [users, before, after, now]);
  const risk = use && after && ownRisk(session, use, before, after);
  if (typed === undefined) return { state: { type: "unchanged" }, impacts, risk };
  if (after === undefined) return { state: { type: "undecided" }, impacts, risk };
  const state: ImpactState = {
    type: "known",
    impacts,
    risk,
    waiting: use !== undefined && isWaiting(use),
    reach,
    comparable: before !== undefined,
  };
  return { state, impacts, risk };
}
