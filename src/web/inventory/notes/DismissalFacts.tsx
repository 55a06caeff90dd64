import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import type { Dismissal } from "#domain/inventory/notes.ts";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

export interface DismissalFactsProps {
  readonly dismissal: Dismissal;
  /** The server's present, ms since epoch. */
  readonly now: number;
}

/** Who dismissed a finding, when, why, and until when. */
export function DismissalFacts({ dismissal: { by, at, note, until }, now }: DismissalFactsProps) {
  return (
    <Box>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        Dismissed by <Name>{by}</Name> <Instant at={at} now={presentAfter(at, now)} />
        {until === null ? "; it does not come back by itself." : until > now ? "; it comes back " : "; it came back "}
        {until !== null && <Instant at={until} now={now} />}
      </Typography>
      <Typography component="blockquote" dir="auto" sx={{ margin: 0, whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
        {note}
      </Typography>
    </Box>
  );
}
