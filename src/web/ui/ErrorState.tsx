import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import { Words } from "./Name.tsx";

/** The parts of a failed call that this shows; the contract's `Failure` has this shape. */
export interface ShownFailure {
  readonly kind: "unauthenticated" | "address-refused" | "refused" | "unreachable" | "unknown-outcome" | "unexpected";
  readonly message: string;
}

/** What is unharmed and what to do, for the kinds of failure whose own message does not say so. */
const advice = {
  unauthenticated: undefined,
  "address-refused": "Nothing was changed. Use an address that the filter accepts, or sign in with another credential.",
  refused: "Nothing was changed.",
  unreachable: undefined,
  "unknown-outcome": "Do not repeat the change before you have read the present state.",
  unexpected: "Nothing was changed by this page. If it stays, look at the server’s log.",
} as const satisfies Record<ShownFailure["kind"], string | undefined>;

export interface ErrorStateProps {
  /** What could not be done, such as "The view tokens could not be read". */
  readonly title: string;
  readonly failure: ShownFailure;
  /** Tries again. */
  readonly onRetry?: () => void;
  /** Other steps to take. */
  readonly actions?: ReactNode;
}

/** Stands in place of what could not be read: what happened, what is unharmed, what to do. */
export function ErrorState({ title, failure, onRetry, actions }: ErrorStateProps) {
  return (
    <Alert
      severity={failure.kind === "unknown-outcome" ? "warning" : "error"}
      action={
        <>
          {actions}
          {onRetry !== undefined && (
            <Button color="inherit" size="small" onClick={onRetry}>
              Try again
            </Button>
          )}
        </>
      }
    >
      <AlertTitle component="p">
        <Words>{title}</Words>
      </AlertTitle>
      <Typography>
        <Words>{failure.message}</Words>
      </Typography>
      {advice[failure.kind] !== undefined && <Typography sx={{ color: "text.secondary" }}>{advice[failure.kind]}</Typography>}
    </Alert>
  );
}
