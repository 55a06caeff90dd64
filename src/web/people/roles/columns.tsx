import Box from "@mui/material/Box";
import type { ColumnDef } from "#web/ui/table/column.ts";
import { Link as RouterLink } from "react-router";

import { compareNames } from "#domain/compareNames.ts";
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
export const roleColumns: ColumnDef<ListedRole>[] = [
  {
    id: "role",
    header: "Role",
    size: 200,
    accessorFn: ({ displayName }) => displayName,
    sortingFn: (a, b) => compareNames(a.original.displayName, b.original.displayName),
    cell: ({ row: { original } }) => (
      <Hint cut component={RouterLink} to={paths.role(original.id)} hint={<Name>{original.displayName}</Name>}>
        <Name>{original.displayName}</Name>
      </Hint>
    ),
  },
  {
    id: "users",
    header: "Users",
    size: 90,
    meta: { align: "end", title: "Users directly" },
    accessorFn: ({ usersCount }) => usersCount,
    cell: ({ row: { original } }) => <CountCell value={original.usersCount} />,
  },
  {
    id: "groups",
    header: "Groups",
    size: 90,
    meta: { align: "end" },
    accessorFn: ({ groupsCount }) => groupsCount,
    cell: ({ row: { original } }) => <CountCell value={original.groupsCount} />,
  },
  ...permissionKinds.map((kind): ColumnDef<ListedRole> => ({
    id: kind,
    header: kindHeadings[kind],
    size: 130,
    meta: { align: "end" },
    accessorFn: (role) => permissionsOf(role, kind).length,
    cell: ({ row: { original } }) => <PermissionsCell kind={kind} permissions={permissionsOf(original, kind)} />,
  })),
  {
    id: "description",
    header: "Description",
    size: 260,
    meta: { places: 2 },
    enableSorting: false,
    accessorFn: ({ description }) => description ?? "",
    cell: ({ row: { original } }) => <DescriptionCell text={original.description} />,
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
