import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import { planForKinds } from "#domain/policy/plan.ts";
import type { Failure } from "#logscale/errors.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { ProgressBar } from "#web/ui/ProgressBar.tsx";
import { count, countOf } from "#web/ui/counts.ts";

import type { ApplyStep } from "./apply.ts";
import { inForceAfter, type Report } from "./proposal.ts";

export interface LostDialogProps {
  /** A step of an attempt whose answer was lost, or a step that got stuck reading. */
  readonly step: ApplyStep & { at: "verifying" | "stuck" | "lost" };
  readonly onReadAgain: () => void;
  readonly onLeave: () => void;
}

/** Says what is known after a lost answer or a failed reading. Nothing here repeats a change. */
export function LostDialog({ step, onReadAgain, onLeave }: LostDialogProps) {
  const reading = step.at === "verifying";
  const lost = lostFailure(step);
  return (
    <DialogFrame
      title={titleOf(step, lost)}
      busy={reading}
      onClose={onLeave}
      text={
        <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
          {lost && <Typography>{lost.message}</Typography>}
          {reading && (
            <>
              <Typography>Reading what is in force now.</Typography>
              <ProgressBar label="Reading what is in force" />
            </>
          )}
          {step.at === "stuck" &&
            (step.before.at === "checking" ? (
              <ErrorState title="Reading again failed" failure={step.failure} />
            ) : (
              <Alert severity="warning">
                {step.failure.kind === "unreachable"
                  ? "The server does not answer, so what is in force cannot be read yet."
                  : `What is in force could not be read. ${step.failure.message}`}
              </Alert>
            ))}
          {step.at === "lost" && <Known report={step.report} />}
        </Box>
      }
      actions={
        <>
          <Button onClick={onReadAgain} disabled={reading}>
            Read again
          </Button>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the one safe step, and the dialog needs a place to start */}
          <Button variant="contained" autoFocus onClick={onLeave} disabled={reading}>
            {step.at === "lost" && inForceAfter(step.report) === "draft" ? "Show the report" : "Back to the draft"}
          </Button>
        </>
      }
    />
  );
}

function lostFailure(step: LostDialogProps["step"]): Failure | undefined {
  if (step.at === "lost") return step.failure;
  if (step.at === "verifying") return step.lost;
  return step.before.at === "verifying" ? step.before.lost : undefined;
}

function titleOf(step: LostDialogProps["step"], lost: Failure | undefined): string {
  if (lost !== undefined) return "The answer was lost";
  return step.at === "stuck" && step.before.at === "verifying"
    ? "The change was applied, but not read back"
    : "Nothing was applied";
}

function Known({ report }: { readonly report: Report }) {
  const { outcome, proposal, compared } = report;
  const predicted = planForKinds(proposal.plan, compared).changes.length;
  const inForce = inForceAfter(report);
  return (
    <>
      <Typography>
        {inForce === "draft"
          ? "In force now is what the draft says: the change was carried out."
          : inForce === "base"
            ? "In force now is what was in force before: the change was not carried out, unless it is still under way. Read again after a moment before you apply it again."
            : "In force now is neither what was in force before nor what the draft says: somebody else changed it as well."}
      </Typography>
      <Typography>
        {predicted === 0
          ? "No change of a token was predicted."
          : `Found so far: ${count(outcome.confirmed.length)} of the changes predicted for ${countOf(predicted, "token")}.`}
      </Typography>
    </>
  );
}
