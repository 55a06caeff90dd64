import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import RenewIcon from "@mui/icons-material/MoreTimeOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { Link as RouterLink, useLocation, useNavigate, useSearchParams } from "react-router";

import { ingestKey } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import { failureOf } from "#web/api/client.ts";
import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { useServerNow } from "#web/api/useServerNow.ts";
import { fleetRightsQuery } from "#web/fleet/queries.ts";
import { compareLink } from "#web/inventory/compare/link.ts";
import { paths } from "#web/paths.ts";
import { count } from "#web/ui/counts.ts";
import { NextStep } from "#web/roll-out/NextStep.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";
import { listLink } from "#web/ui/lists.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { mainAndSide } from "#web/ui/mainAndSide.ts";
import { Name } from "#web/ui/Name.tsx";
import { tellAt } from "#web/ui/notice.ts";
import { presentAfter } from "#web/ui/times.ts";

import { DeleteDialog } from "./DeleteDialog.tsx";
import { ParserField } from "./ParserField.tsx";
import { ingestChanged, ingestRepositoriesQuery, ingestTokensQuery } from "./queries.ts";
import { RecentEvents } from "./RecentEvents.tsx";
import { StorageNote } from "./StorageNote.tsx";
import { TestEvent } from "./TestEvent.tsx";
import { useHeldValue, ValuePanel } from "./ValuePanel.tsx";

const RenewIngestDialog = lazyDialog(async () => (await import("#web/renewal/RenewIngestDialog.tsx")).RenewIngestDialog);
const IngestPairs = lazyPart(async () => (await import("#web/renewal/TokenPairs.tsx")).IngestPairs);
const IngestFindings = lazyPart(async () => (await import("#web/inventory/findings/TokenFindings.tsx")).IngestFindings);

/** One ingest token: its value, what sends with it, its parser, and whether data arrives. */
export function IngestTokenPage() {
  const [params] = useSearchParams();
  const repository = params.get("repository") ?? "";
  const name = params.get("name") ?? "";
  const tokens = useQuery(ingestTokensQuery(repository));
  const token = tokens.data?.find((candidate) => candidate.name === name);
  const back = (
    <Button component={RouterLink} to={paths.ingestRepository(repository)} variant="outlined">
      Ingest tokens of <Name>{repository}</Name>
    </Button>
  );
  if (token !== undefined) {
    return (
      <TokenView
        key={JSON.stringify([repository, name])}
        token={token}
        notice={
          tokens.isError && (
            <ErrorState
              title="The token could not be read again; below is what was read before"
              failure={failureOf(tokens.error)}
              onRetry={() => void tokens.refetch()}
            />
          )
        }
      />
    );
  }
  const failure = tokens.isError ? failureOf(tokens.error) : undefined;
  return (
    <>
      <PageHeader title="Ingest token" actions={back} />
      {failure !== undefined ? (
        <ErrorState title="The ingest token could not be read" failure={failure} onRetry={() => void tokens.refetch()} />
      ) : tokens.data === undefined ? (
        <LoadingShape label="Loading the ingest token" shape="form" rows={4} />
      ) : (
        <EmptyState title={`${nameInText(repository)} has no ingest token of this name`} action={back}>
          It may have been deleted meanwhile.
        </EmptyState>
      )}
    </>
  );
}

