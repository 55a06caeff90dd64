import type { ColumnDef } from "#web/ui/table/column.ts";
import { Link as RouterLink } from "react-router";

import { compareNames } from "#domain/compareNames.ts";
import { nameInText } from "#domain/name.ts";
import { Quiet, Several } from "#web/inventory/cells.tsx";
import { paths } from "#web/paths.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";

import type { ListedGroup } from "./queries.ts";

/** A group as a row. */
export interface ListedGroupRow {
  readonly id: string;
  readonly name: string;
  readonly lookupName: string | null;
  readonly members: number;
  /** Names of its roles, each once. */
  readonly roles: readonly string[];
  readonly organization: boolean;
  readonly system: boolean;
  /** How many repositories and views it has a role on. */
  readonly places: number;
}

/** Makes a row of a group. */
export function groupRow(group: ListedGroup): ListedGroupRow {
  const { id, displayName, lookupName, userCount, roles, organizationRoles, systemRoles } = group;
  const names = new Map([...roles, ...organizationRoles, ...systemRoles].map(({ role }) => [role.id, role.displayName]));
  return {
    id,
    name: displayName,
    lookupName: lookupName ?? null,
    members: userCount,
    roles: [...names.values()].toSorted(compareNames),
    organization: organizationRoles.length > 0,
    system: systemRoles.length > 0,
    places: new Set(roles.map(({ searchDomain }) => searchDomain.id)).size,
  };
}

/** The columns of the list of groups. */
export const groupColumns: ColumnDef<ListedGroupRow>[] = [
  {
    id: "group",
    header: "Group",
    size: 220,
    accessorFn: ({ name }) => name,
    sortingFn: (a, b) => compareNames(a.original.name, b.original.name),
    cell: ({ row: { original } }) => (
      <Hint cut component={RouterLink} to={paths.group(original.id)} hint={<Name>{original.name}</Name>}>
        <Name>{original.name}</Name>
      </Hint>
    ),
  },
  {
    id: "members",
    header: "Members",
    size: 100,
    meta: { align: "end" },
    accessorFn: ({ members }) => members,
    cell: ({ row: { original } }) => (original.members === 0 ? <Quiet>none</Quiet> : count(original.members)),
  },
  {
    id: "roles",
    header: "Roles",
    size: 240,
    accessorFn: ({ roles }) => roles.length,
    cell: ({ row: { original } }) => <Several items={original.roles.map((role) => nameInText(role))} />,
  },
  {
    id: "places",
    header: "Where",
    size: 260,
    meta: { places: 2 },
    accessorFn: ({ system, organization, places }) => (system ? 2e6 : 0) + (organization ? 1e6 : 0) + places,
    cell: ({ row: { original } }) => <WhereCell group={original} />,
  },
  {
    id: "lookup",
    header: "Lookup name",
    size: 180,
    accessorFn: ({ lookupName }) => lookupName ?? "",
    sortingFn: (a, b) => compareNames(a.original.lookupName ?? "", b.original.lookupName ?? ""),
    cell: ({ row: { original } }) =>
      original.lookupName === null ? (
        <Quiet>none</Quiet>
      ) : (
        <Hint cut hint={<Name>{original.lookupName}</Name>}>
          <Name>{original.lookupName}</Name>
        </Hint>
      ),
  },
];

function WhereCell({ group }: { readonly group: ListedGroupRow }) {
  const words = whereWords(group);
  if (words === "") return <Quiet>nowhere</Quiet>;
  return (
    <Hint cut hint={words}>
      {words}
    </Hint>
  );
}

/** Where the roles of a group hold, the farthest first. */
export function whereWords({ system, organization, places }: Pick<ListedGroupRow, "system" | "organization" | "places">): string {
  const parts = [
    system ? "cluster" : "",
    organization ? "organization" : "",
    places > 0 ? countOf(places, "repository or view", "repositories and views") : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
