import Button from "@mui/material/Button";
import { Suspense, useState, type ReactNode } from "react";

import { ThresholdsDialog } from "./dialogs.ts";
import { useFindingNotes } from "./queries.ts";

export interface ThresholdsButtonProps {
  /** What stands there until it is known who may change them. */
  readonly place: ReactNode;
}

/** Opens the thresholds of findings, for whoever may change them. */
export function ThresholdsButton({ place }: ThresholdsButtonProps) {
  const { notes, pending } = useFindingNotes();
  const [open, setOpen] = useState(false);
  if (pending) return place;
  if (!notes.mayWrite) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>Thresholds…</Button>
      {open && (
        <Suspense>
          <ThresholdsDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
