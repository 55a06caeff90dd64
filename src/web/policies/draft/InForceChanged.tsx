import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useState } from "react";

import type { Policies } from "#domain/policy/policy.ts";

import type { DraftForm } from "./draft.ts";
import { rebaseDraft, settleRebase, type ConflictChoice } from "./rebase.ts";
import { RebaseChoices } from "./RebaseChoices.tsx";

export interface InForceChangedProps {
  /** What the draft started from. */
  readonly base: Policies;
  /** What is in force now. */
  readonly current: Policies;
  readonly form: DraftForm;
  /** The draft now starts from what is in force, and says this. */
  readonly onRebase: (form: DraftForm) => void;
}

/** Says that the policies in force are no longer those that the draft started from, and offers to carry the draft over. */
export function InForceChanged({ base, current, form, onRebase }: InForceChangedProps) {
  const [choices, setChoices] = useState<ReadonlyMap<string, ConflictChoice>>(new Map());
  const rebase = rebaseDraft(base, current, form);
  const settled = settleRebase(rebase, current, choices);
  return (
    <Alert
      severity="warning"
      sx={{ marginBottom: 4 }}
      action={
        <Button color="inherit" size="small" disabled={settled === undefined} onClick={() => settled && onRebase(settled)}>
          Carry my draft over
        </Button>
      }
    >
      <RebaseChoices rebase={rebase} current={current} choices={choices} onChoose={setChoices} />
    </Alert>
  );
}
