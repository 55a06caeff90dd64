import Box from "@mui/material/Box";
import type { TableColumn } from "#web/ui/table/column.ts";
import { Link as RouterLink } from "react-router";

import { permissionsOf } from "#domain/people/effective.ts";
import { permissionKinds, type PermissionKind } from "#domain/token/kinds.ts";
import { Quiet } from "#web/inventory/cells.tsx";
import { paths } from "#web/paths.ts";
import { RiskMarks } from "#web/permissions/RiskMarks.tsx";
import { count } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";

import type { ListedRole } from "./queries.ts";

const kindHeadings = {
  view: "On repositories",
  organization: "Organization",
  system: "Cluster",
} as const satisfies Record<PermissionKind, string>;

/** The columns of the list of roles. */
export const roleColumns: TableColumn<ListedRole>[] = [
  {
    id: "role",
    header: "Role",
    size: 200,
    value: ({ displayName }) => displayName,
    cell: (row) => (
      <Hint cut component={RouterLink} to={paths.role(row.id)} hint={<Name>{row.displayName}</Name>}>
        <Name>{row.displayName}</Name>
      </Hint>
    ),
  },
  {
    id: "users",
    header: "Users",
    size: 90,
    meta: { align: "end", title: "Users directly" },
    value: ({ usersCount }) => usersCount,
    cell: (row) => <CountCell value={row.usersCount} />,
  },
  {
    id: "groups",
    header: "Groups",
    size: 90,
    meta: { align: "end" },
    value: ({ groupsCount }) => groupsCount,
    cell: (row) => <CountCell value={row.groupsCount} />,
  },
  ...permissionKinds.map((kind): TableColumn<ListedRole> => ({
    id: kind,
    header: kindHeadings[kind],
    size: 138,
    meta: { align: "end" },
    value: (role) => permissionsOf(role, kind).length,
    cell: (row) => <PermissionsCell kind={kind} permissions={permissionsOf(row, kind)} />,
  })),
  {
    id: "description",
    header: "Description",
    size: 236,
    meta: { places: 2 },
    cell: (row) => <DescriptionCell text={row.description} />,
  },
];

function CountCell({ value }: { readonly value: number }) {
  return value === 0 ? <Quiet>none</Quiet> : count(value);
}

function PermissionsCell({ kind, permissions }: { readonly kind: PermissionKind; readonly permissions: readonly string[] }) {
  if (permissions.length === 0) return <Quiet>none</Quiet>;
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center" }}>
      <RiskMarks kind={kind} permissions={permissions} />
      {count(permissions.length)}
    </Box>
  );
}

function DescriptionCell({ text }: { readonly text: string | null }) {
  if (text === null || text === "") return <Quiet>none</Quiet>;
  return (
    <Hint cut hint={<Name>{text}</Name>}>
      <Name>{text}</Name>
    </Hint>
  );
}
