import { useMemo } from "react";

import type { ReasonContext } from "#web/policies/impact/changeWords.ts";
import type { Impact } from "#web/policies/impact/impact.ts";

import { CsvDialog } from "./CsvDialog.tsx";
import { affectedBy } from "./owners.ts";
import { WarnDialog } from "./WarnDialog.tsx";

/** What is asked of a plan, as it was when it was asked. */
export interface PlanQuestion {
  /** Whom to warn of all of it, or what the list shows as a file. */
  readonly what: "warn" | "csv";
  readonly impact: Impact;
  /** The places of the changes that the list shows, in its order. */
  readonly places: readonly number[];
  readonly context: ReasonContext;
}

export interface PlanAnswerProps {
  readonly question: PlanQuestion;
  readonly onClose: () => void;
}

/** Answers what needs more than the plan: permissions and views, which are read for it. */
export function PlanAnswer({ question, onClose }: PlanAnswerProps) {
  const { impact, what } = question;
  const affected = useMemo(() => affectedBy(impact.plan.changes, impact.disruption), [impact]);
  return what === "csv" ? (
    <CsvDialog question={question} onClose={onClose} />
  ) : (
    <WarnDialog affected={affected} phase="planned" at={impact.now} onClose={onClose} />
  );
}
