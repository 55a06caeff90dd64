import Typography from "@mui/material/Typography";

import type { WrittenDown } from "#domain/inventory/item.ts";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

export interface WrittenFactsProps {
  readonly written: WrittenDown;
  /** The server's present, ms since epoch. */
  readonly now: number;
}

/** The owner that is written down, by whom and when. */
export function WrittenFacts({ written: { owner, by, at }, now }: WrittenFactsProps) {
  return (
    <Typography sx={{ overflowWrap: "anywhere" }}>
      <strong>
        <Name>{owner}</Name>
      </strong>
      , written down by <Name>{by}</Name> <Instant at={at} now={presentAfter(at, now)} />
    </Typography>
  );
}
