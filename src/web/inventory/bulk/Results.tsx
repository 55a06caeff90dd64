import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link as RouterLink } from "react-router";

import type { BulkAction, BulkRunStep } from "#domain/inventory/bulk.ts";
import { serverNow } from "#web/api/client.ts";
import { paths } from "#web/paths.ts";
import { useStore } from "#web/state/store.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { ProgressBar } from "#web/ui/ProgressBar.tsx";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";

import { Choices } from "./Choices.tsx";
import { resultsCsv, resultWords, type Result, type NewSecret } from "./files.ts";
import type { BulkOutcome } from "./perform.ts";
import { MadeSecrets } from "./MadeSecrets.tsx";
import { mayTry, type FateName, type Run, type RunState } from "./run.ts";
import { TokenRows } from "./TokenRows.tsx";
import { doneWords, runningWords } from "./words.ts";

export interface ResultsProps {
  readonly type: BulkAction["type"];
  readonly run: Run<BulkRunStep, BulkOutcome>;
  readonly steps: ReadonlyMap<string, BulkRunStep>;
  /** How many new secrets the reader has kept. */
  readonly kept: number;
  readonly onKept: (secrets: number) => void;
  readonly onRetry: () => void;
  readonly onClose: () => void;
}

/** A run: how far it is, then what became of each token, the new secrets of a rotation, and what can be tried again. */
export function Results({ type, run, steps, kept, onKept, onRetry, onClose }: ResultsProps) {
  const state = useStore(run.state);
  const { counts, phase } = state;
  const ended = phase === "ended";
  // Listed once it has ended: a run may be long, and every answer would make the list anew.
  const results = useMemo(
    () =>
      ended
        ? Array.from(steps.values(), ({ token }): Result => ({ token, fate: state.fates.get(token.key) ?? { at: "waiting" } }))
        : [],
    [steps, state, ended],
  );
  const secrets = useMemo(
    () =>
      results.flatMap(({ token, fate }): NewSecret[] =>
        fate.at === "done" && fate.made !== undefined ? [{ token, made: fate.made }] : [],
      ),
    [results],
  );
  const [asking, setAsking] = useState(false);
  const unkept = secrets.length - kept;
  const again = results.filter(({ fate }) => mayTry(fate)).length;
  const summary = summaryWords(type, state);
  const said = useRef(ended);
  useEffect(() => {
    if (ended && !said.current) announce(summary);
    said.current = ended;
  }, [ended, summary]);
  const close = () => {
    if (!ended) return;
    if (unkept > 0 && !asking) setAsking(true);
    else onClose();
  };

  return (
    <DialogFrame
      title={ended ? "What became of the tokens" : `${runningWords[type]} …`}
      width="md"
      busy={!ended}
      onClose={close}
      actions={
        ended ? (
          <>
            <Button
              startIcon={<DownloadIcon />}
              onClick={() =>
                downloadText(`tokenhouse-bulk-${type}-${fileInstant(serverNow())}.csv`, "text/csv", resultsCsv(results, type))
              }
            >
              Save the results
            </Button>
            {type === "renew" && counts.done + counts.unseen > 0 && (
              <Button component={RouterLink} to={paths.renewals}>
                See all renewals
              </Button>
            )}
            {again > 0 && <Button onClick={onRetry}>Try {countOf(again, "token")} again</Button>}
            <Button variant="contained" onClick={close}>
              Close
            </Button>
          </>
        ) : (
          <Button variant="outlined" disabled={phase === "stopping"} onClick={run.stop}>
            {phase === "stopping" ? "Stopping …" : "Stop after those under way"}
          </Button>
        )
      }
    >
      {!ended && <Progress type={type} state={state} total={steps.size} />}
      {ended && <Typography>{summary}</Typography>}
      {ended && state.stoppedBy !== undefined && <ErrorState title="It ended before its end" failure={state.stoppedBy} />}
      {ended && counts.unknown > 0 && (
        <Alert
          severity="warning"
          action={
            <Button color="inherit" size="small" onClick={() => void run.lookAgain()}>
              Look again
            </Button>
          }
        >
          The answer was lost for {countOf(counts.unknown, "token")}, so nobody knows whether it was done. Nothing is sent again
          for {counts.unknown === 1 ? "it" : "them"} before somebody looked.
        </Alert>
      )}
      {secrets.length > 0 && (
        <MadeSecrets type={type === "renew" ? type : "rotate"} secrets={secrets} kept={kept} onKept={onKept} />
      )}
      {asking && unkept > 0 && (
        <Alert
          severity="warning"
          action={
            <Button color="inherit" size="small" onClick={onClose}>
              Close without them
            </Button>
          }
        >
          {countOf(unkept, "new secret is", "new secrets are")} not kept, and cannot be shown again. If you close now,{" "}
          {type === "renew" ? "the new tokens have to be rotated to get others" : "those tokens have to be rotated again"}.
        </Alert>
      )}
      <Each type={type} results={results} />
    </DialogFrame>
  );
}

