import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { nameHolds, nameInText } from "#domain/name.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, organizationQuery } from "#web/api/queries.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { finder } from "#web/list/finder.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { count } from "#web/ui/counts.ts";
import { distinctNames } from "#web/ui/distinctNames.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
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

const find = finder<FilterRow>(
  ({ id, name, ipFilter }, text) => nameHolds(name, text) || [id, ipFilter].some((told) => told.toLowerCase().includes(text)),
);

/** All IP filters, and who uses them. */
export function IpFiltersPage() {
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
    <ListPage
      title="IP filters"
      path={paths.ipFilters}
      what="IP filters"
      purpose={purpose}
      data={filters.data}
      failure={failure}
      reading={filters.isFetching}
      onRead={() => {
        void filters.refetch();
        void usesChanged(client);
      }}
      hidden={
        filters.data === undefined && failure?.kind === "refused" ? (
          <EmptyState title="IP filters are not shown to you">
            {failure.message}. Somebody who administers the organization’s permissions can give you the right.
          </EmptyState>
        ) : undefined
      }
      // Who may read filters reads all of them. How far the counts of tokens reach stands below the table.
      partial={undefined}
      create={create}
    >
      {(read) => <FilterTable filters={read} create={create} />}
    </ListPage>
  );
}

function FilterTable({ filters, create }: { readonly filters: readonly IpFilter[]; readonly create: React.ReactNode }) {
  const usesById = useUses();
  const view = useListView(dialect);
  const rows = useMemo(() => {
    const names = distinctNames(filters);
    return filters.map((filter): FilterRow => ({
      ...filter,
      use: usesById(filter.id),
      distinctName: names.get(filter.id) ?? nameInText(filter.name),
    }));
  }, [filters, usesById]);
  const progress = useOverallLoadProgress();
  const use = rows[0]?.use;
  return (
    <>
      <ListTable
        noun={["IP filter", "IP filters"]}
        view={view}
        rows={rows}
        columns={filterColumns}
        rowId={idOf}
        searched="Name, rule or id"
        find={find}
        filters={
          use !== undefined &&
          isWaiting(use) && (
            <Typography sx={{ color: "text.secondary" }}>
              Counting the tokens that use them
              {progress !== undefined && `: ${count(progress.loaded)} of ${count(progress.total)} read`}
            </Typography>
          )
        }
        empty={
          <EmptyState title="There are no IP filters" action={create}>
            {purpose}
          </EmptyState>
        }
      />
      {/* Below the table, which must not move when it turns out. */}
      {use !== undefined && <UseNotes use={use} />}
    </>
  );
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
