import Box from "@mui/material/Box";
import type { ReactNode } from "react";

import { ApiCallButton } from "#web/api-call/ApiCallButton.tsx";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { UnsavedChangesGuard, type UnsavedChangesGuardProps } from "#web/ui/UnsavedChangesGuard.tsx";

import { leaveUnseen } from "./leaveUnseen.ts";
import { Outcome } from "./Outcome.tsx";
import type { Ending } from "./ending.ts";
import type { Progress } from "./useSending.ts";

export interface FormEndingProps {
  readonly form: Pick<Ending, "sending" | "prepare">;
  /** What the button does, in words. */
  readonly submit: ReactNode;
  /** Sends where the button does not submit a form around it. */
  readonly onSubmit?: () => void;
  /** Whether there is nothing to send, or not yet. */
  readonly disabled?: boolean;
  /** Whether there is nothing to show as an API call yet. */
  readonly callsDisabled?: boolean;
  /** What stands before the button that sends. */
  readonly before?: ReactNode;
  /** Whether what stands before it is what the form is there for. */
  readonly secondary?: boolean;
  /** What stands between the button that sends and the one that shows the call, as what cancels. */
  readonly children?: ReactNode;
  /** What asks before the page is left with something typed. */
  readonly unsaved?: UnsavedChangesGuardProps;
}

/** The end of a form on a page: what became of the last request, and the buttons. */
export function FormEnding(props: FormEndingProps) {
  const { form, submit, onSubmit, disabled = false, callsDisabled = false, before, secondary, children, unsaved } = props;
  const { sending, prepare } = form;
  return (
    <>
      <Outcome sending={sending} />
      <Box sx={{ display: "flex", gap: 2, flexWrap: "wrap" }}>
        {before}
        <SubmitButton sending={sending} onClick={onSubmit} disabled={disabled} secondary={secondary}>
          {submit}
        </SubmitButton>
        {children}
        {prepare !== undefined && <ApiCallButton prepare={prepare} disabled={callsDisabled} />}
      </Box>
      {sending.unseen !== undefined ? (
        <UnsavedChangesGuard when {...leaveUnseen(sending.unseen)} />
      ) : (
        unsaved !== undefined && <UnsavedChangesGuard {...unsaved} when={unsaved.when && !sending.left} />
      )}
    </>
  );
}

export interface SubmitButtonProps {
  readonly sending: Progress;
  /** Sends; undefined where the button submits the form around it. */
  readonly onClick?: (() => void) | undefined;
  readonly disabled?: boolean;
  readonly secondary?: boolean | undefined;
  readonly children: ReactNode;
}

/** The button that sends. It does not while a request is under way or its outcome unknown. */
export function SubmitButton({ sending, onClick, disabled = false, secondary = false, children }: SubmitButtonProps) {
  return (
    <BusyButton
      type={onClick === undefined ? "submit" : "button"}
      variant={secondary ? "outlined" : "contained"}
      busy={sending.pending}
      disabled={disabled || sending.unknown}
      {...(onClick !== undefined && { onClick })}
    >
      {children}
    </BusyButton>
  );
}
