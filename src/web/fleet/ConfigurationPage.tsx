import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import EditIcon from "@mui/icons-material/EditOutlined";
import Button from "@mui/material/Button";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link as RouterLink, useParams, useSearchParams } from "react-router";

import { nameInText } from "#domain/name.ts";
import { failureOf } from "#web/api/client.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { paths } from "#web/paths.ts";
import { choiceIn } from "#web/roll-out/choice.ts";
import { NextStep } from "#web/roll-out/NextStep.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name } from "#web/ui/Name.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { ConfigurationEditor } from "./ConfigurationEditor.tsx";
import { DeleteConfigurationDialog } from "./DeleteConfigurationDialog.tsx";
import { DescribeDialog } from "./DescribeDialog.tsx";
import { FleetGate } from "./FleetGate.tsx";
import { configurationQuery, fleetTokensNowQuery, type ConfigurationTexts } from "./queries.ts";

/** One collector configuration: its texts, who uses it, and what can be done with it. */
export function ConfigurationPage() {
  const { id = "" } = useParams();
  return (
    <FleetGate title="Collector configuration" purpose="What log collectors collect and where they send it.">
      {({ mayChange }) => <ConfigurationOf id={id} mayChange={mayChange} />}
    </FleetGate>
  );
}

function ConfigurationOf({ id, mayChange }: { readonly id: string; readonly mayChange: boolean }) {
  const { data, isError, error, refetch } = useQuery(configurationQuery(id));
  if (data !== undefined) return <Configuration configuration={data} mayChange={mayChange} />;
  const failure = isError ? failureOf(error) : undefined;
  return (
    <>
      <PageHeader title="Collector configuration" />
      {failure === undefined ? (
        <LoadingShape label="Loading the configuration" shape="form" />
      ) : failure.code === "NOT_FOUND" ? (
        <EmptyState
          title="There is no such configuration"
          action={
            <Button variant="outlined" component={RouterLink} to={paths.collectorConfigurations}>
              All configurations
            </Button>
          }
        >
          It may have been deleted.
        </EmptyState>
      ) : (
        <ErrorState title="The configuration could not be read" failure={failure} onRetry={() => void refetch()} />
      )}
    </>
  );
}

interface ConfigurationProps {
  readonly configuration: ConfigurationTexts;
  readonly mayChange: boolean;
}

function Configuration({ configuration, mayChange }: ConfigurationProps) {
  const now = useServerNow();
  const [params] = useSearchParams();
  const tokens = useQuery(fleetTokensNowQuery).data?.rows;
  const users = tokens?.filter((token) => token.configuration?.id === configuration.id);
  const [dialog, setDialog] = useState<"describe" | "delete">();
  const close = () => setDialog(undefined);
  const { name, description, version, modifiedAt, modifiedBy } = configuration;
  return (
    <>
      <PageHeader
        title={nameInText(name)}
        actions={
          mayChange && (
            <>
              <Button variant="outlined" startIcon={<EditIcon />} onClick={() => setDialog("describe")}>
                Rename or describe
              </Button>
              <Button variant="outlined" color="error" startIcon={<DeleteIcon />} onClick={() => setDialog("delete")}>
                Delete
              </Button>
            </>
          )
        }
      >
        <Link component={RouterLink} to={paths.collectorConfigurations}>
          Collector configurations
        </Link>
        {" · "}
        {version === 0 ? "not published yet" : `version ${version} is published`}, changed{" "}
        <Instant at={modifiedAt} now={presentAfter(modifiedAt, now)} /> by <Name>{modifiedBy}</Name>
        {description !== null && (
          <>
            <br />
            {description}
          </>
        )}
      </PageHeader>
      <ConfigurationEditor configuration={configuration} mayChange={mayChange} uses={users?.length} />
      <Box component="section" aria-labelledby="configuration-users" sx={{ marginTop: 6 }}>
        <Typography variant="h2" id="configuration-users" sx={{ marginBottom: 2 }}>
          Fleet tokens that use it
        </Typography>
        {users === undefined ? (
          <Typography sx={{ color: "text.secondary" }}>Which ones do is not known yet.</Typography>
        ) : users.length === 0 ? (
          <Typography sx={{ color: "text.secondary" }}>
            None, so no machine gets it yet. Assign it on the page of a{" "}
            <Link component={RouterLink} to={paths.fleetTokens}>
              fleet token
            </Link>
            , or create one with it.
          </Typography>
        ) : (
          <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
            {users.map((token) => (
              <li key={token.handle}>
                <Link component={RouterLink} to={paths.fleetToken(token.handle)}>
                  <Name>{token.name}</Name>
                </Link>
              </li>
            ))}
          </Box>
        )}
      </Box>
      {mayChange && (
        <Box sx={{ marginTop: 6 }}>
          <NextStep
            label="Create a fleet token with it"
            to={paths.newFleetToken}
            choice={{ ...choiceIn(params), configuration: configuration.id }}
          >
            {version === 0
              ? "Publish the draft first. Then machines get it by a fleet token that has this configuration."
              : "Machines get it by a fleet token that has this configuration: they enrol with it."}
          </NextStep>
        </Box>
      )}
      {dialog === "describe" && <DescribeDialog configuration={configuration} onClose={close} />}
      {dialog === "delete" && <DeleteConfigurationDialog configuration={configuration} users={users ?? []} onClose={close} />}
    </>
  );
}
