import Button from "@mui/material/Button";
import { Suspense, useState } from "react";

import { ThresholdsDialog } from "./dialogs.ts";
import { useFindingNotes } from "./queries.ts";

/** Opens the thresholds of findings, for whoever may change them. */
export function ThresholdsButton() {
  const { notes } = useFindingNotes();
  const [open, setOpen] = useState(false);
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
