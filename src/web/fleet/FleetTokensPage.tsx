import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { useNavigate } from "react-router";

import { nameHolds } from "#domain/name.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { finder } from "#web/list/finder.ts";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import type { ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { compareNames } from "#web/ui/compareNames.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";

import { CellLink } from "./CellLink.tsx";
import { CreateTokenDialog } from "./CreateTokenDialog.tsx";
import { FleetListPage, useMayViewFleet } from "./FleetListPage.tsx";
import { fleetTokensQuery, type FleetToken } from "./queries.ts";

const purpose =
  "Install log collectors across a fleet: a machine enrols with the token and gets the configuration that is assigned to it. The security policies do not govern them.";

const find = finder<FleetToken>(
  ({ name, configuration }, text) => nameHolds(name, text) || (configuration !== null && nameHolds(configuration.name, text)),
);

/** All fleet installation tokens, without their values. */
export function FleetTokensPage() {
  const navigate = useNavigate();
  const tokens = useQuery({ ...fleetTokensQuery, enabled: useMayViewFleet() });
  return (
    <FleetListPage
      title="Fleet tokens"
      path={paths.fleetTokens}
      what="fleet tokens"
      purpose={purpose}
      list={tokens}
      createLabel="Create fleet token"
      renderDialog={(rows, onCancel) => (
        <CreateTokenDialog
          names={rows.map(({ name }) => name)}
          onCancel={onCancel}
          onCreated={(handle) => void navigate(paths.fleetToken(handle))}
        />
      )}
    >
      {(rows, create) => <TokenTable tokens={rows} create={create} />}
    </FleetListPage>
  );
}

function TokenTable({ tokens, create }: { readonly tokens: readonly FleetToken[]; readonly create: ReactNode }) {
  const now = useServerNow();
  const view = useListView(dialect);
  const knowsOrigin = tokens.some(({ createdAt }) => createdAt !== undefined);
  const columns = useMemo(() => tokenColumns(now, knowsOrigin), [now, knowsOrigin]);
  return (
    <ListTable
      noun={["fleet token", "fleet tokens"]}
      view={view}
      rows={tokens}
      columns={columns}
      rowId={handleOfRow}
      searched="Name or configuration"
      find={find}
      empty={
        <EmptyState title="There are no fleet tokens" action={create}>
          {purpose}
        </EmptyState>
      }
    />
  );
}

function handleOfRow({ handle }: FleetToken): string {
  return handle;
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
      cell: ({ row: { original } }) => <CellLink to={paths.fleetToken(original.handle)}>{original.name}</CellLink>,
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
