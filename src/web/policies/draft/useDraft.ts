import { zodResolver } from "@hookform/resolvers/zod";
import { useCallback, useEffect, useRef, useState } from "react";
import { useForm, type Resolver, type UseFormReturn } from "react-hook-form";

import { policiesText } from "#domain/policy/digest.ts";
import { durationParts } from "#domain/duration.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { KindPolicy, Policies } from "#domain/policy/policy.ts";

import { draftFields, draftOf, draftSchemaOf, hasEdits, withValueOf, type DraftForm } from "./draft.ts";
import { rebaseDraft } from "./rebase.ts";

/** Values that a picture or a step puts into the draft of a kind; what is undefined stays as it is. */
export interface PutValues {
  /** A maximum lifetime, ms. */
  readonly maximum?: number | undefined;
  /** Id of the enforced IP filter; null for none. */
  readonly ipFilter?: string | null | undefined;
}

/** Puts values into the draft of a kind; undefined for a kind whose policy this caller may not change. */
export type PutInto = (kind: TokenKind) => ((values: PutValues) => void) | undefined;

/** The draft and what it starts from. */
export interface Draft {
  readonly form: UseFormReturn<DraftForm, unknown, Policies>;
  /** What was in force when the draft began. Reading again in the background does not move it while there are edits. */
  readonly base: Policies;
  /** Whether the policies in force are no longer those that the draft started from. */
  readonly outdated: boolean;
  /** Starts the draft from other policies, with the form given; without a form it equals them. */
  readonly restart: (policies: Policies, form?: DraftForm) => void;
  /** Puts values that were computed into the draft of a kind, as if they had been typed. */
  readonly put: (kind: TokenKind, values: PutValues) => void;
  /** Takes one value back to what is in force. */
  readonly undo: (kind: TokenKind, field: keyof KindPolicy) => void;
}

/** The form of the policies. `current` holds the policies in force as far as this page knows; `opened` what the form says at first, if anything else. */
export function useDraft(current: Policies, opened?: DraftForm): Draft {
  const [base, setBase] = useState(current);
  // Kept apart from the state, since a new draft is checked before it is rendered.
  const startedFrom = useRef(base);
  const resolver: Resolver<DraftForm, unknown, Policies> = useCallback((values, context, options) => {
    const resolve: Resolver<DraftForm, unknown, Policies> = zodResolver(draftSchemaOf(startedFrom.current));
    return resolve(values, context, options);
  }, []);
  const form = useForm<DraftForm, unknown, Policies>({
    resolver,
    defaultValues: opened ?? draftOf(base),
    mode: "onChange",
  });
  const { reset, trigger, getValues, setValue, setFocus } = form;
  const outdated = policiesText(base) !== policiesText(current);

  const restart = useCallback(
    (policies: Policies, next?: DraftForm) => {
      startedFrom.current = policies;
      setBase(policies);
      reset(next ?? draftOf(policies));
      // Resetting forgets what is wrong with what was typed.
      if (next !== undefined) void trigger();
    },
    [reset, trigger],
  );

  const undo = useCallback(
    (kind: TokenKind, field: keyof KindPolicy) => {
      setValue(kind, withValueOf(getValues(), kind, field, base)[kind], { shouldValidate: true, shouldDirty: true });
      // The button that was pressed goes away; the keyboard stays with the value.
      setFocus(`${kind}.${draftFields[field][0]}`);
    },
    [setValue, getValues, setFocus, base],
  );

  const put = useCallback(
    (kind: TokenKind, { maximum, ipFilter }: PutValues) => {
      const parts = maximum === undefined ? undefined : durationParts(maximum);
      const next = {
        ...getValues(kind),
        ...(parts && { limited: true, amount: String(parts.amount), unit: parts.unit }),
        ...(ipFilter !== undefined && { ipFilter: ipFilter ?? "" }),
      };
      setValue(kind, next, { shouldValidate: true, shouldDirty: true });
    },
    [setValue, getValues],
  );

  return { form, base, outdated, restart, put, undo };
}

/** Restarts the draft when the policies in force change and no question is open; not while a change is applied (`busy`). */
export function useKeepingUp({ form: { getValues }, base, outdated, restart }: Draft, current: Policies, busy: boolean): void {
  useEffect(() => {
    if (!outdated || busy) return;
    const values = getValues();
    const rebase = rebaseDraft(base, current, values);
    // Where nothing was edited, or where somebody else did the very same, there is nothing to ask.
    const nothingToAsk = !hasEdits(base, values) || (rebase.conflicts.length === 0 && !hasEdits(current, rebase.draft));
    if (nothingToAsk) restart(current);
  }, [outdated, busy, base, current, getValues, restart]);
}
