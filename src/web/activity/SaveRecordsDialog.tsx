import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import type { Failure } from "#logscale/errors.ts";
import { serverNow } from "#web/api/connection.ts";
import { failureOf } from "#web/api/failure.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";

import type { RecordsAsked } from "./link.ts";
import { mostInFile, readForFile } from "./readForFile.ts";
import { recordLines, recordTable } from "./recordFile.ts";

type State =
  | { readonly type: "ready" }
  | { readonly type: "reading"; readonly records: number }
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "saved"; readonly records: number; readonly more: boolean };

export interface SaveRecordsDialogProps {
  readonly asked: RecordsAsked;
  /** How many records those are, in words. */
  readonly amount: string;
  /** Whether they are events of a cluster's audit log. */
  readonly ofCluster: boolean;
  readonly onClose: () => void;
}

/** Saves the records that the list asks for as a file. */
export function SaveRecordsDialog({ asked, amount, ofCluster, onClose }: SaveRecordsDialogProps) {
  const client = useQueryClient();
  const [state, setState] = useState<State>({ type: "ready" });
  const reading = useRef<AbortController>(undefined);
  useEffect(() => () => reading.current?.abort(), []);
  const save = async (as: "jsonl" | "csv") => {
    reading.current?.abort();
    const { signal } = (reading.current = new AbortController());
    setState({ type: "reading", records: 0 });
    try {
      const { records, more } = await readForFile(client, asked, signal, (read) => setState({ type: "reading", records: read }));
      const file = `activity-${fileInstant(serverNow())}.${as}`;
      if (as === "csv") downloadText(file, "text/csv", recordTable(records));
      else downloadText(file, "application/x-ndjson", recordLines(records));
      setState({ type: "saved", records: records.length, more });
    } catch (error) {
      if (!signal.aborted) setState({ type: "failed", failure: failureOf(error) });
    }
  };
  const busy = state.type === "reading";
  return (
    <DialogFrame
      title="Save as evidence"
      text={
        <Typography>
          {amount}, as the list is narrowed now.{" "}
          {ofCluster ? (
            <>They are the cluster’s own events, in the form that this page gives them, as far as they were read.</>
          ) : (
            <>
              JSON lines are what <code>tokenhouse audit export</code> prints, byte for byte. Neither file holds a secret.
            </>
          )}{" "}
          CSV is for spreadsheets.
        </Typography>
      }
      actions={
        <>
          <Button onClick={onClose}>{state.type === "saved" ? "Close" : "Cancel"}</Button>
          <Button variant="outlined" disabled={busy} onClick={() => void save("csv")}>
            Save CSV
          </Button>
          <Button variant="contained" disabled={busy} onClick={() => void save("jsonl")}>
            Save JSON lines
          </Button>
        </>
      }
      onClose={onClose}
    >
      {state.type === "failed" && (
        <ErrorState title="The records could not be read, and nothing was saved" failure={state.failure} />
      )}
      <Typography role="status">{wordsOf(state, ofCluster)}</Typography>
    </DialogFrame>
  );
}

function wordsOf(state: State, ofCluster: boolean): string {
  switch (state.type) {
    case "ready":
      return ofCluster ? "" : `A file holds the newest ${count(mostInFile)} at most; the command prints all of them.`;
    case "reading":
      return `${countOf(state.records, "record")} read so far…`;
    case "failed":
      return "";
    case "saved":
      return `${countOf(state.records, "record")} saved${state.more ? `. Older ones were left out: ${ofCluster ? "choose a shorter span" : "narrow the list, or use the command"}` : ""}.`;
    default:
      return state satisfies never;
  }
}
