import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { nameHolds, nameInText } from "#domain/name.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, organizationQuery } from "#web/api/queries.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { useListView } from "#web/list/useListView.ts";
import type { ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DataTable } from "#web/ui/table/DataTable.tsx";
import { distinctNames } from "#web/ui/distinctNames.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { useRememberedList } from "#web/ui/lists.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";
import { SearchBar, SearchField } from "#web/ui/SearchField.tsx";
import { listWords } from "#web/ui/listWords.ts";

import { filterColumns, type FilterRow } from "./columns.tsx";
import { usesChanged } from "./requests.ts";
import { isWaiting, type FilterUse } from "./use.ts";
import { useUses } from "./useUses.ts";

/** What IP filters are for. */
const purpose =
  "Rules that say from which addresses a token can be used. A token gets its filter when it is created, or from a security policy that enforces one.";

/** The columns that can be sorted by: the name, the tokens of each kind, and what enforces the filter. */
const dialect: ListDialect<"name" | TokenKind | "enforced", object> = {
  columns: ["name", ...tokenKinds, "enforced"],
  usual: "name",
  filters: {},
};

/** All IP filters, and who uses them. */
export function IpFiltersPage() {
  useRememberedList(paths.ipFilters);
  const client = useQueryClient();
  const filters = useQuery(ipFiltersQuery);
  const mayChange = useQuery(organizationQuery).data?.mayChangeIpFilters;
  const failure = filters.isError ? failureOf(filters.error) : undefined;
  const create = mayChange === true && (
    <Button component={RouterLink} to={paths.newIpFilter} variant="contained" size="small" startIcon={<AddIcon />}>
      Create
    </Button>
  );
  return (
    <>
      <PageHeader
        title="IP filters"
        actions={
          <>
            <ReadAgain
              busy={filters.isFetching}
              onRead={() => {
                void filters.refetch().then(() => announce("The IP filters were read again."));
                void usesChanged(client);
              }}
            />
            {create}
          </>
        }
      >
        {purpose}
      </PageHeader>
      {failure !== undefined && (filters.data !== undefined || failure.kind !== "refused") && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title={
              filters.data === undefined
                ? "The IP filters could not be read"
                : "The IP filters could not be read again; below is what was read before"
            }
            failure={failure}
            onRetry={() => void filters.refetch()}
          />
        </Box>
      )}
      {filters.data !== undefined ? (
        <FilterTable filters={filters.data} create={create} />
      ) : failure === undefined ? (
        <LoadingShape label="Loading the IP filters" shape="table" />
      ) : (
        failure.kind === "refused" && (
          <EmptyState title="IP filters are not shown to you">
            {failure.message}. Somebody who administers the organization’s permissions can give you the right.
          </EmptyState>
        )
      )}
    </>
  );
}

function FilterTable({ filters, create }: { readonly filters: readonly IpFilter[]; readonly create: React.ReactNode }) {
  const usesById = useUses();
  const view = useListView(dialect);

  const all = useMemo(() => {
    const names = distinctNames(filters);
    return filters.map((filter): FilterRow => ({
      ...filter,
      use: usesById(filter.id),
      distinctName: names.get(filter.id) ?? nameInText(filter.name),
    }));
  }, [filters, usesById]);
  const wanted = useDeferredValue(view.search.trim().toLowerCase());
  const rows = useMemo(
    () =>
      wanted === ""
        ? all
        : all.filter(
            ({ id, name, ipFilter }) =>
              nameHolds(name, wanted) || [id, ipFilter].some((text) => text.toLowerCase().includes(wanted)),
          ),
    [all, wanted],
  );
  const total = countOf(filters.length, "IP filter");
  const summary = rows === all ? total : `${count(rows.length)} of ${total}`;
  const progress = useOverallLoadProgress();
  const use = all[0]?.use;

  return (
    <>
      <SearchBar label="Narrow the IP filters">
        <SearchField label="Name, rule or id" value={view.search} onChange={view.setSearch} />
        <Typography role="status" sx={{ color: "text.secondary" }}>
          {summary}
        </Typography>
        {use !== undefined && isWaiting(use) && (
          <Typography sx={{ color: "text.secondary" }}>
            Counting the tokens that use them
            {progress !== undefined && `: ${count(progress.loaded)} of ${count(progress.total)} read`}
          </Typography>
        )}
      </SearchBar>
      <DataTable
        label="IP filters"
        rows={rows}
        columns={filterColumns}
        rowId={idOf}
        sorting={view.sortingState}
        onSortingChange={view.setSorting}
        position={view.row}
        onPositionChange={view.setRow}
        empty={
          filters.length === 0 ? (
            <EmptyState title="There are no IP filters" action={create}>
              {purpose}
            </EmptyState>
          ) : (
            <EmptyState
              title="No IP filter matches"
              action={
                <Button variant="outlined" onClick={view.showAll}>
                  Show all {total}
                </Button>
              }
            />
          )
        }
      />
      {/* Below the table, which must not move when it turns out. */}
      {use !== undefined && <UseNotes use={use} />}
    </>
  );
}

function idOf({ id }: FilterRow): string {
  return id;
}

/** How far the counts of tokens reach; the same for every filter. */
function UseNotes({ use }: { readonly use: FilterUse }) {
  const unseen = tokenKinds.filter((kind) => use.kinds[kind].state !== "complete" && use.kinds[kind].state !== "waiting");
  if (unseen.length === 0) return null;
  return (
    <Alert severity="info" sx={{ marginTop: 4 }}>
      Not all {listWords(unseen.map((kind) => kindTraits[kind].noun))} tokens are visible to you, so a filter may be used where
      this list does not say so.
    </Alert>
  );
}
