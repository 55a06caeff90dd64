import Alert from "@mui/material/Alert";
import { useQuery } from "@tanstack/react-query";

import { sessionQuery } from "#web/api/session.ts";

/** Says, where it is so, that the server keeps no events: nobody should take it for a log store. */
export function StorageNote() {
  const session = useQuery(sessionQuery).data;
  if (session?.backend !== "embedded") return null;
  return (
    <Alert severity="warning" sx={{ marginBottom: 4 }}>
      <strong>Events are not stored here.</strong> This server checks and counts what shippers send, runs no parser, and shows the
      last 100 events of each repository. For real data, send to a LogScale cluster.
    </Alert>
  );
}
