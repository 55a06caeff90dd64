import Alert from "@mui/material/Alert";

import { useSession } from "#web/state/organization.tsx";

/** Says that the server keeps no events, where that is so: nobody should take it for a log store. */
export function StorageNote() {
  const session = useSession();
  if (session.backend !== "embedded") return null;
  return (
    <Alert severity="warning" sx={{ marginBottom: 4 }}>
      <strong>Events are not stored here.</strong> This server checks and counts what shippers send, runs no parser, and shows the
      last 100 events of each repository. For real data, send to a LogScale cluster.
    </Alert>
  );
}
