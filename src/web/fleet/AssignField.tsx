import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link as RouterLink } from "react-router";

import type { Failure } from "#logscale/errors.ts";
import { AssignFleetTokenDocument } from "#logscale/generated/fleet.ts";
import { call, failureOf } from "#web/api/client.ts";
import { paths } from "#web/paths.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import { configurationsQuery, fleetChanged, type FleetToken } from "./queries.ts";

/** Which configuration machines get that enrol with a token, and a choice of others. */
export function AssignField({ token, mayChange }: { readonly token: FleetToken; readonly mayChange: boolean }) {
  const client = useQueryClient();
  const configurations = useQuery(configurationsQuery);
  const assigned = token.configuration?.id ?? "";
  const [chosen, setChosen] = useState<string>();
  const [state, setState] = useState<{ readonly pending: boolean; readonly failure?: Failure }>({ pending: false });
  const value = chosen ?? assigned;
  const known = configurations.data?.rows ?? [];
  // The list may lack what is assigned, where it could not be read or is being read.
  const options =
    known.some(({ id }) => id === assigned) || token.configuration === null ? known : [token.configuration, ...known];

  const assign = async () => {
    setState({ pending: true });
    try {
      await call(AssignFleetTokenDocument, { fleetToken: token.value.reveal(), configuration: value === "" ? null : value });
      await fleetChanged(client);
      announce(value === "" ? "No configuration is assigned now." : "The configuration was assigned.");
      setChosen(undefined);
      setState({ pending: false });
    } catch (error) {
      setState({ pending: false, failure: failureOf(error) });
      void fleetChanged(client);
    }
  };

  const open = assigned !== "" && value === assigned && (
    <Link component={RouterLink} to={paths.collectorConfiguration(assigned)}>
      Open this configuration
    </Link>
  );
  if (!mayChange) {
    return (
      <Typography>
        {token.configuration?.name ?? "None is assigned."} {open}
      </Typography>
    );
  }
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center" }}>
        <TextField
          select
          size="small"
          label="Assigned configuration"
          value={value}
          onChange={(event) => {
            setChosen(event.target.value);
            setState({ pending: false });
          }}
          sx={{ flex: "1 1 260px", maxWidth: 420 }}
          slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
        >
          <option value="">None</option>
          {options.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </TextField>
        {value === assigned ? (
          open
        ) : (
          <>
            <Button variant="contained" onClick={() => void assign()} loading={state.pending}>
              {value === "" ? "Take the configuration away" : "Assign"}
            </Button>
            <Button onClick={() => setChosen(undefined)} disabled={state.pending}>
              Keep as it is
            </Button>
          </>
        )}
      </Box>
      {known.some(({ id, version }) => id === value && version === 0) && (
        <Alert severity="info">This configuration is not published yet, so machines that have it collect nothing.</Alert>
      )}
      {state.failure !== undefined && <ErrorState title="The configuration was not assigned" failure={state.failure} />}
      {configurations.isError && (
        <ErrorState
          title="The configurations could not be read"
          failure={failureOf(configurations.error)}
          onRetry={() => void configurations.refetch()}
        />
      )}
    </Box>
  );
}
