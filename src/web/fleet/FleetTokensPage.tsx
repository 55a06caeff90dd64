import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";

import { nameHolds } from "#domain/name.ts";
import { failureOf } from "#web/api/client.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { useListView } from "#web/list/useListView.ts";
import type { ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { compareNames } from "#web/ui/compareNames.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DataTable } from "#web/ui/table/DataTable.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { useRememberedList } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name } from "#web/ui/Name.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { SearchBar, SearchField } from "#web/ui/SearchField.tsx";

import { CellLink } from "./CellLink.tsx";
import { CreateTokenDialog } from "./CreateTokenDialog.tsx";
import { FleetGate } from "./FleetGate.tsx";
import { fleetTokensQuery, type FleetToken } from "./queries.ts";

const purpose =
  "Install log collectors across a fleet: a machine enrols with the token and gets the configuration that is assigned to it. The security policies do not govern them.";

/** All fleet installation tokens, without their values. */
export function FleetTokensPage() {
  useRememberedList(paths.fleetTokens);
  return (
    <FleetGate title="Fleet tokens" purpose={purpose}>
      {({ mayChange }) => <Tokens mayChange={mayChange} />}
    </FleetGate>
  );
}

function Tokens({ mayChange }: { readonly mayChange: boolean }) {
  const tokens = useQuery(fleetTokensQuery);
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const create = mayChange && (
    <Button variant="contained" startIcon={<AddIcon />} onClick={() => setCreating(true)}>
      Create fleet token
    </Button>
  );
  return (
    <>
      <PageHeader title="Fleet tokens" actions={create}>
        {purpose}
      </PageHeader>
      {tokens.isError && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title="The fleet tokens could not be read"
            failure={failureOf(tokens.error)}
            onRetry={() => void tokens.refetch()}
          />
        </Box>
      )}
      {tokens.data === undefined ? (
        !tokens.isError && <LoadingShape label="Loading fleet tokens" shape="table" />
      ) : (
        <>
          {!tokens.data.steady && (
            <Alert severity="warning" sx={{ marginBottom: 4 }}>
              The list kept changing while it was read, so some tokens may be missing.
            </Alert>
          )}
          <TokenTable tokens={tokens.data.rows} create={create} />
        </>
      )}
      {creating && (
        <CreateTokenDialog
          names={tokens.data?.rows.map(({ name }) => name) ?? []}
          onCancel={() => setCreating(false)}
          onCreated={(address) => void navigate(paths.fleetToken(address))}
        />
      )}
    </>
  );
}

function TokenTable({ tokens, create }: { readonly tokens: readonly FleetToken[]; readonly create: ReactNode }) {
  const now = useServerNow();
  const view = useListView(dialect);
  const columns = useMemo(
    () =>
      tokenColumns(
        now,
        tokens.some(({ createdAt }) => createdAt !== undefined),
      ),
    [now, tokens],
  );
  const wanted = view.search.trim().toLowerCase();
  const rows = useMemo(
    () =>
      wanted === ""
        ? tokens
        : tokens.filter(
            ({ name, configuration }) =>
              nameHolds(name, wanted) || (configuration !== null && nameHolds(configuration.name, wanted)),
          ),
    [tokens, wanted],
  );
  const total = countOf(tokens.length, "fleet token");
  return (
    <>
      <SearchBar label="Narrow the fleet tokens">
        <SearchField label="Name or configuration" value={view.search} onChange={view.setSearch} />
        <Typography role="status" sx={{ color: "text.secondary" }}>
          {rows === tokens ? total : `${count(rows.length)} of ${total}`}
        </Typography>
      </SearchBar>
      <DataTable
        label="Fleet tokens"
        rows={rows}
        columns={columns}
        rowId={addressOfRow}
        sorting={view.sortingState}
        onSortingChange={view.setSorting}
        position={view.row}
        onPositionChange={view.setRow}
        empty={
          tokens.length === 0 ? (
            <EmptyState title="There are no fleet tokens" action={create}>
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

function addressOfRow({ address }: FleetToken): string {
  return address;
}

const dialect: ListDialect<"name" | "configuration" | "createdAt" | "createdBy", object> = {
  columns: ["name", "configuration", "createdAt", "createdBy"],
  usual: "name",
  filters: {},
};

/** The columns; the last ones only where the backend knows where tokens come from. */
function tokenColumns(now: number, knowsOrigin: boolean): ColumnDef<FleetToken>[] {
  const columns: ColumnDef<FleetToken>[] = [
    {
      id: "name",
      header: "Name",
      size: 260,
      accessorFn: ({ name }) => name,
      sortingFn: (a, b) => compareNames(a.original.name, b.original.name),
      cell: ({ row: { original } }) => <CellLink to={paths.fleetToken(original.address)}>{original.name}</CellLink>,
    },
    {
      id: "configuration",
      header: "Configuration",
      size: 240,
      accessorFn: ({ configuration }) => configuration?.name ?? "",
      sortingFn: (a, b) => compareNames(a.original.configuration?.name ?? "", b.original.configuration?.name ?? ""),
      cell: ({ row: { original } }) =>
        original.configuration === null ? (
          <span className="quiet">not assigned</span>
        ) : (
          <CellLink to={paths.collectorConfiguration(original.configuration.id)}>{original.configuration.name}</CellLink>
        ),
    },
  ];
  if (!knowsOrigin) return columns;
  return [
    ...columns,
    {
      id: "createdAt",
      header: "Created",
      size: 140,
      accessorFn: ({ createdAt }) => createdAt ?? 0,
      cell: ({ row: { original } }) => original.createdAt !== undefined && <Instant at={original.createdAt} now={now} />,
    },
    {
      id: "createdBy",
      header: "Created by",
      size: 160,
      accessorFn: ({ createdBy }) => createdBy ?? "",
      cell: ({ row: { original } }) =>
        original.createdBy !== undefined && (
          <Hint cut hint={<Name>{original.createdBy}</Name>}>
            <Name>{original.createdBy}</Name>
          </Hint>
        ),
    },
  ];
}
