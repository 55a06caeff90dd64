import AddIcon from "@mui/icons-material/AddOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { useCallback, type ReactNode } from "react";
import { Link as RouterLink, useSearchParams } from "react-router";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import { offers } from "#web/api/session.ts";
import { InventoryPage } from "#web/inventory/InventoryPage.tsx";
import { paths } from "#web/paths.ts";
import { RollOutButton } from "#web/roll-out/RollOutButton.tsx";
import { useSession } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { allIngestTokensQuery, ingestRepositoriesQuery } from "./queries.ts";
import { RecentEvents } from "./RecentEvents.tsx";
import { StorageNote } from "./StorageNote.tsx";

const purpose =
  "Shippers send data into one repository with such a token, and can do nothing else with it. The security policies do not govern them.";

/** The ingest tokens of all repositories, or of the one that the link names. */
export function IngestTokensPage() {
  const [params] = useSearchParams();
  const repository = params.get("repository") ?? undefined;
  const repositories = useQuery(ingestRepositoriesQuery).data;
  const within = useCallback(
    ({ ingest }: InventoryToken) => ingest !== undefined && (repository === undefined || ingest.repository === repository),
    [repository],
  );
  const chosen = repositories?.find(({ name }) => name === repository);
  const readable = repositories?.some(({ mayChange }) => mayChange) === true && chosen?.mayChange !== false;
  if (repository !== undefined && repositories !== undefined && chosen?.mayChange !== true) {
    return (
      <OneUnreadable repository={repository} found={chosen !== undefined}>
        {chosen?.mayRead === true && <Events repository={repository} />}
      </OneUnreadable>
    );
  }
  const create = readable && (
    <Button component={RouterLink} to={paths.newIngestToken(repository)} variant="contained" size="small" startIcon={<AddIcon />}>
      Create ingest token
    </Button>
  );
  return (
    <>
      <InventoryPage
        kind="ingest"
        within={within}
        title={repository === undefined ? "Ingest tokens" : `Ingest tokens of ${nameInText(repository)}`}
        path={paths.ingestTokens}
        purpose={purpose}
        create={create}
        hidden={
          <EmptyState title="No ingest tokens are shown to you">
            It takes the permission to change ingest tokens on a repository. LogScale shows those of its own repositories to
            nobody.
          </EmptyState>
        }
        renderEmpty={() => (
          <EmptyState
            title="There are no ingest tokens"
            action={
              create !== false && (
                <>
                  {create}
                  <RollOutButton choice={{ repository }} />
                </>
              )
            }
          >
            {purpose}
          </EmptyState>
        )}
        above={
          <>
            <StorageNote />
            <Unread />
          </>
        }
        {...(repository !== undefined && { maxHeight: "40vh" })}
      />
      {repository !== undefined && chosen?.mayRead === true && <Events repository={repository} />}
    </>
  );
}

/** Which repositories' tokens could not be read, where others' could. */
function Unread() {
  const { data, refetch } = useQuery(allIngestTokensQuery);
  const [first] = data?.failed ?? [];
  if (data === undefined || first === undefined) return null;
  return (
    <Box sx={{ marginBottom: 4 }}>
      <ErrorState
        title={`The ingest tokens of ${countOf(data.failed.length, "repository", "repositories")} could not be read, and are missing below`}
        failure={first.failure}
        onRetry={() => void refetch()}
      />
    </Box>
  );
}

interface OneUnreadableProps {
  readonly repository: string;
  /** Whether the caller is shown the repository. */
  readonly found: boolean;
  readonly children: ReactNode;
}

/** Stands in place of the tokens of a repository that does not show them to the caller, or is not there. */
function OneUnreadable({ repository, found, children }: OneUnreadableProps) {
  return (
    <>
      <PageHeader title={`Ingest tokens of ${nameInText(repository)}`}>{purpose}</PageHeader>
      {found ? (
        <EmptyState title="The ingest tokens of this repository are not shown to you">
          It takes the permission to change ingest tokens on it. LogScale shows those of its own repositories to nobody.
        </EmptyState>
      ) : (
        <EmptyState
          title="There is no such repository, or you have no access to it"
          action={
            <Button component={RouterLink} to={paths.ingestTokens} variant="outlined">
              All ingest tokens
            </Button>
          }
        >
          It may have been deleted or renamed.
        </EmptyState>
      )}
      {children}
    </>
  );
}

function Events({ repository }: { readonly repository: string }) {
  const session = useSession();
  if (!offers(session, "ingestUse")) return null;
  return (
    <Box sx={{ marginTop: 6 }}>
      <Panel title="Last events received">
        <RecentEvents repository={repository} />
      </Panel>
    </Box>
  );
}