function TokenView({ token, notice }: { readonly token: IngestToken; readonly notice: ReactNode }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useServerNow();
  const session = useSession();
  const mayRead = useQuery(ingestRepositoriesQuery).data?.find(({ name }) => name === token.repository)?.mayRead ?? false;
  const value = useHeldValue(token.repository, token.name);
  const [asking, setAsking] = useState<"renew" | "delete">();
  const { state } = useLocation();
  const justMade = state === "created" || state === "renewed";
  const mayLook = offers(session, "ingestUse") && mayRead;
  const rollsOut = useQuery(fleetRightsQuery).data?.mayChange === true;
  const { repository, name, use } = token;

  return (
    <>
      <PageHeader
        title={nameInText(name)}
        actions={
          <>
            <Button variant="outlined" startIcon={<RenewIcon />} onClick={() => setAsking("renew")}>
              Renew
            </Button>
            <Button variant="outlined" color="error" startIcon={<DeleteIcon />} onClick={() => setAsking("delete")}>
              Delete
            </Button>
          </>
        }
      >
        <Link component={RouterLink} to={paths.ingestTokens}>
          Ingest token
        </Link>{" "}
        of{" "}
        <Link component={RouterLink} to={paths.ingestRepository(repository)}>
          <Name>{repository}</Name>
        </Link>
        {" · "}
        <Link component={RouterLink} to={compareLink([ingestKey(repository, name)])}>
          Compare with…
        </Link>
      </PageHeader>
      {notice !== false && <Box sx={{ marginBottom: 4 }}>{notice}</Box>}
      {justMade && (
        <Alert severity="success" sx={{ marginBottom: 4 }}>
          The token was created. Take a configuration below, or send a test event first.
          {state === "renewed" && (
            <>
              {" "}
              Change every shipper that sends with the former token to this one's value. Delete the former one once nothing sends
              with it:{" "}
              <Link component={RouterLink} to={paths.renewals} color="inherit">
                see what comes next
              </Link>
              .
            </>
          )}
        </Alert>
      )}
      <Box sx={{ display: "flex", flexDirection: "column", gap: 3, marginBottom: 4, "&:empty": { display: "none" } }}>
        <Suspense fallback={null}>
          <IngestPairs token={token} />
        </Suspense>
      </Box>
      <StorageNote />
      <Box sx={mainAndSide}>
        <Box sx={{ display: "flex", flexDirection: "column", gap: 6, minWidth: 0 }}>
          <ValuePanel token={token} value={value} />
          {rollsOut && (
            <NextStep
              label="Create a configuration for collectors"
              to={paths.newCollectorConfiguration}
              choice={{ repository, ingest: name }}
            >
              For many machines at once: LogScale Collectors that get their configuration from here, and send with this token.
            </NextStep>
          )}
        </Box>
        <Box sx={{ display: "flex", flexDirection: "column", gap: 6, minWidth: 0 }}>
          <Panel title="Parser">
            <ParserField token={token} />
          </Panel>
          <Panel title="Does data arrive?">
            <TestEvent token={token} value={value} mayLook={mayLook} />
            {use !== undefined && (
              <Facts>
                <Fact term="Last used">
                  {use.lastUsedAt === null ? (
                    "Never"
                  ) : (
                    <>
                      <Instant at={use.lastUsedAt} now={presentAfter(use.lastUsedAt, now)} />
                      {use.lastUsedFrom !== null && ` from ${use.lastUsedFrom}`}
                    </>
                  )}
                </Fact>
                <Fact term="Events">
                  {count(use.events)}, {count(use.eventsInLastDay)} in the last day
                </Fact>
                <Fact term="Bytes">{count(use.bytes)}</Fact>
                <Fact term="Created">
                  <Instant at={use.createdAt} now={presentAfter(use.createdAt, now)} /> by <Name>{use.createdBy}</Name>
                </Fact>
                <Fact term="Value">{use.isCustom ? "Chosen by its creator" : "Generated"}</Fact>
              </Facts>
            )}
            {mayLook && (
              <section aria-label="Last events with this token">
                <Typography variant="h3" sx={{ marginBottom: 2 }}>
                  Last events with this token
                </Typography>
                <RecentEvents repository={repository} token={name} />
              </section>
            )}
          </Panel>
        </Box>
      </Box>
      <Box sx={{ marginTop: 6 }}>
        <Suspense fallback={null}>
          <IngestFindings
            token={token}
            ways={{
              renew: { label: "Make its successor…", onClick: () => setAsking("renew") },
              delete: { label: "Remove…", onClick: () => setAsking("delete") },
            }}
          />
        </Suspense>
      </Box>
      <Suspense fallback={null}>
        {asking === "renew" && (
          <RenewIngestDialog
            token={token}
            onCancel={() => setAsking(undefined)}
            onRenewed={(next) => {
              announce(`The ingest token ${nameInText(name)} was renewed.`);
              void navigate(paths.ingestToken(repository, next), { state: "renewed" });
            }}
          />
        )}
      </Suspense>
      {asking === "delete" && (
        <DeleteDialog
          token={token}
          onCancel={() => setAsking(undefined)}
          onDeleted={() => {
            const list = listLink(paths.ingestTokens);
            tellAt(list.replace(/\?.*$/u, ""), `The ingest token ${nameInText(name)} was deleted.`);
            void navigate(list, { replace: true });
            void ingestChanged(client);
          }}
        />
      )}
    </>
  );
}
