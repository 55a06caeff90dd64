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
import { finder } from "#web/list/finder.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import type { ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { SearchSelect } from "#web/ui/SearchField.tsx";

import { sortColumns, tokenColumns, type IngestSortColumn } from "./columns.tsx";
import { ingestChanged, ingestRepositoriesQuery, ingestTokensQuery, type IngestToken } from "./queries.ts";
import { RecentEvents } from "./RecentEvents.tsx";
import { StorageNote } from "./StorageNote.tsx";

const purpose =
  "Shippers send data into one repository with such a token, and can do nothing else with it. The security policies do not govern them.";

/** What the list can be sorted by. The repository is no filter of one list: the lists of others are not read then. */
const dialect: ListDialect<IngestSortColumn, object> = { columns: sortColumns, usual: "name", filters: {} };

const find = finder<IngestToken>(
  ({ repository, name, parser }, text) =>
    nameHolds(name, text) || nameHolds(repository, text) || (parser !== null && nameHolds(parser, text)),
);

/** The ingest tokens of all repositories, or of the one that the link names. */
export function IngestTokensPage() {
  const client = useQueryClient();
  const [params] = useSearchParams();
  const repository = params.get("repository") ?? undefined;
  const repositories = useQuery(ingestRepositoriesQuery);
  const all = repositories.data ?? [];
  const chosen = all.filter(({ name, mayChange }) => (repository === undefined ? mayChange : name === repository));
  const readable = chosen.filter(({ mayChange }) => mayChange);
  const lists = useQueries({ queries: readable.map(({ name }) => ingestTokensQuery(name)) });
  const failed = lists.filter(({ isError }) => isError);
  const loaded = lists.filter(({ data }) => data !== undefined).length;
  const waiting = repositories.data === undefined || lists.some(({ data, isError }) => data === undefined && !isError);
  const error = repositories.error ?? (failed.length === lists.length ? failed[0]?.error : undefined);
  const create = readable.length > 0 && (
    <Button component={RouterLink} to={paths.newIngestToken(repository)} variant="contained" size="small" startIcon={<AddIcon />}>
      Create ingest token
    </Button>
  );

  return (
    <>
      <ListPage
        title={repository === undefined ? "Ingest tokens" : `Ingest tokens of ${nameInText(repository)}`}
        path={paths.ingestTokens}
        what="ingest tokens"
        purpose={purpose}
        data={waiting || (loaded === 0 && failed.length > 0) ? undefined : lists}
        failure={error == null ? undefined : failureOf(error)}
        reading={repositories.isFetching || lists.some(({ isFetching }) => isFetching)}
        onRead={() => void ingestChanged(client)}
        hidden={
          repositories.data !== undefined && readable.length === 0 ? (
            <Unreadable repository={repository} found={chosen.length > 0} />
          ) : undefined
        }
        partial={
          <>
            <StorageNote />
            {failed[0] !== undefined && failed.length < lists.length && (
              <Box sx={{ marginBottom: 4 }}>
                <ErrorState
                  title={`The ingest tokens of ${countOf(failed.length, "repository", "repositories")} could not be read, and are missing below or as they were read before`}
                  failure={failureOf(failed[0].error)}
                  onRetry={() => {
                    for (const list of failed) void list.refetch();
                  }}
                />
              </Box>
            )}
          </>
        }
        progress={lists.length > 10 ? { loaded, total: lists.length } : undefined}
        create={create}
      >
        {(read) => (
          <>
            <TokenTable
              tokens={read.flatMap(({ data }) => data ?? [])}
              repositories={all.filter(({ mayChange }) => mayChange).map(({ name }) => name)}
              repository={repository}
              create={create}
            />
            <Unseen count={repository === undefined ? all.filter(({ mayChange }) => !mayChange).length : 0} />
          </>
        )}
      </ListPage>
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
  readonly create: ReactNode;
}

function TokenTable({ tokens, repositories, repository, create }: TokenTableProps) {
  const now = useServerNow();
  const navigate = useNavigate();
  const view = useListView(dialect);
  const knowsUse = tokens.some(({ use }) => use !== undefined);
  const columns = useMemo(() => tokenColumns(now, repository === undefined, knowsUse), [now, repository, knowsUse]);
  return (
    <ListTable
      noun={["ingest token", "ingest tokens"]}
      view={view}
      rows={tokens}
      columns={columns}
      rowId={rowId}
      searched="Name, repository or parser"
      find={find}
      filters={
        <SearchSelect
          label="Repository"
          value={repository ?? ""}
          onChange={({ target }) =>
            void navigate(target.value === "" ? paths.ingestTokens : paths.ingestRepository(target.value))
          }
        >
          <option value="">All</option>
          {repositories.map((name) => (
            <option key={name} value={name}>
              {nameInText(name)}
            </option>
          ))}
        </SearchSelect>
      }
      empty={
        <EmptyState title="There are no ingest tokens" action={create}>
          {purpose}
        </EmptyState>
      }
      {...(repository !== undefined && { maxHeight: "40vh" })}
    />
  );
}

function rowId({ repository, name }: IngestToken): string {
  return JSON.stringify([repository, name]);
}
