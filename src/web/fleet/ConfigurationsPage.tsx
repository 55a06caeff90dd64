import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";

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
import { Instant } from "#web/ui/Instant.tsx";
import { useRememberedList } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name } from "#web/ui/Name.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { CellLink } from "./CellLink.tsx";
import { CreateConfigurationDialog } from "./CreateConfigurationDialog.tsx";
import { FleetGate } from "./FleetGate.tsx";
import { configurationsQuery, fleetTokensQuery, type Configuration } from "./queries.ts";

const purpose =
  "What log collectors collect and where they send it. A machine gets the configuration of the fleet token that it enrolled with.";

/** All collector configurations. */
export function ConfigurationsPage() {
  useRememberedList(paths.collectorConfigurations);
  return (
    <FleetGate title="Collector configurations" purpose={purpose}>
      {({ mayChange }) => <Configurations mayChange={mayChange} />}
    </FleetGate>
  );
}

function Configurations({ mayChange }: { readonly mayChange: boolean }) {
  const configurations = useQuery(configurationsQuery);
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const create = mayChange && (
    <Button variant="contained" startIcon={<AddIcon />} onClick={() => setCreating(true)}>
      Create configuration
    </Button>
  );
  const list = configurations.data;
  return (
    <>
      <PageHeader title="Collector configurations" actions={create}>
        {purpose}
      </PageHeader>
      {configurations.isError && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title="The configurations could not be read"
            failure={failureOf(configurations.error)}
            onRetry={() => void configurations.refetch()}
          />
        </Box>
      )}
      {list === undefined ? (
        !configurations.isError && <LoadingShape label="Loading collector configurations" shape="table" />
      ) : (
        <>
          {!list.steady && (
            <Alert severity="warning" sx={{ marginBottom: 4 }}>
              The list kept changing while it was read, so some configurations may be missing.
            </Alert>
          )}
          <Typography sx={{ color: "text.secondary", marginBottom: 3 }}>{countOf(list.rows.length, "configuration")}</Typography>
          <ConfigurationTable
            configurations={list.rows}
            empty={
              <EmptyState title="There are no collector configurations" action={create}>
                {purpose}
              </EmptyState>
            }
          />
        </>
      )}
      {creating && (
        <CreateConfigurationDialog
          names={configurations.data?.rows.map(({ name }) => name) ?? []}
          onCancel={() => setCreating(false)}
          onCreated={(id) => void navigate(paths.collectorConfiguration(id))}
        />
      )}
    </>
  );
}

interface ConfigurationTableProps {
  readonly configurations: readonly Configuration[];
  readonly empty: ReactNode;
}

function ConfigurationTable({ configurations, empty }: ConfigurationTableProps) {
  const now = useServerNow();
  const tokens = useQuery(fleetTokensQuery).data?.rows;
  const view = useListView(dialect);
  const columns = useMemo(() => {
    const uses = new Map<string, number>();
    for (const { configuration } of tokens ?? []) {
      if (configuration !== null) uses.set(configuration.id, (uses.get(configuration.id) ?? 0) + 1);
    }
    return configurationColumns(now, tokens === undefined ? undefined : uses);
  }, [now, tokens]);
  return (
    <DataTable
      label="Collector configurations"
      rows={configurations}
      columns={columns}
      rowId={idOf}
      sorting={view.sortingState}
      onSortingChange={view.setSorting}
      position={view.row}
      onPositionChange={view.setRow}
      empty={empty}
    />
  );
}

function idOf({ id }: Configuration): string {
  return id;
}

const dialect: ListDialect<"name" | "version" | "draft" | "tokens" | "size" | "modifiedAt" | "modifiedBy", object> = {
  columns: ["name", "version", "draft", "tokens", "size", "modifiedAt", "modifiedBy"],
  usual: "name",
  filters: {},
};

/** The columns. `uses` tells how many fleet tokens have a configuration; undefined while that is not known. */
function configurationColumns(now: number, uses: ReadonlyMap<string, number> | undefined): ColumnDef<Configuration>[] {
  return [
    {
      id: "name",
      header: "Name",
      size: 240,
      accessorFn: ({ name }) => name,
      sortingFn: (a, b) => compareNames(a.original.name, b.original.name),
      cell: ({ row: { original } }) => <CellLink to={paths.collectorConfiguration(original.id)}>{original.name}</CellLink>,
    },
    {
      id: "version",
      header: "Published",
      size: 120,
      accessorFn: ({ version }) => version,
      cell: ({ row: { original } }) =>
        original.version === 0 ? <span className="quiet">not yet</span> : `version ${count(original.version)}`,
    },
    {
      id: "draft",
      header: "Draft",
      size: 140,
      accessorFn: ({ draftModifiedAt }) => draftModifiedAt ?? 0,
      cell: ({ row: { original } }) =>
        original.draftModifiedAt === null ? (
          <span className="quiet">none</span>
        ) : (
          <Instant at={original.draftModifiedAt} now={now} />
        ),
    },
    {
      id: "tokens",
      header: "Fleet tokens",
      size: 120,
      meta: { align: "end" },
      accessorFn: ({ id }) => uses?.get(id) ?? 0,
      cell: ({ row: { original } }) => (uses === undefined ? "" : count(uses.get(original.id) ?? 0)),
    },
    {
      id: "size",
      header: "Characters",
      size: 120,
      meta: { align: "end" },
      accessorFn: ({ size }) => size,
      cell: ({ row: { original } }) => count(original.size),
    },
    {
      id: "modifiedAt",
      header: "Changed",
      size: 140,
      accessorFn: ({ modifiedAt }) => modifiedAt,
      cell: ({ row: { original } }) => <Instant at={original.modifiedAt} now={now} />,
    },
    {
      id: "modifiedBy",
      header: "By",
      size: 160,
      accessorFn: ({ modifiedBy }) => modifiedBy,
      cell: ({ row: { original } }) => <Name>{original.modifiedBy}</Name>,
    },
  ];
}
