import Alert from "@mui/material/Alert";
import { useEffect, useMemo, useState } from "react";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { sessionEnded } from "#web/api/connection.ts";
import { useStore } from "#web/state/store.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

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
  // Asked once more, it starts anew: what was typed for what was shown before does not count.
  const [asked, setAsked] = useState({ step, times: 0 });
  if (step !== asked.step && step.at === "confirming" && step.worse !== undefined) setAsked({ step, times: asked.times + 1 });
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
          key={asked.times}
          shown={shown}
          pending={step.at !== "confirming"}
          failure={step.at === "confirming" ? step.failure : undefined}
          worse={step.at === "confirming" ? step.worse : undefined}
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
  worse,
}: ApplyDialogsProps & {
  readonly shown: Proposal;
  readonly pending: boolean;
  readonly failure: (ApplyStep & { at: "confirming" })["failure"];
  readonly worse: number | undefined;
}) {
  const judge = useFilterJudge();
  const { label, typed, unseen, disruption } = useMemo(() => consentTo(shown, judge, fromLink), [shown, judge, fromLink]);
  return (
    <ConfirmDialog
      title={isHarmful(disruption.totals) ? `${label}?` : "Apply these policies?"}
      confirm={label.startsWith("Save") ? "Save" : label}
      destructive={isHarmful(disruption.totals)}
      pending={pending}
      outcome={failure && <ErrorState title="That did not work" failure={failure} />}
      {...(typed !== undefined && {
        typed: { expected: String(typed), label: typedLabel(typed, fromLink, unseen) },
      })}
      onConfirm={apply.confirm}
      onCancel={apply.leave}
    >
      {worse !== undefined && (
        <Alert severity="warning" sx={{ marginBottom: 4 }}>
          Nothing was applied. Since you were asked it has got worse for {countOf(worse, "token")}, which now stop or may stop,
          stop sooner, or turn out to be in use. Below is what the change does by now.
        </Alert>
      )}
      <ConfirmSummary proposal={shown} disruption={disruption} />
    </ConfirmDialog>
  );
}

function typedLabel(tokens: number, fromLink: boolean, unseen: readonly TokenKind[]): string {
  const text = `Type ${count(tokens)}, the number of tokens that stop or may stop`;
  if (unseen.length > 0)
    return `${text} of those that were seen: ${listWords(unseen.map((kind) => kindTraits[kind].noun))} tokens may be there that were not`;
  return fromLink ? `${text}: this draft comes from a link` : text;
}
