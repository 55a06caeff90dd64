import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useState } from "react";

import type { AuditRecord } from "#logscale/audit.ts";
import { activityLink, type RecordsLink } from "#web/activity/activityLink.ts";
import { RecordItem } from "#web/activity/RecordItem.tsx";
import { count } from "#web/ui/counts.ts";
import { Panel } from "#web/ui/Panel.tsx";

export interface RecordListProps {
  /** What the records tell of, as a heading. */
  readonly title: string;
  readonly records: readonly AuditRecord[];
  /** What stands there where there are none. */
  readonly empty: string;
  /** Of what span a cluster's records were read; empty where the server has them all. */
  readonly span: RecordsLink;
  readonly now: number;
}

/** Records that are shown before somebody asks for more, and as many more each time. */
const atOnce = 20;

/** Records of the audit trail, the newest first, and how many there are. */
export function RecordList({ title, records, empty, span, now }: RecordListProps) {
  const [shown, setShown] = useState(atOnce);
  return (
    <Panel title={`${title} (${count(records.length)})`}>
      {records.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>{empty}</Typography>
      ) : (
        <Box component="ul" sx={{ listStyle: "none", margin: 0, padding: 0, "& > li": { paddingBlock: 1 } }}>
          {records.slice(0, shown).map((record) => (
            <li key={record.id}>
              <RecordItem record={record} to={activityLink(span, record.id)} now={now} />
            </li>
          ))}
        </Box>
      )}
      {records.length > shown && (
        <Box>
          <Button variant="outlined" size="small" onClick={() => setShown(shown + atOnce)}>
            Show more of {count(records.length)}
          </Button>
        </Box>
      )}
    </Panel>
  );
}
