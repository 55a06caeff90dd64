import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Link as RouterLink } from "react-router";

import { paths } from "#web/paths.ts";

/** Why values are not looked up in front of a LogScale, and what can be done instead. */
export function NoLookup() {
  return (
    <Typography sx={{ maxWidth: "90ch" }}>
      Here they cannot be looked up: LogScale has no request that finds an ingest token by its value, and shows the values of a
      repository or of the fleet only all together, which is more than a look for a leak should read. Open{" "}
      <Link component={RouterLink} to={paths.ingestTokens}>
        the ingest tokens
      </Link>{" "}
      or{" "}
      <Link component={RouterLink} to={paths.fleetTokens}>
        the fleet tokens
      </Link>{" "}
      that may be meant, show their values and compare. If you are in doubt, replace the token: an ingest token that leaked lets
      others send data, and a fleet token lets others enrol machines.
    </Typography>
  );
}
