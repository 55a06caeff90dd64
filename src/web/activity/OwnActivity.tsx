import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Suspense, useId, useState } from "react";

import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import type { RecordsLink } from "./activityLink.ts";

const OwnRecords = lazyPart(async () => (await import("./OwnRecords.tsx")).OwnRecords);

export interface OwnActivityProps {
  /** Which records: those about a thing by its id, or of a type. */
  readonly asked: RecordsLink;
  /** What the records tell, as a heading, where a page has several such parts. */
  readonly title?: string;
  /** Whether they are there from the start, where the server keeps them itself. */
  readonly opens?: boolean;
}

/** What is on record of the thing that a page shows: read when somebody asks for it. Nothing where the server shows no records. */
export function OwnActivity({ asked, title = "Activity", opens = false }: OwnActivityProps) {
  const id = useId();
  const session = useSession();
  const ofCluster = offers(session, "auditLog");
  // A cluster has to be searched for them, which somebody asks for.
  const [open, setOpen] = useState(opens && !ofCluster);
  if (!ofCluster && !offers(session, "auditTrail")) return null;
  return (
    <Panel title={title}>
      <Box>
        <Button
          size="small"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          sx={{ marginInlineStart: -1 }}
        >
          {open ? "Hide what is on record" : "Show what is on record"}
        </Button>
      </Box>
      <div id={id} hidden={!open}>
        {open && (
          <Suspense fallback={null}>
            <OwnRecords asked={asked} title={title} />
          </Suspense>
        )}
      </div>
    </Panel>
  );
}
