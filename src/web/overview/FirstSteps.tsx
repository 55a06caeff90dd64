import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { tokenKinds } from "#domain/token/kinds.ts";
import { organizationQuery } from "#web/api/queries.ts";
import { ingestRepositoriesQuery } from "#web/ingest/queries.ts";
import { paths } from "#web/paths.ts";
import { holdingsQuery, kindRefusal } from "#web/permissions/holdings.ts";
import { useSession } from "#web/state/organization.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Panel } from "#web/ui/Panel.tsx";

interface Step {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly to: string;
}

/** The way to a first token, in place of an overview of none: the steps that the caller may take. */
export function FirstSteps() {
  const session = useSession();
  const holdings = useQuery(holdingsQuery);
  const organization = useQuery(organizationQuery);
  const repositories = useQuery(ingestRepositoriesQuery);
  if (holdings.isPending || organization.isPending || repositories.isPending) {
    return <LoadingShape label="Loading the first steps" shape="form" rows={3} />;
  }
  const held = holdings.data;
  const kind = tokenKinds.find((one) => held === undefined || kindRefusal(held, one, session.user !== undefined) === undefined);
  const steps: readonly Step[] = [
    ...(organization.data?.mayChangePolicies === true
      ? [
          {
            title: "Set a policy",
            text: "How long a token may live, from which addresses it may be used, and which kinds may exist. With no token yet, nothing can break.",
            button: "Open the security policies",
            to: paths.policies,
          },
        ]
      : []),
    ...(kind === undefined
      ? []
      : [
          {
            title: "Create a token",
            text: "For yourself, a script or a dashboard. Its secret is shown once.",
            button: `Create a ${kind} token`,
            to: paths.newToken(kind),
          },
        ]),
    ...(repositories.data?.some(({ mayChange }) => mayChange) === true
      ? [
          {
            title: "Connect a shipper",
            text: "An ingest token lets it send data into one repository. Configurations for common shippers come with it, and a test event.",
            button: "Create an ingest token",
            to: paths.newIngestToken(),
          },
        ]
      : []),
  ];
  if (steps.length === 0) {
    return (
      <Typography sx={{ color: "text.secondary" }}>
        There are no tokens yet, and you may not make any. Somebody who administers the organization’s permissions can give you
        the right.
      </Typography>
    );
  }
  return (
    <Panel title="There are no tokens yet">
      <Box component="ol" sx={{ margin: 0, paddingInlineStart: 5, display: "flex", flexDirection: "column", gap: 5 }}>
        {steps.map(({ title, text, button, to }) => (
          <Box component="li" key={to}>
            <Typography variant="h3">{title}</Typography>
            <Typography sx={{ color: "text.secondary", maxWidth: "70ch", marginBottom: 2 }}>{text}</Typography>
            <Button component={RouterLink} to={to} variant="outlined" size="small">
              {button}
            </Button>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}
