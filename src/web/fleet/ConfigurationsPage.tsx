import { useQuery } from "@tanstack/react-query";
import type { TableColumn } from "#web/ui/table/column.ts";
import { Suspense, useMemo, type ReactNode } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { nameHolds } from "#domain/name.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { finder } from "#web/list/finder.ts";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { choiceIn, withChoice } from "#web/roll-out/choice.ts";
import { RollOutButton } from "#web/roll-out/RollOutButton.tsx";
import { count } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { CellLink } from "./CellLink.tsx";
import { FleetListPage, useMayViewFleet } from "./FleetListPage.tsx";
import { configurationsQuery, fleetTokensNowQuery, type Configuration } from "./queries.ts";

const CreateConfigurationDialog = lazyDialog(
  async () => (await import("./CreateConfigurationDialog.tsx")).CreateConfigurationDialog,
);

const purpose =
  "What log collectors collect and where they send it. A machine gets the configuration of the fleet token that it enrolled with.";

const find = finder<Configuration>(({ name, modifiedBy }, text) => nameHolds(name, text) || nameHolds(modifiedBy, text));

/** All collector configurations. */
export function ConfigurationsPage() {
  const navigate = useNavigate();
  const choice = choiceIn(useSearchParams()[0]);
  const configurations = useQuery({ ...configurationsQuery, enabled: useMayViewFleet() });
  return (
    <FleetListPage
      title="Collector configurations"
      path={paths.collectorConfigurations}
      what="collector configurations"
      purpose={purpose}
      list={configurations}
      createLabel="Create configuration"
      renderDialog={(rows, onCancel) => (
        <Suspense>
          <CreateConfigurationDialog
            names={rows.map(({ name }) => name)}
            choice={choice}
            onCancel={onCancel}
            onCreated={(id, made) => void navigate(withChoice(paths.collectorConfiguration(id), made))}
          />
        </Suspense>
      )}
    >
      {(rows, create) => <ConfigurationTable configurations={rows} create={create} />}
    </FleetListPage>
  );
}

interface ConfigurationTableProps {
  readonly configurations: readonly Configuration[];
  readonly create: ReactNode;
}

function ConfigurationTable({ configurations, create }: ConfigurationTableProps) {
  const now = useServerNow();
  const tokens = useQuery(fleetTokensNowQuery).data?.rows;
  const view = useListView(dialect);
  const columns = useMemo(() => {
    const uses = new Map<string, number>();
    for (const { configuration } of tokens ?? []) {
      if (configuration !== null) uses.set(configuration.id, (uses.get(configuration.id) ?? 0) + 1);
    }
    return configurationColumns(now, tokens === undefined ? undefined : uses);
  }, [now, tokens]);
  return (
    <ListTable
      noun={["collector configuration", "collector configurations"]}
      view={view}
      rows={configurations}
      columns={columns}
      rowId={idOf}
      searched="Name or who changed it"
      find={find}
      empty={
        <EmptyState
          title="There are no collector configurations"
          action={
            <>
              {create}
              <RollOutButton />
            </>
          }
        >
          {purpose}
        </EmptyState>
      }
    />
  );
}

const dialect: ListDialect<"name" | "version" | "draft" | "tokens" | "size" | "modifiedAt" | "modifiedBy", object> = {
  columns: ["name", "version", "draft", "tokens", "size", "modifiedAt", "modifiedBy"],
  usual: "name",
  filters: {},
};

/** The columns. `uses` tells how many fleet tokens have a configuration; undefined while that is not known. */
function configurationColumns(now: number, uses: ReadonlyMap<string, number> | undefined): TableColumn<Configuration>[] {
  return [
    {
      id: "name",
      header: "Name",
      size: 240,
      value: ({ name }) => name,
      cell: (row) => <CellLink to={paths.collectorConfiguration(row.id)}>{row.name}</CellLink>,
    },
    {
      id: "version",
      header: "Published",
      size: 120,
      value: ({ version }) => version,
      cell: (row) => (row.version === 0 ? <span className="quiet">not yet</span> : `version ${count(row.version)}`),
    },
    {
      id: "draft",
      header: "Draft",
      size: 140,
      value: ({ draftModifiedAt }) => draftModifiedAt ?? 0,
      cell: (row) =>
        row.draftModifiedAt === null ? (
          <span className="quiet">none</span>
        ) : (
          <Instant at={row.draftModifiedAt} now={presentAfter(row.draftModifiedAt, now)} />
        ),
    },
    {
      id: "tokens",
      header: "Fleet tokens",
      size: 120,
      meta: { align: "end" },
      value: ({ id }) => uses?.get(id) ?? 0,
      cell: (row) => (uses === undefined ? "" : count(uses.get(row.id) ?? 0)),
    },
    {
      id: "size",
      header: "Characters",
      size: 120,
      meta: { align: "end" },
      value: ({ size }) => size,
      cell: (row) => count(row.size),
    },
    {
      id: "modifiedAt",
      header: "Changed",
      size: 140,
      value: ({ modifiedAt }) => modifiedAt,
      cell: (row) => <Instant at={row.modifiedAt} now={presentAfter(row.modifiedAt, now)} />,
    },
    {
      id: "modifiedBy",
      header: "By",
      size: 160,
      value: ({ modifiedBy }) => modifiedBy,
      cell: (row) => <Name>{row.modifiedBy}</Name>,
    },
  ];
}
