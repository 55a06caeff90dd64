import Button from "@mui/material/Button";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as RouterLink, useSearchParams } from "react-router";

import { gapsIn } from "#logscale/collectorSinks.ts";
import { failureOf } from "#web/api/client.ts";
import { configurationQuery, configurationsQuery, fleetTokensQuery, fleetRightsQuery } from "#web/fleet/queries.ts";
import { ingestRepositoriesQuery, ingestTokensQuery } from "#web/ingest/queries.ts";
import { paths } from "#web/paths.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { GoToAnchor } from "#web/ui/GoToAnchor.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { choiceIn, withChoice, type RollOutChoice } from "./choice.ts";
import { Choice } from "./Choice.tsx";
import { Sent } from "./Sent.tsx";
import { Step } from "./Step.tsx";

/** The way from a repository to collectors that send, how far it is, and what comes next. What is chosen stands in the address. */
export function RollOutPage() {
  const [params, setParams] = useSearchParams();
  const told = choiceIn(params);
  const rights = useQuery(fleetRightsQuery);
  const mayView = rights.data?.mayView === true;
  const mayChange = rights.data?.mayChange === true;
  const repositories = useQuery(ingestRepositoriesQuery);
  const tokens = useQuery({ ...ingestTokensQuery(told.repository ?? ""), enabled: told.repository !== undefined });
  const configurations = useQuery({ ...configurationsQuery, enabled: mayView });
  const fleetTokens = useQuery({ ...fleetTokensQuery, enabled: mayView });

  const fleetToken = fleetTokens.data?.rows.find(({ handle }) => handle === told.fleet);
  // Whoever comes back by a fleet token's page alone has chosen its configuration too.
  const choice: RollOutChoice = { ...told, configuration: told.configuration ?? fleetToken?.configuration?.id };
  const { repository = "", ingest = "", configuration = "", fleet = "" } = choice;
  const choose = (change: RollOutChoice) =>
    setParams(new URL(withChoice("/", { ...choice, ...change }), window.location.origin).searchParams, { replace: true });

  const places = repositories.data?.filter((one) => one.mayChange);
  const texts = useQuery({ ...configurationQuery(configuration), enabled: mayView && configuration !== "" }).data;
  const published = configurations.data?.rows.find(({ id }) => id === configuration);
  const version = published?.version ?? 0;
  const gaps = texts === undefined ? 0 : gapsIn(texts.draft ?? texts.yaml ?? "").length;
  const assigned = fleetToken !== undefined && configuration !== "" && fleetToken.configuration?.id === configuration;

  const done = {
    repository: places?.some(({ name }) => name === repository) === true,
    ingest: tokens.data?.some(({ name }) => name === ingest) === true,
    configuration: version > 0,
    fleet: assigned,
  };
  const next = (["repository", "ingest", "configuration", "fleet"] as const).find((step) => !done[step]) ?? "install";
  const failed = [repositories, tokens, rights, configurations, fleetTokens].find(({ isError }) => isError);
  return (
    <>
      <PageHeader title="Roll out collectors">
        From a repository to machines that send into it. What you choose stands in this page’s address, so you can come back to
        it, or send it to somebody.
      </PageHeader>
      {failed?.error != null && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title="Not everything could be read"
            failure={failureOf(failed.error)}
            onRetry={() => void failed.refetch()}
          />
        </Box>
      )}
      <GoToAnchor />
      <Box component="ol" role="list" aria-label="Steps" sx={{ listStyle: "none", margin: 0, padding: 0, maxWidth: 900 }}>
        <Step number={1} title="Repository" done={done.repository} current={next === "repository"}>
          <Words>Where the data goes.</Words>
          {places?.length === 0 && (
            <Words>
              There is no repository whose ingest tokens you may change. It takes the permission to change ingest tokens on it.
            </Words>
          )}
          <Choice
            label="Repository"
            value={repository}
            options={places?.map(({ name }) => ({ value: name, name }))}
            onChoose={(value) => choose({ repository: value, ingest: "" })}
          />
          <Ways>
            <Way to={paths.newRepository}>Create a repository</Way>
          </Ways>
        </Step>
        <Step number={2} title="Ingest token" done={done.ingest} current={next === "ingest"}>
          <Words>What the collectors send with. It takes data into that one repository, and can do nothing else.</Words>
          <Choice
            label="Ingest token"
            value={ingest}
            options={repository === "" ? [] : tokens.data?.map(({ name }) => ({ value: name, name }))}
            helper={repository === "" ? "Choose the repository first." : tokens.data?.length === 0 && "It has none yet."}
            onChoose={(value) => choose({ ingest: value })}
          />
          {repository !== "" && (
            <Ways>
              <Way to={paths.newIngestToken(repository)} main={next === "ingest" && tokens.data?.length === 0}>
                Create an ingest token
              </Way>
              {done.ingest && <Way to={paths.ingestToken(repository, ingest)}>Open it</Way>}
            </Ways>
          )}
        </Step>
        <Step number={3} title="Configuration" done={done.configuration} current={next === "configuration"}>
          <Words>
            What the collectors collect and where they send it. The server’s address is filled in, and the token is chosen, not
            typed.
          </Words>
          <FleetOnly mayView={rights.data?.mayView}>
            <Choice
              label="Configuration"
              value={configuration}
              options={configurations.data?.rows.map(({ id, name, version: times }) => ({
                value: id,
                name,
                remark: times === 0 ? "not published" : undefined,
              }))}
              helper={configurations.data?.rows.length === 0 && "There is none yet."}
              onChoose={(value) => choose({ configuration: value, fleet: "" })}
            />
            {published !== undefined && version === 0 && <Words strong>Machines get nothing of it before it is published.</Words>}
            {gaps > 0 && <Words strong>A sink in it still lacks an address or a token, so it would send nothing.</Words>}
            <Ways>
              {mayChange && (
                <Way
                  to={withChoice(paths.newCollectorConfiguration, { repository, ingest })}
                  main={next === "configuration" && published === undefined}
                >
                  Create a configuration
                </Way>
              )}
              {published !== undefined && (
                <Way
                  to={withChoice(paths.collectorConfiguration(configuration), { repository, ingest })}
                  main={next === "configuration"}
                >
                  {version === 0 ? "Look at it and publish it" : "Open it"}
                </Way>
              )}
            </Ways>
          </FleetOnly>
        </Step>
        <Step number={4} title="Fleet token" done={done.fleet} current={next === "fleet"}>
          <Words>What machines enrol with. It gives them the configuration that is assigned to it.</Words>
          <FleetOnly mayView={rights.data?.mayView}>
            <Choice
              label="Fleet token"
              value={fleet}
              options={fleetTokens.data?.rows.map(({ handle, name, configuration: has }) => ({
                value: handle,
                name,
                remark: has === null ? "no configuration" : has.id === configuration ? "has the configuration" : undefined,
              }))}
              helper={fleetTokens.data?.rows.length === 0 && "There is none yet."}
              onChoose={(value) => choose({ fleet: value })}
            />
            {fleetToken !== undefined && !assigned && (
              <Words strong>It has another configuration, or none. Assign this one on its page.</Words>
            )}
            <Ways>
              {mayChange && (
                <Way
                  to={withChoice(paths.newFleetToken, { repository, ingest, configuration })}
                  main={next === "fleet" && fleetToken === undefined}
                >
                  Create a fleet token
                </Way>
              )}
              {fleetToken !== undefined && (
                <Way to={withChoice(paths.fleetToken(fleet), { repository, ingest })} main={next === "fleet"}>
                  Open it
                </Way>
              )}
            </Ways>
          </FleetOnly>
        </Step>
        <Step number={5} title="Install and enrol" current={next === "install"}>
          <Words>
            Three commands on each machine at most: install the collector, give it the token where the configuration takes it from
            a variable, and enrol. Which machines have enrolled is not told here.
          </Words>
          {fleetToken !== undefined && (
            <Ways>
              <Way to={`${withChoice(paths.fleetToken(fleet), { repository, ingest })}#fleet-install`} main={next === "install"}>
                Show the commands
              </Way>
            </Ways>
          )}
        </Step>
        <Step number={6} anchor="sent" title="What has sent">
          {done.ingest ? (
            <Sent repository={repository} name={ingest} />
          ) : (
            <Words>Choose the ingest token above to see what was sent with it.</Words>
          )}
        </Step>
      </Box>
    </>
  );
}

function FleetOnly({ mayView, children }: { readonly mayView: boolean | undefined; readonly children: ReactNode }) {
  if (mayView === undefined) return null;
  return mayView ? (
    children
  ) : (
    <Words strong>
      The fleet is not shown to you: it takes the organization permission to change fleet management. Somebody who has it can go
      on from here: send them this page’s address.
    </Words>
  );
}

function Words({ strong = false, children }: { readonly strong?: boolean; readonly children: ReactNode }) {
  return <Typography sx={{ color: strong ? "text.primary" : "text.secondary", maxWidth: "70ch" }}>{children}</Typography>;
}

function Ways({ children }: { readonly children: ReactNode }) {
  return <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>{children}</Box>;
}

interface WayProps {
  readonly to: string;
  /** Whether it is what comes next. */
  readonly main?: boolean;
  readonly children: ReactNode;
}

function Way({ to, main = false, children }: WayProps) {
  return (
    <Button component={RouterLink} to={to} size="small" variant={main ? "contained" : "outlined"}>
      {children}
    </Button>
  );
}