export interface RunGuardProps {
  readonly run: Run<BulkRunStep, BulkOutcome>;
  /** How many new secrets the reader has kept. */
  readonly kept: number;
}

/** Asks before the page is left while a run goes on, or while new secrets are held that nobody has kept. */
export function RunGuard({ run, kept }: RunGuardProps) {
  const { phase, fates } = useStore(run.state);
  const ended = phase === "ended";
  // Counted when it matters alone: a run may be long.
  const held = ended ? [...fates.values()].filter((fate) => fate.at === "done" && fate.made !== undefined).length : 0;
  return (
    <UnsavedChangesGuard
      when={!ended || held > kept}
      title={ended ? "Leave without the new secrets?" : "Leave while it runs?"}
      text={
        ended
          ? "The new secrets are held here alone. Once this page is left, nobody can read them again."
          : "What is under way ends, and nothing more is sent. What became of each token is then no longer told, and new secrets are lost."
      }
      leave={ended ? "Leave without them" : "Stop and leave"}
    />
  );
}

function Progress({
  type,
  state,
  total,
}: {
  readonly type: BulkAction["type"];
  readonly state: RunState<BulkOutcome>;
  readonly total: number;
}) {
  const { counts, busy, phase } = state;
  const over = counts.done + counts.unseen + counts.refused + counts["not-done"] + counts.unknown;
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 1 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center" }}>
        <ProgressBar label={`${runningWords[type]} ${countOf(total, "token")}`} progress={{ loaded: over, total }} />
        <Typography>
          {count(over)} of {count(total)}
          {counts.refused > 0 && `, ${count(counts.refused)} refused`}
        </Typography>
      </Box>
      <Typography role="status" sx={{ color: "text.secondary" }}>
        {phase === "stopping"
          ? "Waiting for what is under way. Nothing more is sent."
          : busy
            ? "The server asks to wait; it goes on by itself."
            : "What is done cannot be called back. You can stop before the rest."}
      </Typography>
    </Box>
  );
}

/** What became of all tokens together. */
function summaryWords(type: BulkAction["type"], { counts }: RunState<BulkOutcome>): string {
  const parts = [`${count(counts.done)} ${doneWords[type]}`];
  if (counts.refused > 0) parts.push(`${count(counts.refused)} refused`);
  if (counts.unseen > 0)
    parts.push(`${count(counts.unseen)} ${doneWords[type]} without an answer, so that the new secret is lost`);
  if (counts["not-done"] > 0) parts.push(`${count(counts["not-done"])} not done`);
  if (counts.unknown > 0) parts.push(`${count(counts.unknown)} not known`);
  if (counts.waiting > 0) parts.push(`${count(counts.waiting)} not tried`);
  return `${parts.join(", ")}.`;
}

/** What a list of results may be narrowed to, with the fates that it holds. */
const narrowings = {
  all: ["done", "refused", "not-done", "unseen", "unknown", "waiting", "running"],
  done: ["done"],
  refused: ["refused", "not-done"],
  unsure: ["unseen", "unknown"],
  left: ["waiting", "running"],
} as const satisfies Record<string, readonly FateName[]>;

type Narrowed = keyof typeof narrowings;

function Each({ type, results }: { readonly type: BulkAction["type"]; readonly results: readonly Result[] }) {
  const [narrowed, setNarrowed] = useState<Narrowed>("all");
  const of = (name: Narrowed) => results.filter(({ fate }) => narrowings[name].some((at) => at === fate.at));
  const words = { all: "all", done: doneWords[type], refused: "refused", unsure: "not known", left: "not tried" } as const;
  return (
    <Box component="section" aria-label="Each token" sx={{ display: "flex", flexDirection: "column", gap: 2 }}>
      <Choices
        label="Show"
        value={narrowed}
        onChange={setNarrowed}
        choices={(["all", "done", "refused", "unsure", "left"] as const).map((name) => ({
          name,
          words: words[name],
          tokens: of(name).length,
        }))}
      />
      <TokenRows
        key={narrowed}
        label="What became of each token"
        items={of(narrowed)}
        wordsOf={(result) => resultWords(result, type)}
        empty="No token is left."
      />
    </Box>
  );
}
