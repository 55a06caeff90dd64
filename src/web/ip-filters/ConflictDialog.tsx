import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { Name } from "#web/ui/Name.tsx";
import { ScrollBox } from "#web/ui/ScrollBox.tsx";

import type { IpFilterValues } from "./requests.ts";

export interface ConflictDialogProps {
  /** What is in force now. */
  readonly theirs: IpFilter;
  /** The edit as it would be saved. */
  readonly mine: IpFilterValues;
  /** Drops the edit and goes on from what is in force. */
  readonly onTakeTheirs: () => void;
  /** Keeps the edit, as one that replaces what is in force. */
  readonly onKeepMine: () => void;
  readonly onCancel: () => void;
}

/** Shows a filter that somebody else changed while it was edited, and asks which is to be kept. Nothing is saved by it. */
export function ConflictDialog({ theirs, mine, onTakeTheirs, onKeepMine, onCancel }: ConflictDialogProps) {
  return (
    <DialogFrame
      title="Somebody else changed this filter"
      width="md"
      onClose={onCancel}
      text={
        <Typography>
          Nothing of yours was saved. What is in force now is no longer what your edit started from. What you did not touch stays
          as it is now.
        </Typography>
      }
      actions={
        <>
          {/* Pressing Enter without reading must not replace anything. */}
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
          <Button autoFocus onClick={onCancel}>
            Back to my edit
          </Button>
          <Button onClick={onTakeTheirs}>Take what is in force</Button>
          <Button variant="contained" onClick={onKeepMine}>
            Go on with my edit
          </Button>
        </>
      }
    >
      {theirs.name !== mine.name && (
        <Typography>
          The name now is{" "}
          <strong>
            <Name>{theirs.name}</Name>
          </strong>
          ; yours is{" "}
          <strong>
            <Name>{mine.name}</Name>
          </strong>
          .
        </Typography>
      )}
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "repeat(2, minmax(0, 1fr))" }, gap: 4 }}>
        <Rules title="In force now" text={theirs.ipFilter} />
        <Rules title="Your edit" text={mine.ipFilter} />
      </Box>
    </DialogFrame>
  );
}

function Rules({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <section aria-label={title}>
      <Typography variant="h3" sx={{ marginBottom: 1 }}>
        {title}
      </Typography>
      <ScrollBox verbatim maxHeight={260}>
        {text}
      </ScrollBox>
    </section>
  );
}
