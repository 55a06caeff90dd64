import { useDeferredValue, useMemo, useState } from "react";
import { useWatch } from "react-hook-form";

import { policiesText } from "#domain/policy/digest.ts";
import type { Policies } from "#domain/policy/policy.ts";

import { draftSchemaOf, hasEdits } from "#web/policies/draft/draft.ts";
import { impactOf, type Impact } from "./impact.ts";
import { useFilterJudge } from "./useFilterJudge.ts";
import type { DraftControl } from "#web/policies/draft/KindSection.tsx";
import type { AllTokens } from "#web/policies/useTokens.ts";

/** What the page knows of the draft at this moment. */
export interface Preview {
  /** Whether the form can be read. Where it cannot, `impact` is that of the last draft that could. */
  readonly valid: boolean;
  /** Whether the form says anything else than what it started from. */
  readonly edited: boolean;
  /** What the last valid draft does to the tokens read. Lags behind the typing by no more than one render, which a newer key interrupts. */
  readonly impact: Impact;
}

/** Follows the form, and plans again when its meaning, the tokens or the time change. */
export function usePreview(control: DraftControl, base: Policies, { tokens }: AllTokens, now: number): Preview {
  const form = useWatch({ control, compute: (values) => values });
  const schema = useMemo(() => draftSchemaOf(base), [base]);
  const reading = useMemo(() => schema.safeParse(form), [schema, form]);
  const [last, setLast] = useState({ text: policiesText(base), draft: base });
  if (reading.success) {
    const text = policiesText(reading.data);
    // `24 hours` after `1 day` is the same draft, so the plan stays.
    if (text !== last.text) setLast({ text, draft: reading.data });
  }
  const judge = useFilterJudge();
  const draft = useDeferredValue(last.draft);
  const impact = useMemo(() => impactOf(tokens, draft, now, judge), [tokens, draft, now, judge]);
  return { valid: reading.success, edited: hasEdits(base, form), impact };
}
