import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useId, type ReactNode } from "react";

import { ApiCallButton } from "#web/api-call/ApiCallButton.tsx";
import { LostAnswer } from "./LostAnswer.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";

import type { FleetForm } from "#web/fleet/useFleetForm.ts";

export interface FormDialogProps {
  readonly title: string;
  /** What the button does, in words. */
  readonly submit: string;
  /** What to say when it was not done. Where that is not known it is said instead. */
  readonly failed: string;
  readonly form: FleetForm["dialog"];
  readonly onCancel: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** A small form in a dialog. It stays open while what it asked for is under way. */
export function FormDialog({ title, submit, failed, form, onCancel, children }: FormDialogProps) {
  const { pending, failure, look, onSubmit, onSettled, prepare } = form;
  const id = useId();
  return (
    <Dialog open onClose={() => pending || onCancel()} aria-labelledby={id} maxWidth="sm" fullWidth>
      <form onSubmit={onSubmit} noValidate>
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent sx={{ display: "flex", flexDirection: "column", gap: 5 }}>
          {/* The label of the first field stands above it, where the content's edge would cut it. */}
          <span />
          {children}
          {failure !== undefined &&
            (look === undefined ? (
              <ErrorState title={failed} failure={failure} />
            ) : (
              <LostAnswer
                title="It is not known whether that was done"
                failure={failure}
                action="Look what is there now"
                onLook={look}
                onSettled={onSettled}
              />
            ))}
        </DialogContent>
        <DialogActions sx={{ flexWrap: "wrap", rowGap: 2 }}>
          <Box sx={{ marginInlineEnd: "auto" }}>
            <ApiCallButton prepare={prepare} />
          </Box>
          <Button onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={pending} disabled={look !== undefined}>
            {submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
