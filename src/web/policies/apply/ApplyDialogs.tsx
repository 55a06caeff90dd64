import { useEffect, useMemo } from "react";

import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { sessionEnded } from "#web/api/connection.ts";
import { useStore } from "#web/state/store.ts";
import { count } from "#web/ui/counts.ts";

import type { Apply, ApplyStep } from "./apply.ts";
import { ChangedDialog } from "./ChangedDialog.tsx";
import { ConfirmSummary } from "./ConfirmSummary.tsx";
import { consentTo, isHarmful } from "./consent.ts";
import { useFilterJudge } from "#web/policies/impact/useFilterJudge.ts";
import { LostDialog } from "./LostDialog.tsx";
import type { Proposal } from "./proposal.ts";

export interface ApplyDialogsProps {
  readonly apply: Apply;
  /** Whether anything of the draft came from a link. */
  readonly fromLink: boolean;
}

/** The dialogs of applying, one for each step that needs one. */
export function ApplyDialogs({ apply, fromLink }: ApplyDialogsProps) {
  const step = useStore(apply.step);
  const ended = useStore(sessionEnded);
  const shown = confirmed(step);
  const signedOut = step.at === "stuck" && step.failure.kind === "unauthenticated";
  const { readAgain } = apply;
  useEffect(() => {
    // Signed in again: what stopped the reading is gone.
    if (signedOut && !ended) readAgain();
  }, [signedOut, ended, readAgain]);
  return (
    <>
      {shown && (
        <Confirm
          shown={shown}
          pending={step.at !== "confirming"}
          failure={step.at === "confirming" ? step.failure : undefined}
          apply={apply}
          fromLink={fromLink}
        />
      )}
      {step.at === "changed" && <ChangedDialog step={step} onAccept={apply.accept} onLeave={apply.leave} />}
      {/* Who is signed out is asked to sign in, by a dialog that this one would cover. */}
      {(step.at === "lost" || (step.at === "stuck" && !signedOut) || (step.at === "verifying" && step.lost !== undefined)) && (
        <LostDialog step={step} onReadAgain={apply.readAgain} onLeave={apply.leave} />
      )}
    </>
  );
}

/** The proposal that the confirm dialog shows: from the question until the answer is in. */
function confirmed(step: ApplyStep): Proposal | undefined {
  switch (step.at) {
    case "confirming":
    case "sending":
      return step.shown;
    case "checking":
      return step.next === "confirm" ? undefined : step.shown;
    case "verifying":
      return step.lost === undefined ? step.shown : undefined;
    default:
      return undefined;
  }
}

function Confirm({
  apply,
  fromLink,
  shown,
  pending,
  failure,
}: ApplyDialogsProps & {
  readonly shown: Proposal;
  readonly pending: boolean;
  readonly failure: (ApplyStep & { at: "confirming" })["failure"];
}) {
  const judge = useFilterJudge();
  const { label, typed, disruption } = useMemo(() => consentTo(shown, judge, fromLink), [shown, judge, fromLink]);
  return (
    <ConfirmDialog
      title={isHarmful(disruption.totals) ? `${label}?` : "Apply these policies?"}
      confirm={label.startsWith("Save") ? "Save" : label}
      destructive={isHarmful(disruption.totals)}
      pending={pending}
      outcome={failure && <ErrorState title="That did not work" failure={failure} />}
      {...(typed !== undefined && {
        typed: { expected: String(typed), label: typedLabel(typed, fromLink) },
      })}
      onConfirm={apply.confirm}
      onCancel={apply.leave}
    >
      <ConfirmSummary proposal={shown} disruption={disruption} />
    </ConfirmDialog>
  );
}

function typedLabel(tokens: number, fromLink: boolean): string {
  const text = `Type ${count(tokens)}, the number of tokens that stop or may stop`;
  return fromLink ? `${text}: this draft comes from a link` : text;
}
