import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useId, type FormEventHandler, type ReactNode } from "react";

import { ErrorState, type ShownFailure } from "#web/ui/ErrorState.tsx";

/** What {@link FormDialog} takes. */
export interface FormDialogProps {
  readonly title: string;
  /** What the button does, in words. */
  readonly submit: string;
  readonly pending: boolean;
  /** Why the last try failed. The title is for a change that was not made; where that is not known it is said instead. */
  readonly failure: { readonly title: string; readonly failure: ShownFailure } | undefined;
  readonly onSubmit: FormEventHandler;
  readonly onCancel: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** A small form in a dialog. It stays open while what it asked for is under way. */
export function FormDialog({ title, submit, pending, failure, onSubmit, onCancel, children }: FormDialogProps) {
  const id = useId();
  return (
    <Dialog open onClose={() => pending || onCancel()} aria-labelledby={id} maxWidth="sm" fullWidth>
      <form onSubmit={onSubmit} noValidate>
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent sx={{ display: "flex", flexDirection: "column", gap: 5 }}>
          {/* The label of the first field stands above it, where the content's edge would cut it. */}
          <span />
          {children}
          {failure !== undefined && (
            <ErrorState
              title={failure.failure.kind === "unknown-outcome" ? "It is not known whether that was done" : failure.title}
              failure={failure.failure}
            />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onCancel} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" variant="contained" loading={pending}>
            {submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
