import Alert from "@mui/material/Alert";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { AssignFleetTokenDocument } from "#logscale/generated/fleetToken.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import { notShown } from "#web/api-call/ApiCallButton.tsx";
import { call, failureOf } from "#web/api/client.ts";
import { paths } from "#web/paths.ts";
import { AssignedChoice } from "#web/form/AssignedChoice.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { Name } from "#web/ui/Name.tsx";

import { configurationsQuery, fleetChanged, fleetTokenNow } from "./queries.ts";
import { withFleetValue } from "./values.ts";

/** Which configuration machines get that enrol with a token, and a choice of others. */
export function AssignField({ token, mayChange }: { readonly token: FleetTokenFacts; readonly mayChange: boolean }) {
  const client = useQueryClient();
  const configurations = useQuery(configurationsQuery);
  const assigned = token.configuration?.id ?? "";
  const known = configurations.data?.rows ?? [];
  // The list may lack the assigned one while it is being read, or when that failed.
  const options =
    known.some(({ id }) => id === assigned) || token.configuration === null ? known : [token.configuration, ...known];
  const variables = (id: string, fleetToken: string) => ({ fleetToken, configuration: id === "" ? null : id });

  const open = assigned !== "" && (
    <Link component={RouterLink} to={paths.collectorConfiguration(assigned)}>
      Open this configuration
    </Link>
  );
  if (!mayChange) {
    return (
      <Typography>
        {token.configuration === null ? "None is assigned." : <Name>{token.configuration.name}</Name>} {open}
      </Typography>
    );
  }
  return (
    <AssignedChoice
      label="Assigned configuration"
      assigned={assigned}
      options={options}
      takeAway="Take the configuration away"
      noun="fleet token"
      failure="The configuration was not assigned"
      field="configId"
      call={(chosen) => ({
        title: chosen === "" ? "Take the configuration from a fleet token" : "Assign a configuration to a fleet token",
        document: AssignFleetTokenDocument,
        variables: variables(chosen, notShown),
      })}
      send={(chosen) => withFleetValue(client, token.handle, (value) => call(AssignFleetTokenDocument, variables(chosen, value)))}
      read={async () => {
        const now = await fleetTokenNow(client, token.handle);
        return now && (now.configuration?.id ?? "");
      }}
      done={async (chosen) => {
        await fleetChanged(client);
        announce(chosen === "" ? "No configuration is assigned now." : "The configuration was assigned.");
      }}
      failed={() => void fleetChanged(client)}
      renderBeside={(chosen) => chosen === assigned && open}
    >
      {(chosen) => (
        <>
          {known.some(({ id, version }) => id === chosen && version === 0) && (
            <Alert severity="info">This configuration is not published yet, so machines that have it collect nothing.</Alert>
          )}
          {configurations.isError && (
            <ErrorState
              title="The configurations could not be read"
              failure={failureOf(configurations.error)}
              onRetry={() => void configurations.refetch()}
            />
          )}
        </>
      )}
    </AssignedChoice>
  );
}
