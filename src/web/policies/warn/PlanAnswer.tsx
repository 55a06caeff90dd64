import { useMemo } from "react";

import type { ReasonContext } from "#web/policies/impact/changeWords.ts";
import type { Impact } from "#web/policies/impact/impact.ts";

import { CalendarDialog } from "./CalendarDialog.tsx";
import { CsvDialog } from "./CsvDialog.tsx";
import { affectedBy } from "./owners.ts";
import { WarnDialog } from "./WarnDialog.tsx";

/** What is asked of a plan, as it was when it was asked. */
export interface PlanQuestion {
  /** Whom to warn of all of it, or what the list shows as a file: all of it, or the ends to come. */
  readonly what: "warn" | "csv" | "calendar";
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
  const { impact, places, what } = question;
  const { changes } = impact.plan;
  const affected = useMemo(() => affectedBy(changes, impact.disruption), [changes, impact]);
  const listed = useMemo(() => places.flatMap((place) => changes[place] ?? []), [changes, places]);
  switch (what) {
    case "csv":
      return <CsvDialog question={question} onClose={onClose} />;
    case "calendar":
      return (
        <CalendarDialog
          changes={listed}
          hidden={changes.length - listed.length}
          phase="planned"
          at={impact.now}
          onClose={onClose}
        />
      );
    case "warn":
      return <WarnDialog affected={affected} draft={impact.draft} phase="planned" at={impact.now} onClose={onClose} />;
    default:
      return what satisfies never;
  }
}
