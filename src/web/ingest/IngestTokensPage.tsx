import AddIcon from "@mui/icons-material/AddOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { Link as RouterLink, useNavigate, useSearchParams } from "react-router";

import { nameHolds, nameInText } from "#domain/name.ts";
import { failureOf } from "#web/api/client.ts";
import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { useServerNow } from "#web/api/useServerNow.ts";
import { useListView } from "#web/list/useListView.ts";
import type { ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DataTable } from "#web/ui/table/DataTable.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { useRememberedList } from "#web/ui/lists.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";
import { SearchBar, SearchField, SearchSelect } from "#web/ui/SearchField.tsx";

import { sortColumns, tokenColumns, type IngestSortColumn } from "./columns.tsx";
import { ingestChanged, ingestRepositoriesQuery, ingestTokensQuery, type IngestToken } from "./queries.ts";
import { RecentEvents } from "./RecentEvents.tsx";
import { StorageNote } from "./StorageNote.tsx";

const purpose =
  "Shippers send data into one repository with such a token, and can do nothing else with it. The security policies do not govern them.";

/** What the list can be sorted by. The repository is no filter of one list: the lists of others are not read then. */
const dialect: ListDialect<IngestSortColumn, object> = { columns: sortColumns, usual: "name", filters: {} };

/** The ingest tokens of all repositories, or of the one that the address names. */
export function IngestTokensPage() {
  useRememberedList(paths.ingestTokens);
  const client = useQueryClient();
  const [params] = useSearchParams();
  const repository = params.get("repository") ?? undefined;
  const repositories = useQuery(ingestRepositoriesQuery);
  const navigate = useNavigate();
  const chosen = (repositories.data ?? []).filter(({ name, mayChange }) =>
    repository === undefined ? mayChange : name === repository,
  );
  const readable = chosen.filter(({ mayChange }) => mayChange);
  const lists = useQueries({ queries: readable.map(({ name }) => ingestTokensQuery(name)) });
  const failed = lists.filter(({ isError }) => isError);
  const loaded = lists.filter(({ data }) => data !== undefined).length;
  const loading = repositories.data === undefined || loaded + failed.length < lists.length;
  const tokens = lists.flatMap(({ data }) => data ?? []);
  const create = readable.length > 0 && (
    <Button component={RouterLink} to={paths.newIngestToken(repository)} variant="contained" size="small" startIcon={<AddIcon />}>
      Create ingest token
    </Button>
  );

  return (
    <>
      <PageHeader
        title={repository === undefined ? "Ingest tokens" : `Ingest tokens of ${nameInText(repository)}`}
        actions={
          <>
            <ReadAgain
              busy={repositories.isFetching || lists.some(({ isFetching }) => isFetching)}
              onRead={() => void ingestChanged(client).then(() => announce("The ingest tokens were read again."))}
            />
            {create}
          </>
        }
      >
        {purpose}
      </PageHeader>
      <StorageNote />
      {repositories.isError && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title="The repositories could not be read"
            failure={failureOf(repositories.error)}
            onRetry={() => void repositories.refetch()}
          />
        </Box>
      )}
      {failed[0] !== undefined && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title={
              failed.length === lists.length
                ? "The ingest tokens could not be read"
                : `The ingest tokens of ${countOf(failed.length, "repository", "repositories")} could not be read and are missing below`
            }
            failure={failureOf(failed[0].error)}
            onRetry={() => {
              for (const list of failed) void list.refetch();
            }}
          />
        </Box>
      )}
      {loading ? (
        !repositories.isError && (
          <LoadingShape
            label="Loading ingest tokens"
            shape="table"
            progress={lists.length > 10 ? { loaded, total: lists.length } : undefined}
          />
        )
      ) : readable.length === 0 ? (
        <Unreadable repository={repository} found={chosen.length > 0} />
      ) : (
        failed.length < lists.length && (
          <>
            <TokenTable
              tokens={tokens}
              repositories={repositories.data.filter(({ mayChange }) => mayChange).map(({ name }) => name)}
              repository={repository}
              onRepository={(next) => void navigate(next === "" ? paths.ingestTokens : paths.ingestRepository(next))}
              create={create}
            />
            <Unseen count={repository === undefined ? repositories.data.filter(({ mayChange }) => !mayChange).length : 0} />
          </>
        )
      )}
      {repository !== undefined && chosen[0]?.mayRead === true && <Events repository={repository} />}
    </>
  );
}

function Unreadable({ repository, found }: { readonly repository: string | undefined; readonly found: boolean }) {
  if (repository === undefined) {
    return (
      <EmptyState title="No ingest tokens are shown to you">
        It takes the permission to change ingest tokens on a repository. LogScale shows those of its own repositories to nobody.
      </EmptyState>
    );
  }
  return found ? (
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
  );
}

function Unseen({ count: unseen }: { readonly count: number }) {
  if (unseen === 0) return null;
  return (
    <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginTop: 3 }}>
      The tokens of {countOf(unseen, "more repository", "more repositories")} are not in this list: you may not change ingest
      tokens there, or the repository is LogScale’s own.
    </Typography>
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

interface TokenTableProps {
  readonly tokens: readonly IngestToken[];
  readonly repositories: readonly string[];
  readonly repository: string | undefined;
  readonly onRepository: (name: string) => void;
  readonly create: ReactNode;
}

function TokenTable({ tokens, repositories, repository, onRepository, create }: TokenTableProps) {
  const now = useServerNow();
  const view = useListView(dialect);
  const knowsUse = tokens.some(({ use }) => use !== undefined);
  const columns = useMemo(() => tokenColumns(now, repository === undefined, knowsUse), [now, repository, knowsUse]);
  const wanted = view.search.trim().toLowerCase();
  const rows = useMemo(
    () =>
      wanted === ""
        ? tokens
        : tokens.filter(
            ({ repository: owner, name, parser }) =>
              nameHolds(name, wanted) || nameHolds(owner, wanted) || (parser !== null && nameHolds(parser, wanted)),
          ),
    [tokens, wanted],
  );
  const total = countOf(tokens.length, "ingest token");
  return (
    <>
      <SearchBar label="Narrow the ingest tokens">
        <SearchField label="Name, repository or parser" value={view.search} onChange={view.setSearch} />
        <SearchSelect label="Repository" value={repository ?? ""} onChange={(event) => onRepository(event.target.value)}>
          <option value="">All</option>
          {repositories.map((name) => (
            <option key={name} value={name}>
              {nameInText(name)}
            </option>
          ))}
        </SearchSelect>
        <Typography role="status" sx={{ color: "text.secondary" }}>
          {wanted === "" ? total : `${count(rows.length)} of ${total}`}
        </Typography>
      </SearchBar>
      <DataTable
        label="Ingest tokens"
        rows={rows}
        columns={columns}
        rowId={rowId}
        sorting={view.sortingState}
        onSortingChange={view.setSorting}
        position={view.row}
        onPositionChange={view.setRow}
        {...(repository !== undefined && { maxHeight: "40vh" })}
        empty={
          tokens.length === 0 ? (
            <EmptyState title="There are no ingest tokens" action={create}>
              {purpose}
            </EmptyState>
          ) : (
            <EmptyState
              title="No token matches"
              action={
                <Button variant="outlined" onClick={view.showAll}>
                  Show all {countOf(tokens.length, "token")}
                </Button>
              }
            />
          )
        }
      />
    </>
  );
}

function rowId({ repository, name }: IngestToken): string {
  return JSON.stringify([repository, name]);
}
