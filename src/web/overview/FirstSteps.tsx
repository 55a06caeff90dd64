import CloseIcon from "@mui/icons-material/CloseOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { tokenKinds } from "#domain/token/kinds.ts";
import { FirstStepRightsDocument } from "#logscale/generated/firstSteps.ts";
import { call, failureOf } from "#web/api/client.ts";
import { organizationQuery, policiesQuery } from "#web/api/queries.ts";
import { ingestRepositoriesQuery } from "#web/ingest/queries.ts";
import type { Inventory } from "#web/inventory/useInventory.ts";
import { holdingsQuery, kindRefusal } from "#web/permissions/holdings.ts";
import { Step } from "#web/roll-out/Step.tsx";
import { useSession } from "#web/state/organization.tsx";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { firstSteps } from "./steps.ts";

export interface FirstStepsProps {
  readonly inventory: Inventory;
  /** Whether they were asked for, so that they are shown though each is done. */
  readonly asked: boolean;
  readonly onHide: () => void;
}

/** What comes first in a new organization, how far it is, and what the caller may do of it. */
export function FirstSteps({ inventory: { tokens }, asked, onHide }: FirstStepsProps) {
  const session = useSession();
  const holdings = useQuery(holdingsQuery);
  const organization = useQuery(organizationQuery);
  const repositories = useQuery(ingestRepositoriesQuery);
  const policies = useQuery(policiesQuery);
  const rights = useQuery(firstStepRightsQuery);
  if ([holdings, organization, repositories, policies, rights].some(({ isPending }) => isPending)) {
    return <LoadingShape label="Loading the first steps" shape="form" rows={5} />;
  }
  // What may not be read is a step that is not known to be done; what could not be read says nothing of either.
  const unread = [holdings, organization, repositories, policies, rights].find(
    ({ data, error }) => data === undefined && error !== null && failureOf(error).kind !== "refused",
  );
  if (unread?.error != null) {
    return (
      <ErrorState
        title="How far the first steps are could not be read"
        failure={failureOf(unread.error)}
        onRetry={() => void unread.refetch()}
      />
    );
  }
  const held = holdings.data;
  const steps = firstSteps({
    gateway: session.backend === "gateway",
    repositories: repositories.data?.filter(({ system }) => !system).map(({ name }) => name),
    users: organization.data?.stats.userCount,
    policies: policies.data?.policies,
    tokens,
    may: {
      createRepository: rights.data?.mayCreateRepository === true,
      manageUsers: rights.data?.mayManageUsers === true,
      changePolicies: organization.data?.mayChangePolicies === true,
      createToken: tokenKinds.find(
        (kind) => held === undefined || kindRefusal(held, kind, session.user !== undefined) === undefined,
      ),
      createIngestToken: repositories.data?.some(({ mayChange }) => mayChange) === true,
    },
  });
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length && !asked) return null;
  const next = steps.findIndex((step) => !step.done && step.ways.length > 0);
  return (
    <Panel title={tokens.length === 0 ? "There are no tokens yet" : "First steps"}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", justifyContent: "space-between", gap: 2 }}>
        <Typography>
          {done === 0 ? "None" : done} of the {steps.length} first steps {done < 2 ? "is" : "are"} done.
        </Typography>
        <Button size="small" startIcon={<CloseIcon />} onClick={onHide}>
          Hide the first steps
        </Button>
      </Box>
      <Box component="ol" role="list" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
        {steps.map(({ title, text, done: taken, ways, who }, index) => (
          <Step key={title} level="h3" number={index + 1} title={title} done={taken} current={index === next}>
            {!taken && <Typography sx={{ color: "text.secondary", maxWidth: "70ch" }}>{text}</Typography>}
            {who !== undefined && <Typography sx={{ maxWidth: "70ch" }}>{who}</Typography>}
            {ways.length > 0 && (
              <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
                {ways.map(({ label, to }, place) => (
                  <Button
                    key={to}
                    component={RouterLink}
                    to={to}
                    size="small"
                    variant={index === next && place === 0 ? "contained" : "outlined"}
                  >
                    {label}
                  </Button>
                ))}
              </Box>
            )}
          </Step>
        ))}
      </Box>
      {tokens.length === 0 && <SampleOrganization />}
    </Panel>
  );
}

const firstStepRightsQuery = {
  queryKey: ["first-step-rights"],
  queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
    (await call(FirstStepRightsDocument, {}, { signal })).organization,
} as const;

const sampleCommands = [
  { where: "in the source", command: "npm run demo -- --port 8081" },
  { where: "with the package", command: "tokenhouse --demo --port 8081" },
] as const;

/** How an organization that is full can be looked at, beside this one. */
function SampleOrganization() {
  return (
    <Box component="section" aria-label="Sample organization" sx={{ borderTop: 1, borderColor: "divider", paddingTop: 4 }}>
      <Typography variant="h3">Look at a full one first</Typography>
      <Typography sx={{ color: "text.secondary", maxWidth: "70ch", marginBottom: 3 }}>
        A sample organization with 1,500 tokens runs beside this one, on any machine with Tokenhouse. It is kept in a folder of
        its own, so nothing of it comes in here. The command prints a sign-in link.
      </Typography>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 2, maxWidth: 640 }}>
        {sampleCommands.map(({ where, command }) => (
          <Box key={where} sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 2 }}>
            <Typography sx={{ width: 130, color: "text.secondary" }}>{where}</Typography>
            <Box sx={{ flex: "1 1 240px", minWidth: 0 }}>
              <CodeBlock label={`Command ${where}`}>{command}</CodeBlock>
            </Box>
            <CopyButton label={`Copy the command ${where}`} text={() => command} />
          </Box>
        ))}
      </Box>
    </Box>
  );
}
