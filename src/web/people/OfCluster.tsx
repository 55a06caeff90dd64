import Alert from "@mui/material/Alert";
import Link from "@mui/material/Link";

import { serverUrl } from "#web/api/server.ts";
import { useSession } from "#web/state/organization.tsx";

/** Where groups and roles of a cluster are changed. */
export function OfCluster({ what }: { readonly what: "Groups" | "Roles" }) {
  const session = useSession();
  return (
    <Alert severity="info" sx={{ marginBottom: 4 }}>
      {what} of a cluster are created, changed and removed in LogScale itself, under Organization settings:{" "}
      <Link href={serverUrl(session)} target="_blank" rel="noreferrer">
        open LogScale
      </Link>
      .
    </Alert>
  );
}
