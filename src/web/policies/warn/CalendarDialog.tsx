import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { indexOwners } from "#domain/inventory/notes.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { organizationQuery } from "#web/api/queries.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { endsCalendar, endsOf, mostEntries, type CalendarContext } from "./calendar.ts";
import { OwnersUnread } from "./OwnersUnread.tsx";

export interface CalendarDialogProps extends Pick<CalendarContext, "phase" | "at"> {
  readonly changes: readonly TokenChange<SeenToken>[];
  /** How many changes there are beside those given, which the list does not show. */
  readonly hidden?: number;
  readonly onClose: () => void;
}

/** Says what a calendar of the ends that a policy change brings will hold, and saves it. */
export function CalendarDialog({ changes, hidden = 0, phase, at, onClose }: CalendarDialogProps) {
  const organization = useQuery(organizationQuery).data?.name;
  const { notes, pending, failure } = useFindingNotes();
  const ends = useMemo(() => endsOf(changes, at, indexOwners(notes.owners)), [changes, at, notes]);
  const { shortened, deleted } = ends;
  const planned = phase === "planned";
  const save = () => {
    const file = `policy-ends-${planned ? "planned-" : ""}${fileInstant(at)}.ics`;
    downloadText(file, "text/calendar", endsCalendar(ends, { phase, at, organization }));
    announce("The calendar was saved.");
    onClose();
  };
  return (
    <DialogFrame
      title="Ends as a calendar"
      onClose={onClose}
      text={
        <Typography>
          {shortened.length === 0
            ? "No token gets an earlier expiry, so there is nothing for a calendar."
            : `The file has an entry at the new expiry of ${countOf(Math.min(shortened.length, mostEntries), "token")}, with reminders 30, 7 and 1 days before and the owner’s name.`}
        </Typography>
      }
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="contained" startIcon={<DownloadIcon />} disabled={shortened.length === 0 || pending} onClick={save}>
            Save calendar
          </Button>
        </>
      }
    >
      <OwnersUnread failure={failure} />
      {shortened.length > mostEntries && (
        <Typography>
          It takes the first {count(mostEntries)} of {countOf(shortened.length, "end")}.
          {planned && " For the others, narrow the list."}
        </Typography>
      )}
      {deleted > 0 && (
        <Typography>
          {countOf(deleted, "token")} {deletedWords(deleted, planned)} no entry; the CSV and the texts under <em>Whom to warn</em>{" "}
          tell of {deleted === 1 ? "it" : "them"}.
        </Typography>
      )}
      {hidden > 0 && <Typography>The list is narrowed: {countOf(hidden, "affected token")} more are not in it.</Typography>}
      {planned && shortened.length > 0 && (
        <Typography>
          Each entry says that its end is planned. Save the calendar again after applying: the entries keep their ids, so a
          calendar that reads the new file updates them.
        </Typography>
      )}
    </DialogFrame>
  );
}

function deletedWords(deleted: number, planned: boolean): string {
  const [are, have] = deleted === 1 ? ["is", "has"] : ["are", "have"];
  return planned
    ? `${are} deleted as soon as the change is made and ${have}`
    : `${deleted === 1 ? "was" : "were"} deleted and ${have}`;
}
