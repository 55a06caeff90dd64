import Button from "@mui/material/Button";
import { useCallback, useEffect, useMemo, useRef } from "react";

import { indexOwners } from "#domain/inventory/notes.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { impactCsv } from "#web/policies/impact/impactCsv.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { OwnersUnread } from "./OwnersUnread.tsx";
import type { PlanQuestion } from "./PlanAnswer.tsx";
import type { ListedRights } from "./rights.ts";
import { RightsStatus } from "./RightsStatus.tsx";
import { useRights } from "./useRights.ts";

export interface CsvDialogProps {
  readonly question: PlanQuestion;
  readonly onClose: () => void;
}

const noRights: ReadonlyMap<string, ListedRights> = new Map();

/** Saves the list as a file once permissions and views are read; asks first where some could not be. */
export function CsvDialog({ question: { impact, places, context }, onClose }: CsvDialogProps) {
  const tokens = useMemo(
    () =>
      places.flatMap((place) => {
        const token = impact.plan.changes[place]?.token;
        return token !== undefined && kindTraits[token.kind].hasPermissions ? [token] : [];
      }),
    [impact, places],
  );
  const [state, again] = useRights(tokens);
  const saved = useRef(false);
  const rights = state.at === "read" ? state.rights : noRights;
  const { notes, pending, failure } = useFindingNotes();
  const save = useCallback(() => {
    if (saved.current) return;
    saved.current = true;
    downloadText(
      `policy-impact-${fileInstant(impact.now)}.csv`,
      "text/csv",
      impactCsv(impact, places, context, rights, indexOwners(notes.owners)),
    );
    announce("The file was saved.");
    onClose();
  }, [impact, places, context, rights, notes, onClose]);
  const complete = state.at === "read" && state.unread === 0 && !pending && failure === undefined;
  useEffect(() => {
    if (complete) save();
  }, [complete, save]);
  return (
    <DialogFrame
      title="Affected tokens as CSV"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="contained" onClick={save}>
            {state.at === "read" ? "Save what was read" : "Save without permissions and views"}
          </Button>
        </>
      }
    >
      <OwnersUnread failure={failure} />
      <RightsStatus state={state} wanted={tokens.length} onAgain={again} />
    </DialogFrame>
  );
}
