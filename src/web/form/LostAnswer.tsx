import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { Link as RouterLink } from "react-router";

import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/failure.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Words } from "#web/ui/Name.tsx";

/** The outcome of a request whose answer was lost, as the present state shows it. */
export interface Finding {
  readonly done: boolean;
  readonly title: string;
  readonly message: string;
  /** Address of what was made. */
  readonly to?: string;
}

export interface LostAnswerProps {
  /** What is not known: "It is not known whether the token was created". */
  readonly title: string;
  readonly failure: Failure;
  /** What the button says that looks. */
  readonly action: string;
  /** Looks, and says what that means; undefined where the form itself goes on from there. Rejects where nothing could be read. */
  readonly onLook: () => Promise<Finding | undefined>;
  /** Called when the reader knows that it was not done, and may send again. */
  readonly onSettled: () => void;
}

/** Shown when the answer to a change was lost. Nothing is sent again before the present state was read and somebody decided. */
export function LostAnswer({ title, failure, action, onLook, onSettled }: LostAnswerProps) {
  const [looking, setLooking] = useState(false);
  const [problem, setProblem] = useState<Failure>();
  const [finding, setFinding] = useState<Finding>();
  const look = async () => {
    setLooking(true);
    setProblem(undefined);
    try {
      setFinding(await onLook());
    } catch (error) {
      setProblem(failureOf(error));
    } finally {
      setLooking(false);
    }
  };
  if (finding !== undefined) {
    return (
      <Alert
        severity={finding.done ? "warning" : "info"}
        action={
          finding.done ? (
            finding.to !== undefined && (
              <Link component={RouterLink} to={finding.to} sx={{ padding: 1 }}>
                Open it
              </Link>
            )
          ) : (
            <Button color="inherit" size="small" onClick={onSettled}>
              Go on
            </Button>
          )
        }
      >
        <AlertTitle component="p">
          <Words>{finding.title}</Words>
        </AlertTitle>
        <Typography>
          <Words>{finding.message}</Words>
        </Typography>
      </Alert>
    );
  }
  return (
    <>
      <ErrorState
        title={title}
        failure={failure}
        actions={
          <BusyButton color="inherit" size="small" busy={looking} onClick={() => void look()}>
            {action}
          </BusyButton>
        }
      />
      {problem !== undefined && <Typography role="alert">{problem.message}</Typography>}
    </>
  );
}
